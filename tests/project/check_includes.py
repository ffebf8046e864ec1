#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Includes only point down, wrapped libraries stay wrapped, and a file's own header comes first.

usage: check_includes.py ROOT QT_INCLUDE_FOLDER
"""

import re
import sys
from functools import lru_cache
from pathlib import Path

from layers import LAYERS, WRAPPED_LIBRARIES, WRAPPED_QT, layer_of, library_of_include
from project_files import code_files, finish, read

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', re.MULTILINE)
FORWARDED = ("Core", "Gui", "Widgets", "Sql", "Network", "Charts", "Svg", "SvgWidgets", "Test",
             "DBus", "Concurrent", "OpenGL", "OpenGLWidgets", "PrintSupport", "Xml", "Qml", "Quick")


class QtHeaders:
    """Knows which module a Qt header belongs to, by looking at the installed headers."""

    def __init__(self, folder):
        self.folder = Path(folder)

    @lru_cache(maxsize=None)
    def module_of(self, name):
        first, _, rest = name.partition("/")
        if rest and first.startswith("Qt"):
            return first[2:]
        if not name.startswith(("Q", "q")):
            return None
        for module in FORWARDED:
            if (self.folder / f"Qt{module}" / name).exists():
                return module
        return None


def check_file(root, name, qt):
    includes = INCLUDE.findall(read(root / name))
    problems = []
    for quote, included in includes:
        found = check_include(root, name, quote, included, qt)
        problems += [f"{name}: {problem}" for problem in found]
    problems += own_header_problems(root, name, [included for _, included in includes])
    return problems


def check_include(root, name, quote, included, qt):
    if ".." in included.split("/"):
        return [f'"{included}" climbs; includes start at the repository root']
    own, layer = layer_of(name), LAYERS.get(layer_of(name))
    if layer is None:
        return ["no layer of tests/project/layers.py owns this folder"]
    other = layer_of(included)
    if other and (root / included).exists():
        return project_include_problems(name, quote, included, own, other, layer)
    module = qt.module_of(included)
    if module:
        return qt_include_problems(name, included, own, layer, module)
    library = library_of_include(included)
    return library_include_problems(name, included, own, layer, library) if library else []


def project_include_problems(name, quote, included, own, other, layer):
    problems = []
    if other != own and other not in layer.uses:
        problems.append(f"{own} may not use {other} (<{included}>)")
    both_in_app = own.startswith("app") and other.startswith("app")
    if quote == '"' and other != own and not both_in_app:
        problems.append(f"write <{included}>: it is in another layer")
    return problems


def qt_include_problems(name, included, own, layer, module):
    if module not in layer.qt:
        return [f"{own} may not use Qt {module} (<{included}>)"]
    if module in WRAPPED_QT and name.suffix == ".h" and not own.startswith("model/"):
        return [f"Qt {module} in a header outside the layer that wraps it (<{included}>)"]
    return []


def library_include_problems(name, included, own, layer, library):
    if library not in layer.libraries:
        return [f"{own} may not use {library} (<{included}>)"]
    # bench/ holds the plain C API against the store: it is the one that must not be wrapped there.
    wraps = own.startswith("model/") or own == "bench"
    if library in WRAPPED_LIBRARIES and name.suffix == ".h" and not wraps:
        return [f"{library} in a header outside the layer that wraps it (<{included}>)"]
    return []


def own_header_problems(root, name, includes):
    own = name.with_suffix(".h")
    if name.suffix != ".cpp" or not (root / own).exists():
        return []
    if includes and includes[0] == own.as_posix():
        return []
    return [f'{name}: the first include is not its own header "{own}"']


def check(root, qt_folder):
    qt = QtHeaders(qt_folder)
    return [problem for name in code_files(root) for problem in check_file(root, name, qt)]


if __name__ == "__main__":
    finish("includes", check(Path(sys.argv[1]), sys.argv[2]))
