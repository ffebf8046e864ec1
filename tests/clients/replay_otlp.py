# SPDX-License-Identifier: GPL-3.0-or-later
"""Sends the recordings of tests/otlp/captures to `xrayctl serve` as they were sent, over raw sockets.

Each recording goes once as it came, its requests in other orders, each request twice, and with its
bodies split at every byte, by the chunks of HTTP and by the segments of TCP. However it comes, the
runs are the same, and they are the expected ones.

Where expected.json and X-Ray differ on purpose, tests/otlp/captures/README.md says so.
"""

import hashlib
import itertools
import json
import random
import sqlite3
import sys
import tempfile
import uuid
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from otlp_client import CAPTURES, expect, requests_of, same, send  # noqa: E402
from run_clients import Server  # noqa: E402


def replay(xrayctl, requests, **how):
    """The runs that come of the requests, with all that can be read of them."""
    with tempfile.TemporaryDirectory(prefix="xray-replay.") as folder:
        server = Server(xrayctl, folder)
        try:
            for path, headers, body in requests:
                status, answered, answer = send(server, path, headers, body, **how)
                expect(status == 200, f"{path} was answered {status} {answer[:200]}")
                sent = dict((k.lower(), v) for k, v in headers)["content-type"]
                kind = answered["content-type"]
                expect(kind == sent.split(";")[0], f"{sent} was answered in {kind}")
            runs = state(server)
        finally:
            server.stop()
        add_origins(runs, folder)
        return runs


def state(server):
    """Every run with its steps and errors, without what depends on the time of arrival."""
    runs = {}
    for run in server.runs():
        run["steps"] = server.steps(run)
        run["errors"] = server.get(f"/execution-errors?execution_id={run['id']}")["items"]
        runs[run["id"].replace("-", "")] = run
    return runs


def add_origins(runs, folder):
    """What a step is made of is shown in the window only; the store has it."""
    store = sqlite3.connect(f"{folder}/clients.db")
    origins = {uuid.UUID(bytes=bytes(key)): json.loads(origin)
               for key, origin in store.execute("SELECT uuid, origin FROM execution_steps")}
    store.close()
    for run in runs.values():
        for step in run["steps"]:
            step["origin"] = origins[uuid.UUID(step["id"])]


# ---- what is expected ------------------------------------------------------------------------

def id_of(purpose, trace, span):
    """The id of what a span makes, as docs/OTLP.md says."""
    digest = bytearray(hashlib.sha256(purpose + bytes.fromhex(trace + span)).digest()[:16])
    digest[6] = digest[6] & 0x0F | 0x80
    digest[8] = digest[8] & 0x3F | 0x80
    return str(uuid.UUID(bytes=bytes(digest)))


def check_expected(folder, runs):
    expected = json.loads((folder / "expected.json").read_text())["executions"]
    payloads = json.loads((folder / "payloads.json").read_text())
    same(f"{folder.name}: runs", sorted(runs), sorted(run["trace_id"] for run in expected))
    for run in expected:
        trace = run["trace_id"]
        check_run(f"{folder.name} {trace}", runs[trace], run, payloads[trace])


def check_run(where, got, run, payloads):
    status = {"completed_with_errors": "completed", "incomplete": "running"}
    same(f"{where}: name", got["pipeline_name"], run["name"])
    same(f"{where}: session", got.get("session"), run["session"])
    same(f"{where}: status", got["status"], status.get(run["status"], run["status"]))
    same(f"{where}: steps", got["step_count"], len(run["steps"]))
    same(f"{where}: metadata", got["metadata"], payloads["metadata"])
    metadata = got["metadata"]
    same(f"{where}: services", metadata["services"], sorted(run["services"]))
    same(f"{where}: ai", metadata["has_ai"], run["ai"])
    same(f"{where}: root", "root span" not in metadata.get("missing", []), run["root_present"])
    for tokens in ("input_tokens", "output_tokens"):
        same(f"{where}: {tokens}", metadata.get(tokens, 0), run[tokens])
    for step, wanted in zip(got["steps"], run["steps"], strict=True):
        check_step(f"{where} {wanted['span_id']}", step, run, wanted, payloads)
    check_errors(where, got, run, payloads)


