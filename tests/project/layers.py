# SPDX-License-Identifier: GPL-3.0-or-later
"""The layers of docs/ARCHITECTURE.md as data: which folder may use which, and what from outside.

A folder belongs to the longest layer name that is a prefix of it. Everything that checks layers
reads this table and no other.
"""

from dataclasses import dataclass, field
from pathlib import PurePosixPath

MODEL = {"Core"}
SCREEN = {"Core", "Gui", "Widgets", "Charts", "Svg", "SvgWidgets", "DBus"}  # DBus: the desktop portal
WITHOUT_SCREEN = MODEL | {"Network", "Concurrent"}
EVERYTHING = SCREEN | {"Network", "Sql", "Concurrent"}


@dataclass(frozen=True)
class Layer:
    uses: frozenset = field(default_factory=frozenset)  # other layers
    qt: frozenset = field(default_factory=frozenset)  # Qt modules, without "Qt6::"
    libraries: frozenset = field(default_factory=frozenset)  # other libraries, see LIBRARIES


def layer(uses="", qt=MODEL, libraries=""):
    return Layer(frozenset(uses.split()), frozenset(qt), frozenset(libraries.split()))


ALL_MODEL = (
    "model/core model/query model/admission model/store model/ingest model/otlp model/timeline"
    " model/analysis model/items"
)
ALL_APP = "app app/demo app/exchange app/host app/ctl"

LAYERS = {
    "model/core": layer(),
    "model/query": layer("model/core"),
    # simdjson: docs/decisions/001-simdjson-in-admission.md
    "model/admission": layer("model/core", libraries="nlohmann simdjson"),
    "model/store": layer(
        "model/core model/query model/admission schemas", MODEL | {"Sql"}, "sqlite zlib"
    ),
    "model/ingest": layer(
        "model/core model/query model/admission model/otlp schemas", libraries="boost simdjson zlib"
    ),
    # simdjson: docs/decisions/012-simdjson-in-otlp.md
    "model/otlp": layer("model/core", libraries="protobuf simdjson"),
    "model/timeline": layer("model/core"),
    "model/analysis": layer("model/core model/query"),
    "model/items": layer("model/core model/query", libraries="nlohmann"),
    "views": layer(
        "model/core model/query model/timeline model/analysis model/items resources", SCREEN
    ),
    # What xrayctl is made of sees no screen; the rest of app/ sees everything.
    "app/demo": layer("model/core"),
    "app/exchange": layer(ALL_MODEL + " schemas", WITHOUT_SCREEN, "nlohmann"),
    "app/host": layer(ALL_MODEL + " app/demo schemas", WITHOUT_SCREEN),
    "app/ctl": layer(ALL_MODEL + " app/demo app/exchange app/host schemas", WITHOUT_SCREEN, "nlohmann"),
    "app": layer(
        ALL_MODEL + " " + ALL_APP + " views resources schemas", EVERYTHING, "nlohmann simdjson"
    ),
    "bench": layer(
        ALL_MODEL + " " + ALL_APP + " views tests",
        EVERYTHING,
        "nlohmann simdjson sqlite boost zlib protobuf",
    ),
    "tests": layer(
        ALL_MODEL + " " + ALL_APP + " views resources schemas",
        EVERYTHING | {"Test"},
        "nlohmann simdjson sqlite boost zlib protobuf",
    ),
    "resources": layer(qt=MODEL | {"Gui"}),
    "schemas": layer(),
    "sdk": layer(qt=()),
}

# How each library is included and linked.
INCLUDES = {
    "boost": ("boost/",),
    "nlohmann": ("nlohmann/",),
    "simdjson": ("simdjson.h", "simdjson/"),
    "sqlite": ("sqlite3.h",),
    "zlib": ("zlib.h",),
    "protobuf": ("google/protobuf/",),
}
TARGETS = {
    "boost": ("Boost::",),
    "nlohmann": ("nlohmann_json::",),
    "simdjson": ("simdjson::", "simdjson"),
    "sqlite": ("SQLite::",),
    "zlib": ("ZLIB::",),
    "protobuf": ("protobuf::",),
}

# These stay inside the layer that wraps them: they appear in no header of any other.
WRAPPED_QT = {"Sql"}
WRAPPED_LIBRARIES = {"boost", "simdjson", "protobuf", "sqlite"}


def layer_of(path):
    """The layer's name of a file or folder relative to the repository, or None."""
    parts = PurePosixPath(path).parts
    for length in range(min(2, len(parts)), 0, -1):
        name = "/".join(parts[:length])
        if name in LAYERS:
            return name
    return None


def library_of_include(name):
    return next((lib for lib, starts in INCLUDES.items() if name.startswith(starts)), None)


def library_of_target(name):
    return next((lib for lib, starts in TARGETS.items() if name.startswith(starts)), None)
