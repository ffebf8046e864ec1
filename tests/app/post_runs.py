# SPDX-License-Identifier: GPL-3.0-or-later
"""A pipeline outside the app: posts interleaved runs step by step over several connections.

    post_runs.py PORT RUNS

It works in three parts and waits for a line on standard input before the second and the third:
  start   every run begins, and its first step, which goes on running
  middle  the first steps end, further ones follow, one goes on running in each run
  end     the last steps and the runs end
After each part it prints a line of JSON: {"part": …}, the last one with "runs", what the store
must hold: {id: {"status": …, "steps": n, "errors": n}}. Any refusal ends it with an error.
"""
import http.client
import json
import sys
import threading
import uuid

CONNECTIONS = 8
TYPES = ["llm", "api", "filter", "ranking", "analysis"]


class Connection:
    def __init__(self, port):
        self.http = http.client.HTTPConnection("127.0.0.1", port, timeout=30)

    def call(self, method, path, body, kind="application/json"):
        self.http.request(method, path, body, {"Content-Type": kind})
        answer = self.http.getresponse()
        text = answer.read()
        if answer.status // 100 != 2:
            raise RuntimeError(f"{method} {path}: {answer.status} {text!r}")
        return json.loads(text) if text else None

    def post(self, path, entity):
        self.call("POST", path, json.dumps(entity))

    def batch(self, operations):
        lines = "\n".join(json.dumps(operation) for operation in operations)
        answer = self.call("POST", "/batch", lines, "application/x-ndjson")
        if answer["accepted"] != len(operations):
            raise RuntimeError(f"a batch was refused: {answer}")


class Run:
    """One run; its number decides how many steps it has and how it ends."""

    def __init__(self, number):
        self.id = str(uuid.uuid4())
        self.number = number
        self.fails = number % 7 == 3
        self.batched = number % 3 == 0
        self.steps = [str(uuid.uuid4()) for _ in range(3 + number % 4)]

    def step(self, place, **more):
        return {
            "id": self.steps[place],
            "execution_id": self.id,
            "step_name": f"step_{place + 1}",
            "step_type": TYPES[place % len(TYPES)],
            **more,
        }

    def start(self, connection):
        connection.post("/executions", {"id": self.id, "pipeline_name": "live_pipeline",
                                        "metadata": {"query": f"live run {self.number}"}})
        connection.post("/execution-steps", self.step(0, status="running"))

    def middle(self, connection):
        done = [self.step(place, status="completed", output_payload={"place": place})
                for place in range(len(self.steps) - 1)]
        running = self.step(len(self.steps) - 1, status="running")
        if self.batched:
            connection.batch([{"op": "step", **step} for step in [*done, running]])
        else:
            for step in [*done, running]:
                connection.post("/execution-steps", step)

    def end(self, connection):
        status = "failed" if self.fails else "completed"
        connection.post("/execution-steps", self.step(len(self.steps) - 1, status=status))
        if self.fails:
            connection.post("/execution-errors", {
                "execution_id": self.id, "step_id": self.steps[-1],
                "error_type": "Timeout", "message": "The answer took too long."})
        if self.batched:
            connection.batch([{"op": "end", "id": self.id, "status": status}])
        else:
            connection.call("PATCH", f"/executions/{self.id}", json.dumps({"status": status}))

    def expected(self):
        return {"status": "failed" if self.fails else "completed",
                "steps": len(self.steps), "errors": int(self.fails)}


def do_part(part, runs, connections):
    """Each connection takes every CONNECTIONS-th run, all at the same time."""
    problems = []

    def work(first):
        try:
            for run in runs[first::CONNECTIONS]:
                getattr(run, part)(connections[first])
        except Exception as problem:  # told by the main thread
            problems.append(problem)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if problems:
        sys.exit(str(problems[0]))


def tell(**what):
    print(json.dumps(what), flush=True)


def main():
    port, count = int(sys.argv[1]), int(sys.argv[2])
    runs = [Run(number) for number in range(count)]
    connections = [Connection(port) for _ in range(CONNECTIONS)]
    do_part("start", runs, connections)
    tell(part="start")
    for part in ("middle", "end"):
        if not sys.stdin.readline():
            return
        do_part(part, runs, connections)
        tell(part=part, runs={run.id: run.expected() for run in runs})


main()
