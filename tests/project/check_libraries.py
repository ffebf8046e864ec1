#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A program that promises to run without a window loads no library that draws one.

usage: check_libraries.py PROGRAM
"""

import re
import subprocess
import sys

from project_files import finish

SCREEN = re.compile(r"lib(Qt6(Gui|Widgets|Charts|Svg|OpenGL|PrintSupport|Qml|Quick)|GL|EGL|X11|xcb)")


def check(program):
    environment = {"LC_ALL": "C", "PATH": "/usr/bin:/bin"}
    answer = subprocess.run(["ldd", program], capture_output=True, text=True, check=False,
                            env=environment)
    libraries = [line.split()[0] for line in answer.stdout.splitlines() if line.split()]
    if not any(name.startswith("libc.so") for name in libraries):
        return [f"{program}: nothing was checked, ldd says: {answer.stdout}{answer.stderr}"]
    return [f"{program} loads {name}" for name in libraries if SCREEN.match(name)]


if __name__ == "__main__":
    finish("libraries", check(sys.argv[1]))
