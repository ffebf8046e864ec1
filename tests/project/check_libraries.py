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


def libraries_of(program):
    """Everything the loader would load, at any depth."""
    listing = subprocess.run(["ldd", program], capture_output=True, text=True, check=True,
                             env={"LC_ALL": "C", "PATH": "/usr/bin:/bin"})
    return [line.split()[0] for line in listing.stdout.splitlines() if line.split()]


def check(program):
    libraries = libraries_of(program)
    if not any(name.startswith("libc.so") for name in libraries):
        return [f"{program}: ldd lists no libraries; nothing was checked"]
    return [f"{program} loads {name}" for name in libraries if SCREEN.match(name)]


if __name__ == "__main__":
    finish("libraries", check(sys.argv[1]))
