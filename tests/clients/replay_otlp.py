# SPDX-License-Identifier: GPL-3.0-or-later
"""Sends the recordings of tests/otlp/captures to `xrayctl serve` as they were sent, over raw sockets.

Each recording goes once as it came, its requests in other orders, each request twice, and with its
bodies split at every byte, by the chunks of HTTP and by the segments of TCP. However it comes, the
runs are the same, and they are the expected ones. Then what a receiver must refuse, each in the
sender's encoding, and what it must bear.

Where expected.json and X-Ray differ on purpose, tests/otlp/captures/README.md says so.
"""

import gzip
import hashlib
import itertools
import json
import random
import socket
import sqlite3
import sys
import tempfile
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from run_clients import Server  # noqa: E402

CAPTURES = Path(__file__).resolve().parents[1] / "otlp" / "captures"
SECONDS = 20
HOP_BY_HOP = {"transfer-encoding", "content-length", "connection", "host"}


def requests_of(folder):
    for meta in sorted(folder.glob("req-*.meta.json")):
        described = json.loads(meta.read_text())
        body = meta.with_name(meta.name.replace(".meta.json", ".body")).read_bytes()
        headers = [(k, v) for k, v in described["raw_headers"] if k.lower() not in HOP_BY_HOP]
        yield described["path"], headers, body


def chunked(body, sizes):
    """The body in chunks of these sizes, the last one as often as needed."""
    out = b""
    at = 0
    sizes = list(sizes)
    while at < len(body):
        size = sizes.pop(0) if len(sizes) > 1 else sizes[0]
        part = body[at:at + size]
        out += f"{len(part):x}\r\n".encode() + part + b"\r\n"
        at += size
    return out + b"0\r\n\r\n"


def send(server, path, headers, body, chunks=None, segment=None):
    """Status, headers (lower case) and body of the answer.

    `chunks` are the sizes of the body's chunks, else its length is told; `segment` is how many bytes
    are handed to the socket at once.
    """
    host = server.endpoint.removeprefix("http://")
    name, port = host.split(":")
    lines = [f"POST {path} HTTP/1.1", f"Host: {host}", "Connection: close"]
    lines += [f"{key}: {value}" for key, value in headers]
    lines += [f"Content-Length: {len(body)}" if chunks is None else "Transfer-Encoding: chunked"]
    message = "\r\n".join(lines).encode() + b"\r\n\r\n"
    message += body if chunks is None else chunked(body, chunks)
    with socket.create_connection((name, int(port)), timeout=SECONDS) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for at in range(0, len(message), segment or len(message)):
            connection.sendall(message[at:at + (segment or len(message))])
        answer = b""
        while part := connection.recv(65536):
            answer += part
    head, _, rest = answer.partition(b"\r\n\r\n")
    fields = dict(line.split(": ", 1) for line in head.decode().split("\r\n")[1:])
    return int(head.split()[1]), {key.lower(): value for key, value in fields.items()}, rest


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


def expect(condition, message):
    if not condition:
        raise AssertionError(message)


def same(what, got, expected):
    expect(got == expected, f"{what}: {got!r}, not {expected!r}")


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


JSON = [("Content-Type", "application/json")]
PROTO = [("Content-Type", "application/x-protobuf")]


def message_of(kind, answer):
    """code and message of a google.rpc.Status."""
    if kind == "application/json":
        status = json.loads(answer)
        return status["code"], status["message"]
    expect(answer[0] == 0x08 and answer[2] == 0x12, f"no google.rpc.Status: {answer!r}")
    return answer[1], answer[4:].decode() if answer[3] < 128 else answer[5:].decode()


def refusals():
    """name, path, content type, other headers, body, HTTP status, gRPC code."""
    kinds = ("application/json", "application/x-protobuf")
    for kind in kinds:
        for path in ("/v1/traces", "/v1/logs", "/api/public/otel/v1/traces"):
            yield f"broken {kind}", path, kind, [], b"\xff\xff{", 400, 3
        yield "no gzip", "/v1/traces", kind, [("Content-Encoding", "gzip")], b"no", 400, 3
        yield ("a bomb", "/v1/traces", kind, [("Content-Encoding", "gzip")],
               gzip.compress(b" " * (80 << 20), 1), 413, 8)
        yield "a wrong coding", "/v1/traces", kind, [("Content-Encoding", "br")], b"x", 415, 3
        yield "a wrong path", "/v1/nothing", kind, [], b"", 404, None


