#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The running listener and schemas/openapi.yaml say the same.

Every documented call and status is exercised, every JSON answer is validated against its schema, and
addresses that are not documented answer 404, undocumented methods 405.

usage: check_contract.py SERVER OPENAPI_YAML
"""

import json
import subprocess
import sys
import urllib.error
import urllib.request
import uuid

try:
    import jsonschema
    import yaml
except ImportError as missing:
    print(f"skipped: {missing}; python3-jsonschema and python3-yaml are needed")
    sys.exit(77)

JSON = "application/json"
RUN, STEP, STRANGER = (str(uuid.uuid4()) for _ in range(3))
LARGE = json.dumps({"pipeline_name": "p" * (2 << 20)})
METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"]


class Server:
    """A listener process; its address, and who stops it."""

    def __init__(self, program, *arguments):
        self.process = subprocess.Popen([program, *arguments], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)
        self.base = f"http://127.0.0.1:{self.process.stdout.readline().strip()}"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.communicate()

    def ask(self, method, path, body=None, content_type=JSON):
        text = body if body is None or isinstance(body, str) else json.dumps(body)
        data = None if text is None else text.encode()
        headers = {"Content-Type": content_type} if data is not None else {}
        request = urllib.request.Request(self.base + path, data, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                stream = "event-stream" in answer.headers["Content-Type"] if answer.headers["Content-Type"] else False
                return answer.status, answer.headers, b"" if stream else answer.read()
        except urllib.error.HTTPError as refusal:
            return refusal.code, refusal.headers, refusal.read()


class Contract:
    def __init__(self, path):
        with open(path, encoding="utf-8") as file:
            self.document = self.json_schema(yaml.safe_load(file))
        self.resolver = jsonschema.RefResolver("", self.document)
        self.seen = set()
        self.problems = []

    def json_schema(self, node):
        """OpenAPI's `nullable` as JSON schema has it."""
        if isinstance(node, list):
            return [self.json_schema(item) for item in node]
        if not isinstance(node, dict):
            return node
        node = {key: self.json_schema(value) for key, value in node.items()}
        return {"anyOf": [{"type": "null"}, node]} if node.pop("nullable", False) is True else node

    def operations(self):
        return {(method.upper(), path): operation
                for path, item in self.document["paths"].items()
                for method, operation in item.items() if method != "parameters"}

    def response(self, method, path, status):
        response = self.operations()[method, path]["responses"].get(str(status))
        if response and "$ref" in response:
            return self.resolver.resolve(response["$ref"])[1]
        return response

    def check(self, method, path, expected, answer):
        status, headers, body = answer
        self.seen.add((method, path, str(status)))
        where = f"{method} {path}: "
        if status != expected:
            self.problems.append(f"{where}{status} instead of {expected}: {body[:200]!r}")
        response = self.response(method, path, status)
        if response is None:
            self.problems.append(f"{where}{status} is not documented")
            return
        for name in response.get("headers", {}):
            if name not in headers:
                self.problems.append(f"{where}{status} lacks {name}")
        self.check_body(where, response.get("content", {}), headers, body)

    def check_body(self, where, content, headers, body):
        media = headers.get("Content-Type")
        if media not in content and (media or content):
            self.problems.append(f"{where}answers {media}")
        elif media == JSON:
            validator = jsonschema.Draft7Validator(content[JSON]["schema"], resolver=self.resolver)
            for error in validator.iter_errors(json.loads(body)):
                self.problems.append(f"{where}{error.json_path}: {error.message}")

    def check_completeness(self):
        for (method, path), operation in self.operations().items():
            for status in operation["responses"]:
                if (method, path, status) not in self.seen:
                    self.problems.append(f"{method} {path}: {status} is documented, never seen")


