# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs every program of examples/otel against `xrayctl serve` and looks at the runs that come of it.

Packages come from PyPI and npm. A program whose packages cannot be installed is skipped with a
message; when all are, the exit code is 77, which ctest reads as skipped.
"""

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path

EXAMPLES = Path(__file__).resolve().parents[2] / "examples" / "otel"
INSTALL_SECONDS = 300
RUN_SECONDS = 60
SKIPPED = 77


@dataclass
class Client:
    folder: str
    program: list
    pipeline: str
    steps: dict  # name -> type; each must be there
    status: str = "completed"
    errors: int = 0


CLIENTS = [
    Client("python-sdk", ["shop.py"], "competitor_selection",
           {"search_products": "api", "filter_relevance": "filter", "chat shop-model": "llm"}),
    Client("python-sdk", ["shop.py", "--json"], "competitor_selection",
           {"search_products": "api", "filter_relevance": "filter", "chat shop-model": "llm"}),
    Client("python-langchain", ["competitors.py"], "competitor_selection",
           {"Catalogue": "api", "filter_relevance": "filter", "FakeListChatModel": "llm"}),
    Client("python-openai", ["judge.py"], "filter_by_model",
           {"judge_relevance": "filter", "ChatCompletion": "llm"}),
    Client("node-sdk", ["shop.mjs"], "categorization",
           {"search_categories": "api", "filter_categories": "filter"}, "failed", errors=1),
    Client("node-sdk", ["shop.mjs", "--proto"], "categorization",
           {"search_categories": "api", "filter_categories": "filter"}, "failed", errors=1),
    Client("node-vercel-ai", ["agent.mjs"], "competitor_selection", {}),
]


class CannotInstall(Exception):
    pass


def install(client, work):
    """A copy of the example with its packages; made once a folder."""
    copy = work / client.folder
    if copy.exists():
        if (copy / "failed").exists():
            raise CannotInstall((copy / "failed").read_text())
        return copy
    shutil.copytree(EXAMPLES / client.folder, copy)
    is_node = (copy / "package.json").exists()
    try:
        if is_node:
            run(["npm", "install", "--no-audit", "--no-fund", "--silent"], copy, INSTALL_SECONDS)
        else:
            run([sys.executable, "-m", "venv", "venv"], copy, INSTALL_SECONDS)
            run(["venv/bin/pip", "install", "-q", "-r", "requirements.txt"], copy, INSTALL_SECONDS)
    except (OSError, subprocess.SubprocessError) as problem:
        output = getattr(problem, "output", None) or ""
        (copy / "failed").write_text(f"{problem} {output.strip()[-200:]}")
        raise CannotInstall(str(problem)) from problem
    return copy


def run(command, folder, seconds, environment=None):
    return subprocess.run(command, cwd=folder, timeout=seconds, check=True, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=environment)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """xrayctl serve on a store of its own."""

    def __init__(self, xrayctl, folder, *arguments):
        self.endpoint = f"http://127.0.0.1:{free_port()}"
        self.process = subprocess.Popen(
            [xrayctl, "serve", "--db", f"sqlite:{folder}/clients.db", "--listen",
             self.endpoint.removeprefix("http://"), *arguments], stderr=subprocess.DEVNULL)
        self.wait()

    def wait(self):
        for _ in range(100):
            try:
                return self.get("/healthz")
            except OSError:
                time.sleep(0.1)
        raise RuntimeError("xrayctl serve did not answer")

    def get(self, path):
        with urllib.request.urlopen(self.endpoint + path, timeout=10) as answer:
            return json.load(answer)

    def runs(self):
        return self.get("/executions?limit=100")["items"]

    def steps(self, run):
        return self.get(f"/execution-steps?execution_id={run['id']}&limit=1000")["items"]

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=20)


def start(client, copy, endpoint):
    environment = dict(os.environ, OTEL_EXPORTER_OTLP_ENDPOINT=endpoint)
    node = (copy / "package.json").exists()
    command = ["node"] if node else ["venv/bin/python"]
    run(command + client.program, copy, RUN_SECONDS, environment)


def check(client, server, known):
    new = [each for each in server.runs() if each["id"] not in known]
    assert len(new) == 1, f"one run expected, {len(new)} came"
    outcome = new[0]
    assert outcome["pipeline_name"] == client.pipeline, outcome["pipeline_name"]
    assert outcome["status"] == client.status, outcome["status"]
    assert outcome["source"] == "otlp", outcome["source"]
    assert outcome["error_count"] == client.errors, outcome["error_count"]
    types = {step["step_name"]: step["step_type"] for step in server.steps(outcome)}
    for name, kind in client.steps.items():
        assert types.get(name) == kind, f"{name} should be {kind}; the steps are {types}"
    return outcome["id"]


def main():
    xrayctl = Path(sys.argv[1]).resolve()
    tried = failed = 0
    with tempfile.TemporaryDirectory(prefix="xray-clients.") as folder:
        server = Server(xrayctl, folder)
        known = set()
        try:
            for client in CLIENTS:
                name = " ".join([client.folder, *client.program])
                try:
                    copy = install(client, Path(folder))
                except CannotInstall as problem:
                    print(f"SKIP {name}: its packages cannot be installed: {problem}")
                    continue
                tried += 1
                try:
                    start(client, copy, server.endpoint)
                    known.add(check(client, server, known))
                    print(f"ok   {name}")
                except (AssertionError, subprocess.SubprocessError) as problem:
                    failed += 1
                    known |= {each["id"] for each in server.runs()}
                    print(f"FAIL {name}: {problem}")
        finally:
            server.stop()
    if failed:
        return 1
    return 0 if tried else SKIPPED


if __name__ == "__main__":
    sys.exit(main())