def acceptances():
    """name, path, content type, other headers, body, the body of the answer."""
    gzipped = [("Content-Encoding", "gzip")]
    for prefix in ("", "/api/public/otel"):
        yield "empty JSON", prefix + "/v1/traces", "application/json", [], b"{}", b"{}"
        yield "empty logs", prefix + "/v1/logs", "application/json", [], b"{}", b"{}"
        yield "empty protobuf", prefix + "/v1/traces", "application/x-protobuf", [], b"", b""
        yield ("metrics", prefix + "/v1/metrics", "application/json", [],
               b'{"resourceMetrics":[{}]}', b"{}")
        yield ("metrics, whatever they are", prefix + "/v1/metrics", "application/x-protobuf", [],
               b"\x0a\x00", b"")
    yield ("with a charset", "/v1/traces", "application/json; charset=utf-8", [], b"{}", b"{}")
    yield "in capitals", "/v1/traces", "Application/JSON", [], b"{}", b"{}"
    yield "gzip", "/v1/traces", "application/json", gzipped, gzip.compress(b"{}"), b"{}"
    yield "an unknown field", "/v1/traces", "application/json", [], b'{"later":1}', b"{}"
    yield "a token nobody asked for", "/v1/traces", "application/json", [
        ("Authorization", "Basic cGs6c2s=")], b"{}", b"{}"


def check_protocol(server):
    count = 0
    for name, path, kind, headers, body, expected in acceptances():
        status, got, answer = send(server, path, [("Content-Type", kind), *headers], body)
        same(f"{name} at {path}", (status, answer), (200, expected))
        same(f"{name} at {path}", got["content-type"], kind.split(";")[0].lower())
        count += 1
    for name, path, kind, headers, body, wanted, code in refusals():
        status, got, answer = send(server, path, [("Content-Type", kind), *headers], body)
        same(f"{name} at {path}", status, wanted)
        if code is not None:
            same(f"{name} at {path}", got["content-type"], kind)
            told, message = message_of(kind, answer)
            expect(told == code and message, f"{name} at {path}: {answer!r}")
        count += 1
    status, _, _ = send(server, "/v1/traces", [("Content-Type", "text/plain")], b"{}")
    same("another type", status, 415)
    print(f"ok   {count + 1} cases of the protocol")


def span(number, parent=0, **more):
    text = {"traceId": TRACE, "spanId": f"{number:016x}", "name": f"span {number}",
            "startTimeUnixNano": "1795326724000000000", "endTimeUnixNano": "1795326725000000000"}
    return text | ({"parentSpanId": f"{parent:016x}"} if parent else {}) | more


def request_of(spans, attributes=()):
    return json.dumps({"resourceSpans": [{"resource": {"attributes": list(attributes)},
                                          "scopeSpans": [{"spans": spans}]}]}).encode()


def attribute(key, text):
    return {"key": key, "value": {"stringValue": text}}


def deep(levels):
    value = {"intValue": 1}
    for _ in range(levels):
        value = {"arrayValue": {"values": [value]}}
    return value


TRACE = "0af7651916cd43dd8448eb211c80319c"
MIB = 1 << 20


def burdens():
    """name, spans, attributes of the resource, how many are rejected, how many steps there are."""
    root = span(1)
    yield "a bad id", [root, span(2, 1, spanId="nonsense"), span(3, 1)], (), 1, 1
    yield "an id of zeros", [root, span(2, 1, traceId="0" * 32), span(3, 1)], (), 1, 1
    yield ("a value too deep", [root, span(2, 1, attributes=[{"key": "k", "value": deep(40)}]),
                                span(3, 1)], (), 1, 1)
    yield "no text", [root, span(2, 1, name="\ud83d", attributes=[attribute("k", "\udc00")])], (), 0, 1
    yield "10,001 spans", [root] + [span(i, 1) for i in range(2, 10_002)], (), 1, 9_999
    yield "one in the other", [span(i + 1, i) for i in range(10_000)], (), 0, 9_999
    yield "in a circle", [span(i + 1, (i + 1) % 10_000 + 1) for i in range(10_000)], (), 0, 10_000
    yield "one id three times", [root, *(span(2, 1, name=name) for name in "abc")], (), 0, 1
    yield ("a million attributes",
           [root, span(2, 1, attributes=[attribute(f"k{i}", "v") for i in range(1_000_000)])], (),
           0, 1)
    yield ("an attribute of 50 MB",
           [root, span(2, 1, attributes=[attribute("input.value", "x" * (50 * MIB))])], (), 0, 1)
    yield ("a large resource in every span", [root] + [span(i, 1) for i in range(2, 2_001)],
           [attribute("k", "x" * (4 * MIB))], 1_969, 30)