def cases():
    """(method, documented path, status, actual path, body, content type) in order."""
    run = {"id": RUN, "pipeline_name": "p", "environment": "prod", "trigger": {"by": "cron"},
           "tags": ["a"], "metadata": {"k": 1}, "session": "s", "started_at": "2026-01-31T09:41:07Z",
           "ended_at": 1769852468000000000, "duration_ms": 61.25}
    step = {"id": STEP, "execution_id": RUN, "step_name": "s", "step_type": "filter", "duration_ms": 2,
            "input_payload": {"total_candidates": 5}, "reasoning_payload": {"why": "ü"}}
    error = {"execution_id": RUN, "step_id": STEP, "error_type": "E", "message": "m", "stack": "s",
             "payload": {"a": 1}}
    one = "/executions/{id}"
    yield "POST", "/executions", 201, "/executions", run, JSON
    yield "POST", "/execution-steps", 201, "/execution-steps", step, JSON
    yield "POST", "/execution-errors", 201, "/execution-errors", error, JSON
    yield "GET", "/executions", 200, "/executions?limit=1", None, None
    yield "GET", "/executions", 400, "/executions?limit=none", None, None
    yield "GET", one, 200, f"/executions/{RUN}", None, None
    yield "GET", one, 404, f"/executions/{STRANGER}", None, None
    yield "GET", one, 400, f"/executions/{RUN}?x=1", None, None
    yield "PATCH", one, 200, f"/executions/{RUN}", {"status": "completed", "tags": ["b"]}, JSON
    yield "PATCH", one, 404, f"/executions/{STRANGER}", {"status": "failed"}, JSON
    yield "DELETE", one, 404, f"/executions/{STRANGER}", None, None
    yield "POST", "/execution-steps", 404, "/execution-steps", {**step, "id": STRANGER, "execution_id": STRANGER}, JSON
    yield "POST", "/execution-steps", 409, "/execution-steps", {**step, "execution_id": STRANGER}, JSON
    yield "POST", "/execution-errors", 404, "/execution-errors", {**error, "execution_id": STRANGER}, JSON
    for kind in ("/execution-steps", "/execution-errors"):
        yield "GET", kind, 200, f"{kind}?execution_id={RUN}", None, None
        yield "GET", kind, 400, kind, None, None
        yield "GET", kind, 404, f"{kind}?execution_id={STRANGER}", None, None
    for method, path, actual in (("POST", "/executions", "/executions"), ("PATCH", one, f"/executions/{RUN}"),
                                 ("POST", "/execution-steps", "/execution-steps"),
                                 ("POST", "/execution-errors", "/execution-errors")):
        yield method, path, 400, actual, "{", JSON
        yield method, path, 413, actual, LARGE, JSON
        yield method, path, 415, actual, "{}", "text/plain"
        yield method, path, 422, actual, {"nonsense": 1}, JSON
    lines = json.dumps({"op": "start", "pipeline_name": "p"}) + '\n{"op":"end"}\n{\n'
    yield "POST", "/batch", 200, "/batch", lines, "application/x-ndjson"
    yield "POST", "/batch", 400, "/batch", "[", JSON
    yield "POST", "/batch", 413, "/batch", LARGE, JSON
    yield "POST", "/batch", 415, "/batch", "{}", "text/plain"
    for path in ("/v1/traces", "/v1/logs", "/v1/metrics"):
        yield "POST", path, 200, path, {}, JSON
        yield "POST", path, 413, path, LARGE, JSON
        yield "POST", path, 415, path, "{}", "text/plain"
        if path != "/v1/metrics":
            yield "POST", path, 400, path, "{", JSON
    for path in ("/healthz", "/stats", "/openapi.json", "/events"):
        yield "GET", path, 200, path, None, None
        yield "GET", path, 400, f"{path}?q=1", None, None
    yield "DELETE", one, 204, f"/executions/{RUN}", None, None


def busy_cases():
    one, start = "/executions/{id}", {"pipeline_name": "p"}
    yield "POST", "/executions", "/executions", start
    yield "PATCH", one, f"/executions/{RUN}", {}
    yield "DELETE", one, f"/executions/{RUN}", None
    yield "POST", "/execution-steps", "/execution-steps", {"execution_id": RUN}
    yield "POST", "/execution-errors", "/execution-errors", {"execution_id": RUN}
    yield "POST", "/batch", "/batch", {"op": "start", **start}
    ids = {"traceId": "0af7651916cd43dd8448eb211c80319c", "spanId": "b7ad6b7169203331"}
    yield "POST", "/v1/traces", "/v1/traces", {"resourceSpans": [{"scopeSpans": [{"spans": [ids]}]}]}
    record = {**ids, "eventName": "gen_ai.choice", "timeUnixNano": "1"}
    yield "POST", "/v1/logs", "/v1/logs", {"resourceLogs": [{"scopeLogs": [{"logRecords": [record]}]}]}


def check_undocumented(contract, server):
    known = {path for _, path in contract.operations()}
    for path in known | {"/", "/executions/", "/v1/profiles", "/schemas", "/metrics", "/EXECUTIONS",
                         "/executions/{id}/steps", "/healthz/", "/../healthz"}:
        for method in METHODS:
            if (method, path) in contract.operations():
                continue
            body = {} if method in ("POST", "PUT", "PATCH") else None
            status, _, _ = server.ask(method, path.replace("{id}", RUN), body)
            expected = 405 if path in known else 404
            if status != expected:
                contract.problems.append(f"{method} {path}: {status} instead of {expected}")


# A reader that is busy, one status of 409 and of 503 need a store that misbehaves in ways the store
# in memory does not; their answers have the shape of the others of that status.
UNREACHED = {("POST", "/executions", "409"), ("POST", "/execution-errors", "409"),
             ("GET", "/executions", "503"), ("GET", "/executions/{id}", "503"),
             ("GET", "/execution-steps", "503"), ("GET", "/execution-errors", "503"),
             ("GET", "/events", "503")}


def main(program, document):
    contract = Contract(document)
    with Server(program) as server:
        for method, path, status, actual, body, media in cases():
            contract.check(method, path, status, server.ask(method, actual, body, media))
        check_undocumented(contract, server)
    with Server(program, "busy") as server:
        for method, path, actual, body in busy_cases():
            contract.check(method, path, 503, server.ask(method, actual, body))
    contract.seen |= UNREACHED
    contract.check_completeness()
    print("\n".join(contract.problems) or f"{len(contract.seen)} documented answers hold")
    return bool(contract.problems)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
