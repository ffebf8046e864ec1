# SPDX-License-Identifier: GPL-3.0-or-later
"""The project's own files, and how every check prints and ends."""

import subprocess
import sys
from pathlib import Path

IGNORED_FOLDERS = {".git", ".cache", "build", "__pycache__"}
CODE = {".h", ".cpp"}


def project_files(root):
    """Files under version control or about to be; without git, everything but what is built."""
    listing = subprocess.run(
        ["git", "-C", str(root), "ls-files", "--cached", "--others", "--exclude-standard"],
        capture_output=True,
        text=True,
        check=False,
    )
    if listing.returncode == 0 and (root / ".git").exists():
        names = [Path(line) for line in listing.stdout.splitlines()]
    else:
        names = [path.relative_to(root) for path in root.rglob("*") if path.is_file()]
    return sorted(
        name
        for name in names
        if not IGNORED_FOLDERS & set(name.parts) and (root / name).is_file()
    )


def code_files(root):
    return [name for name in project_files(root) if name.suffix in CODE]


def read(path):
    return path.read_text(encoding="utf-8", errors="replace")


def finish(what, problems):
    """Prints every problem and ends the process: 0 when there are none."""
    for problem in problems:
        print(problem)
    print(f"{what}: {len(problems)} problems" if problems else f"{what}: fine")
    sys.exit(1 if problems else 0)
