#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every header compiles alone, with the flags of a source file near it.

usage: check_headers.py ROOT BUILD_FOLDER
"""

import json
import os
import shlex
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from project_files import code_files, finish

KEPT = ("-I", "-D", "-std", "-W", "-f", "-isystem", "-m")


def compile_flags(build):
    """{folder of the sources: flags} from the compilation database."""
    commands = json.loads((build / "compile_commands.json").read_text(encoding="utf-8"))
    return {Path(entry["file"]).parent: flags_of(entry) for entry in commands}


def flags_of(entry):
    words = shlex.split(entry["command"])
    flags = []
    for word, following in zip(words, words[1:] + [""]):
        if word == "-isystem":
            flags += [word, following]
        elif word.startswith(KEPT):
            flags.append(word)
    compiler = next(word for word in words if "ccache" not in Path(word).name)
    return [compiler] + flags


def nearest_flags(flags, header):
    """Those of the header's folder, else of the nearest folder above it that has any below."""
    for folder in header.parents:
        for known in flags:
            if known == folder or folder in known.parents:
                return flags[known]
    return None


def check_header(root, header, flags):
    command = [*flags, f"-I{root}", "-fsyntax-only", "-x", "c++", "-"]
    answer = subprocess.run(command, input=f"#include <{header}>\n", capture_output=True, text=True,
                            check=False)
    return None if answer.returncode == 0 else f"{header} does not compile alone:\n{answer.stderr}"


def check(root, build):
    flags = compile_flags(build)
    headers = [name for name in code_files(root) if name.suffix == ".h" and "sdk" not in name.parts]
    jobs = [(root, name, nearest_flags(flags, root / name)) for name in headers]
    if not jobs:
        return ["there are no headers: nothing was checked"]
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        answers = list(pool.map(lambda job: check_header(*job) if job[2] else None, jobs))
    return [answer for answer in answers if answer]


if __name__ == "__main__":
    finish("headers", check(Path(sys.argv[1]).resolve(), Path(sys.argv[2])))