def high_water_mark(server):
    """Of resident memory, in MiB."""
    status = Path(f"/proc/{server.process.pid}/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) // 1024


# Body, inflated body, simdjson's tree, 128 MiB of spans, and what SQLite needs to store them.
MAX_RESIDENT_MIB = 768


def check_burden(xrayctl, name, spans, resource, rejected, steps):
    with tempfile.TemporaryDirectory(prefix="xray-replay.") as folder:
        server = Server(xrayctl, folder)
        try:
            status, _, answer = send(server, "/v1/traces", [("Content-Type", "application/json")],
                                     request_of(spans, resource))
            partial = json.loads(answer).get("partialSuccess", {})
            same(name, (status, int(partial.get("rejectedSpans", 0))), (200, rejected))
            expect(bool(partial.get("errorMessage")) == (rejected > 0), f"{name}: {answer}")
            same(f"{name}: steps", sum(run["step_count"] for run in server.runs()), steps)
            resident = high_water_mark(server)
            expect(resident <= MAX_RESIDENT_MIB, f"{name}: {resident} MiB resident")
            print(f"ok   {name}: {rejected} rejected, {steps} steps, {resident} MiB at most")
        finally:
            server.stop()


def check_large_trace(xrayctl, spans=40_000, each=500):
    """A trace that comes in many requests costs no more than its size."""
    with tempfile.TemporaryDirectory(prefix="xray-replay.") as folder:
        server = Server(xrayctl, folder)
        try:
            begun = time.monotonic()
            for first in range(1, spans, each):
                body = request_of([span(i, 0 if i == 1 else 1, attributes=[
                    attribute("input.value", "x" * 400)]) for i in range(first, first + each)])
                status, _, answer = send(server, "/v1/traces",
                                         [("Content-Type", "application/json")], body)
                same("a large trace", (status, answer), (200, b"{}"))
            sent = time.monotonic() - begun
            while server.runs()[0]["step_count"] != spans - 1:
                expect(time.monotonic() - begun < 120, "a large trace is not shown whole")
                time.sleep(0.2)
            shown = time.monotonic() - begun
            # Mapped for each request it took 80 s; the machine may be slow and busy.
            expect(shown < 40, f"a large trace took {shown:.0f} s")
            print(f"ok   {spans} spans in {spans // each} requests: sent in {sent:.1f} s, "
                  f"shown after {shown:.1f} s")
        finally:
            server.stop()


def send_until_taken(server, kind, body):
    """How often the sender was told to come back."""
    for times in itertools.count():
        status, got, answer = send(server, "/v1/traces", [("Content-Type", kind)], body)
        if status == 200:
            return times
        same("busy", (status, got["content-type"]), (503, kind))
        same("busy", message_of(kind, answer)[0], 14)
        expect(int(got["retry-after"]) >= 1, f"Retry-After: {got['retry-after']}")


def check_busy(xrayctl, senders=16):
    """Who finds the queue full is told to come back, and loses nothing by it."""
    bodies = [request_of([span(i, 0 if i == 1 else 1, traceId=f"{trace:032x}")
                          for i in range(1, 1_001)]) for trace in range(1, senders + 1)]
    with tempfile.TemporaryDirectory(prefix="xray-replay.") as folder:
        server = Server(xrayctl, folder, "--max-queue-events", "1")
        try:
            with ThreadPoolExecutor(senders) as pool:
                refused = sum(pool.map(
                    lambda body: send_until_taken(server, "application/json", body), bodies))
            expect(refused > 0, "nobody found the queue full")
            same("busy: steps", [run["step_count"] for run in server.runs()], [999] * senders)
            print(f"ok   {senders} senders at once: told {refused} times to come back")
        finally:
            server.stop()


def check_incomplete(xrayctl):
    """A run whose root never comes is incomplete, and says what is missing."""
    folder = CAPTURES / "crash-no-root-json"
    with tempfile.TemporaryDirectory(prefix="xray-replay.") as store:
        server = Server(xrayctl, store, "--incomplete-after", "1")
        try:
            for path, headers, body in requests_of(folder):
                send(server, path, headers, body)
            begun = time.monotonic()
            while server.runs()[0]["status"] != "incomplete":
                expect(time.monotonic() - begun < 15, f"{server.runs()[0]['status']} for ever")
                time.sleep(0.1)
            expect("root span" in server.runs()[0]["metadata"]["missing"], "what is missing")
            print("ok   a run without a root is incomplete after a while")
        finally:
            server.stop()


def main():
    xrayctl = Path(sys.argv[1]).resolve()
    only = sys.argv[2:]
    if not only:
        with tempfile.TemporaryDirectory(prefix="xray-replay.") as folder:
            server = Server(xrayctl, folder)
            try:
                check_protocol(server)
            finally:
                server.stop()
        for burden in burdens():
            check_burden(xrayctl, *burden)
        check_large_trace(xrayctl)
        check_busy(xrayctl)
        check_incomplete(xrayctl)
    for folder in sorted(each for each in CAPTURES.iterdir() if each.is_dir()):
        if not only or folder.name in only:
            check_capture(xrayctl, folder)


if __name__ == "__main__":
    main()
