#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reports how long the functions are: median, tail, and the longest by name. Never fails.

A function here is a brace block that follows a parameter list; its length is its lines from the
opening to the closing brace. Good enough to see a trend, not a parser.

usage: function_lengths.py ROOT
"""

import re
import statistics
import sys
from pathlib import Path

from project_files import code_files, read

LONG = 60
NOISE = re.compile(r'//[^\n]*|/\*.*?\*/|R"(\w*)\(.*?\)\1"|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'',
                   re.DOTALL)
HEAD = re.compile(r"([~\w:]+)\s*\([^;{}]*\)[\s\w:&<>,()*.\-+\"]*$")
NOT_FUNCTIONS = {"if", "for", "while", "switch", "catch", "return", "requires"}


def without_noise(text):
    """Comments and literals become blanks; the lines stay where they are."""
    return NOISE.sub(lambda found: re.sub(r"[^\n]", " ", found.group(0)), text)


def functions_of(text):
    """[(name, lines)], outermost only."""
    text = without_noise(text)
    found, depth, start, name, since = [], 0, None, "", 0
    for at, char in enumerate(text):
        if char == "{":
            before = text[since:at].rpartition("\n\n")[2]
            head = HEAD.search(before) if start is None else None
            if head and head.group(1) not in NOT_FUNCTIONS:
                start, name, base = at, head.group(1), depth
            depth += 1
        elif char == "}":
            depth -= 1
            if start is not None and depth == base:
                found.append((name, text.count("\n", start, at) + 1))
                start = None
        if char in "{};":
            since = at + 1
    return found


def report(root):
    lengths = [
        (lines, name, path)
        for path in code_files(root)
        if path.parts[0] in ("model", "views", "app")
        for name, lines in functions_of(read(root / path))
    ]
    if len(lengths) < 2:
        return "too few functions to speak of"
    sizes = sorted(lines for lines, _, _ in lengths)
    long = sum(size > LONG for size in sizes)
    head = (f"{len(sizes)} functions, median {statistics.median(sizes):g} lines, 9 of 10 up to "
            f"{sizes[len(sizes) * 9 // 10]}, {long} over {LONG} ({100 * long / len(sizes):.1f} %)")
    tail = [f"{lines:5} {path}: {name}" for lines, name, path in sorted(lengths, reverse=True)[:10]]
    return "\n".join([head, *tail])


if __name__ == "__main__":
    print(report(Path(sys.argv[1])))
