#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each source begins with its licence; none has leftovers or names a place on some machine.

usage: check_texts.py ROOT
"""

import re
import sys
from pathlib import Path

from project_files import finish, project_files, read

LICENSED = {".h", ".cpp", ".py", ".sh", ".cmake", ".sql", ".js", ".mjs", ".ts", ".proto"}
LICENSED_NAMES = {"CMakeLists.txt", "run", "test", "install-dependencies", "lint"}
TEXTS = LICENSED | {".md", ".json", ".txt", ".yaml", ".yml", ".xml", ".in", ".desktop", ".1", ".qrc"}

LEFTOVER = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
MACHINE = re.compile(r"(?<![\w.~$}/-])/(?:home|root|work|Users|mnt)/\w")
TEMPORARY = re.compile(r"(?<![\w.~$}/-])/tmp/\w")
LICENCES = ["GPL-3.0-or-later", "Apache-2.0"]
APACHE_FOLDERS = {"sdk", "schemas", "examples"}  # what other programs take over

# They speak of these words and places because they look for them.
EXEMPT = ("tests/project/check_texts.py", "tests/project/test_checks.py", "LICENSE", "LICENSES/")
# Data as other programs sent it, and scripts whose job is to make a temporary folder.
MAY_NAME_PLACES = re.compile(r"^tests/.*(/data/|/corpus/|/fixtures/)|^tests/otlp/")
MAY_NAME_TMP = re.compile(r"^tests/|^bench/|^test$|^docs/.*\.md$")


def needs_licence(name):
    return name.suffix in LICENSED or (not name.suffix and name.name in LICENSED_NAMES) \
        or name.name == "CMakeLists.txt"


def licence_problems(name, lines):
    if not needs_licence(name) or not lines:
        return []
    first = lines[1] if lines[0].startswith("#!") and len(lines) > 1 else lines[0]
    found = re.search(r"SPDX-License-Identifier: (\S+)", first)
    if not found:
        return [f"{name}:1: the SPDX line is missing"]
    allowed = LICENCES if name.parts[0] in APACHE_FOLDERS else LICENCES[:1]
    return [] if found.group(1) in allowed else [f"{name}:1: the licence is not {allowed[0]}"]


def line_problems(name, number, line):
    path = name.as_posix()
    problems = []
    if LEFTOVER.search(line):
        problems.append("unfinished business is not committed; finish it or file it")
    if MACHINE.search(line) and not MAY_NAME_PLACES.search(path):
        problems.append("names a place on one machine")
    if TEMPORARY.search(line) and not MAY_NAME_TMP.search(path):
        problems.append("names a temporary place")
    return [f"{name}:{number}: {problem}" for problem in problems]


def check_file(root, name):
    lines = read(root / name).splitlines()
    problems = licence_problems(name, lines)
    if name.as_posix().startswith(EXEMPT):
        return problems
    for number, line in enumerate(lines, 1):
        problems += line_problems(name, number, line)
    return problems


def check(root):
    names = [name for name in project_files(root) if name.suffix in TEXTS or needs_licence(name)]
    return [problem for name in names for problem in check_file(root, name)]


if __name__ == "__main__":
    finish("texts", check(Path(sys.argv[1])))