def check_step(where, step, run, wanted, payloads):
    trace = run["trace_id"]
    parent = wanted["parent_step"]
    origin = step["origin"]
    same(f"{where}: id", step["id"], id_of(b"xray.step", trace, wanted["span_id"]))
    same(f"{where}: index", step["step_index"], wanted["step_index"] + 1)
    same(f"{where}: parent", step.get("parent_step_id"),
         None if parent is None
         else id_of(b"xray.step", trace, run["steps"][parent]["span_id"]))
    for field in ("step_name", "step_type", "status"):
        same(f"{where}: {field}", step[field], wanted[field])
    same(f"{where}: kind", origin["kind"], wanted["kind"])
    same(f"{where}: convention", origin["convention"], wanted["convention"])
    same(f"{where}: type source", origin["type_source"], wanted["type_source"])
    same(f"{where}: plumbing", origin.get("plumbing", False), wanted["plumbing"])
    # In microseconds: expected.json rounds times that one exporter wrote as doubles.
    expect(abs(step["duration_ms"] - int(wanted["duration_ns"]) / 1e6) < 0.001,
           f"{where}: {step['duration_ms']} ms, not {wanted['duration_ns']} ns")
    for name, value in wanted["metrics"].items():
        # expected.json has four decimals.
        expect(abs(step["metrics"].get(name, 1e300) - value) < 0.0001,
               f"{where}: {name} is {step['metrics'].get(name)}, not {value}")
    for field in ("input_payload", "output_payload", "reasoning_payload"):
        same(f"{where}: {field}", step[field], payloads["steps"][wanted["span_id"]][field])


def check_errors(where, got, run, payloads):
    trace = run["trace_id"]
    errors = {error["id"]: error for error in got["errors"]}
    ids = {id_of(b"xray.error", trace, error["span_id"]): error for error in run["errors"]}
    same(f"{where}: errors", sorted(errors), sorted(ids))
    same(f"{where}: error count", got["error_count"], len(ids))
    for key, wanted in ids.items():
        error = errors[key]
        at_step = wanted["step_index"] is not None
        same(f"{where}: error's step", error.get("step_id"),
             id_of(b"xray.step", trace, wanted["span_id"]) if at_step else None)
        same(f"{where}: error type", error.get("error_type"), wanted["error_type"])
        same(f"{where}: message", error["message"],
             wanted["message"] or "The span says that it failed, but not why.")
        same(f"{where}: stack", error.get("stack"), payloads["stacks"].get(wanted["span_id"]))


# ---- the ways to send ------------------------------------------------------------------------

def comparable(runs, order):
    """What must not depend on how the requests came; with `order`, not on their order either."""
    return {trace: comparable_run(run, order) for trace, run in runs.items()}


def comparable_run(run, order):
    run = json.loads(json.dumps(run))
    if order == "any":  # what nothing but arrival tells apart
        for step in run["steps"]:
            del step["step_index"]
        run["steps"].sort(key=lambda step: step["id"])
        run["errors"].sort(key=lambda error: error["id"])
    return run


def orders_of(requests):
    """Every order of a few requests, some of many."""
    if len(requests) <= 3:
        return list(itertools.permutations(requests))[1:]
    shuffled = random.Random(7)
    return [requests[::-1]] + [shuffled.sample(requests, len(requests)) for _ in range(4)]


def check_capture(xrayctl, folder):
    requests = list(requests_of(folder))
    plain = replay(xrayctl, requests, chunks=[4096])
    check_expected(folder, plain)

    def check(what, order, *arguments, **how):
        runs = comparable(replay(xrayctl, *arguments, **how), order)
        same(f"{folder.name}, {what}", runs, comparable(plain, order))

    check("with their lengths", "same", requests)
    check("each request twice", "same", [request for request in requests for _ in range(2)])
    check("split at every byte by chunks", "same", requests, chunks=[1])
    check("split at every byte by segments", "same", requests, chunks=[61], segment=1)
    for order in orders_of(requests):
        check("in another order", "any", order)
    print(f"ok   {folder.name}: {len(requests)} requests, {len(plain)} runs")


def main():
    xrayctl = Path(sys.argv[1]).resolve()
    only = sys.argv[2:]
    for folder in sorted(each for each in CAPTURES.iterdir() if each.is_dir()):
        if not only or folder.name in only:
            check_capture(xrayctl, folder)


if __name__ == "__main__":
    main()
