# SPDX-License-Identifier: GPL-3.0-or-later
"""Sends the recordings of tests/otlp/captures to `xrayctl serve` as they were sent, over raw sockets.

Each recording goes once as it came, its requests once in reverse order, each request twice, and with
its bodies split at chunk boundaries in many ways. However it comes, the runs are the same, and they
are the expected ones. Then what a receiver must refuse: each in the sender's encoding.
"""

import gzip
import json
import socket
import sys
import tempfile
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


def send(server, path, headers, body, chunks=None):
    """Status, content type and body of the answer."""
    host = server.endpoint.removeprefix("http://")
    name, port = host.split(":")
    lines = [f"POST {path} HTTP/1.1", f"Host: {host}", "Connection: close"]
    lines += [f"{key}: {value}" for key, value in headers]
    lines += [f"Content-Length: {len(body)}" if chunks is None else "Transfer-Encoding: chunked"]
    message = "\r\n".join(lines).encode() + b"\r\n\r\n"
    message += body if chunks is None else chunked(body, chunks)
    with socket.create_connection((name, int(port)), timeout=SECONDS) as connection:
        connection.sendall(message)
        answer = b""
        while part := connection.recv(65536):
            answer += part
    head, _, rest = answer.partition(b"\r\n\r\n")
    fields = dict(line.split(": ", 1) for line in head.decode().split("\r\n")[1:])
    kind = {key.lower(): value for key, value in fields.items()}.get("content-type", "")
    return int(head.split()[1]), kind, rest


def state(server):
    """Every run with its steps, without what depends on the time of arrival."""
    runs = {}
    for run in server.runs():
        steps = [(step["step_index"], step["id"], step.get("parent_step_id"), step["step_name"],
                  step["step_type"], step["status"], json.dumps(step.get("metrics"), sort_keys=True))
                 for step in server.steps(run)]
        runs[run["id"]] = (run["pipeline_name"], run["status"], run["error_count"], steps)
    return runs


def expect(condition, message):
    if not condition:
        raise AssertionError(message)


def expected_runs(folder):
    expected = json.loads((folder / "expected.json").read_text())
    return {run["trace_id"]: run for run in expected["executions"]}


def check_expected(folder, runs):
    expected = expected_runs(folder)
    got = {run_id.replace("-", ""): run for run_id, run in runs.items()}
    expect(set(got) == set(expected), f"{folder.name}: runs {sorted(got)}, not {sorted(expected)}")
    for trace, run in expected.items():
        name, _, errors, steps = got[trace]
        expect(name == run["name"], f"{folder.name}: {name}, not {run['name']}")
        names = [step["step_name"] for step in run["steps"]]
        expect([step[3] for step in steps] == names, f"{folder.name}: {[s[3] for s in steps]}, not {names}")
        expect(errors == len(run.get("errors", [])), f"{folder.name}: {errors} errors")


def replay(xrayctl, requests, chunkings=(None,)):
    with tempfile.TemporaryDirectory(prefix="xray-replay.") as folder:
        server = Server(xrayctl, folder)
        try:
            for path, headers, body in requests:
                for chunks in chunkings:
                    status, kind, answer = send(server, path, headers, body, chunks)
                    expect(status == 200, f"{path} was answered {status} {answer[:200]}")
                    sent = dict((k.lower(), v) for k, v in headers)["content-type"]
                    expect(kind == sent.split(";")[0], f"{sent} was answered in {kind}")
            return state(server)
        finally:
            server.stop()


def check_capture(xrayctl, folder):
    requests = list(requests_of(folder))
    plain = replay(xrayctl, requests, ([4096],))
    check_expected(folder, plain)
    expect(replay(xrayctl, requests, (None, None)) == plain, f"{folder.name}: sent twice")
    expect(set(replay(xrayctl, requests[::-1])) == set(plain), f"{folder.name}: reversed")
    # Every boundary of a small body, and some of each larger one.
    for path, headers, body in requests:
        step = max(1, len(body) // 40)
        splits = [[at, len(body)] for at in range(1, len(body), step)]
        expect(replay(xrayctl, requests, [[1 << 20]]) == plain, f"{folder.name}: one chunk")
        expect(replay(xrayctl, [(path, headers, body)], splits[:40]) is not None, "split")
        break
    print(f"ok   {folder.name}: {len(plain)} runs")


JSON = [("Content-Type", "application/json")]
PROTO = [("Content-Type", "application/x-protobuf")]


def check_protocol(xrayctl):
    with tempfile.TemporaryDirectory(prefix="xray-replay.") as folder:
        server = Server(xrayctl, folder)
        try:
            cases = [
                ("empty JSON", "/v1/traces", JSON, b"{}", 200, b"{}"),
                ("empty protobuf", "/v1/traces", PROTO, b"", 200, b""),
                ("metrics", "/v1/metrics", JSON, b'{"resourceMetrics":[]}', 200, b"{}"),
                ("below Langfuse's path", "/api/public/otel/v1/traces", JSON, b"{}", 200, b"{}"),
                ("no JSON", "/v1/traces", JSON, b"{", 400, None),
                ("no protobuf", "/v1/traces", PROTO, b"\xff\xff\xff", 400, None),
                ("another type", "/v1/traces", [("Content-Type", "text/plain")], b"{}", 415, None),
                ("a bomb", "/v1/traces", JSON + [("Content-Encoding", "gzip")],
                 gzip.compress(b" " * (80 << 20)), 413, None),
                ("no gzip", "/v1/traces", PROTO + [("Content-Encoding", "gzip")], b"no", 400, None),
            ]
            for name, path, headers, body, status, answer in cases:
                got = send(server, path, headers, body)
                expect(got[0] == status, f"{name}: {got}")
                expect(answer is None or got[2] == answer, f"{name}: {got}")
                if status >= 400 and headers[0] in JSON + PROTO:
                    expect(got[1] == headers[0][1], f"{name}: answered in {got[1]}")
            status, _, answer = send(server, "/v1/traces", JSON, bad_span())
            partial = json.loads(answer)["partialSuccess"]
            expect(status == 200 and str(partial["rejectedSpans"]) == "1", f"bad span: {answer}")
            expect(len(server.runs()) == 1, "the good span of a batch with a bad one is kept")
            print(f"ok   {len(cases) + 1} cases of the protocol")
        finally:
            server.stop()


def bad_span():
    good = {"traceId": "0af7651916cd43dd8448eb211c80319c", "spanId": "b7ad6b7169203331",
            "name": "good", "startTimeUnixNano": "1", "endTimeUnixNano": "2"}
    bad = dict(good, spanId="nonsense")
    return json.dumps({"resourceSpans": [{"scopeSpans": [{"spans": [bad, good]}]}]}).encode()


def main():
    xrayctl = Path(sys.argv[1]).resolve()
    only = sys.argv[2:]
    check_protocol(xrayctl)
    for folder in sorted(each for each in CAPTURES.iterdir() if each.is_dir()):
        if not only or folder.name in only:
            check_capture(xrayctl, folder)


if __name__ == "__main__":
    main()
