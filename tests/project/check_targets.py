#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each CMake target links only what its layer may use.

Reads the graph that tests/project/target_graph.cmake wrote while configuring: a line a target,
"FOLDER|TARGET|TYPE|LINKED;LINKED;…".

usage: check_targets.py GRAPH
"""

import re
import sys
from pathlib import Path

from layers import LAYERS, layer_of, library_of_target
from project_files import finish, read

ALWAYS = {"xray_options", "Threads::Threads", "Qt6::Platform"}
RESOURCES = "TARGET_OBJECTS:$<TARGET_NAME:"  # what qt_add_resources() adds to its own target
LINK_ONLY = re.compile(r"\$<LINK_ONLY:([^>]+)>|::@\([^)]*\)")


def read_graph(text):
    """{target: (folder, [linked, …])}"""
    graph = {}
    for line in text.splitlines():
        folder, target, _, linked = line.split("|", 3)
        names = (LINK_ONLY.sub(lambda found: found.group(1) or "", name) for name in
                 linked.split(";"))
        graph[target] = (folder, sorted({name for name in names if name and RESOURCES not in name}))
    return graph


def check_link(graph, target, linked):
    folder = graph[target][0]
    own, layer = layer_of(folder), LAYERS.get(layer_of(folder))
    if layer is None:
        return f"{target}: no layer of tests/project/layers.py owns the folder {folder or '/'}"
    if linked in graph:
        other = layer_of(graph[linked][0])
        fine = other == own or other in layer.uses
    elif linked.startswith("Qt6::"):
        fine = linked[len("Qt6::"):] in layer.qt
    else:
        fine = library_of_target(linked) in layer.libraries
    return None if fine else f"{target} ({own}) may not link {linked}"


def cycles(graph):
    """Static libraries that link each other in a circle: CMake allows it, layers do not."""
    problems, done, path = [], set(), []

    def visit(target):
        if target in path:
            problems.append("a circle: " + " -> ".join(path[path.index(target):] + [target]))
        if target in path or target in done:
            return
        path.append(target)
        for linked in graph[target][1]:
            if linked in graph:
                visit(linked)
        done.add(path.pop())

    for target in graph:
        visit(target)
    return problems


def check(text):
    graph = read_graph(text)
    if not graph:
        return ["the graph is empty: nothing was checked"]
    problems = [
        check_link(graph, target, linked)
        for target, (_, links) in graph.items()
        for linked in links
        if linked not in ALWAYS and target not in ALWAYS
    ]
    return [problem for problem in problems if problem] + cycles(graph)


if __name__ == "__main__":
    finish("target graph", check(read(Path(sys.argv[1]))))
