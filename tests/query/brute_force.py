# SPDX-License-Identifier: GPL-3.0-or-later
"""The query language against brute force: demo runs are exported as JSON, read into a second store,
and each query's answer is compared, in ids and in order, with a plain Python predicate over every
exported step or run. The predicates share nothing with X-Ray's own executors.

    brute_force.py XRAYCTL
"""
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

RUNS = 400
MOST = 1_000_000  # rows asked for
MS_PER_S = 1000


class Step:
    """One exported step with its run; `at(path)` reads payloads, `metric(name)` numbers."""

    def __init__(self, line, run):
        self.line, self.run = line, run
        self.id, self.type, self.name = line["id"], line["step_type"], line["step_name"]
        self.status, self.ms = line["status"], line.get("duration_ms")
        self.has_error = False

    def at(self, path):
        side, *keys = path.split(".")
        value = self.line.get(side + "_payload")
        for key in keys:
            if isinstance(value, list) and key.isdigit() and int(key) < len(value):
                value = value[int(key)]
            elif isinstance(value, dict):
                value = value.get(key)
            else:
                return None
        return value

    def metric(self, name):
        value = self.at("reasoning." + name)
        if is_number(value):
            return value
        return self.eliminated() if name == "percentage_eliminated" else None

    def eliminated(self):
        """What a filter that does not say so dropped, in per cent of what came in."""
        came, stayed = self.at("input.total_candidates"), self.at("output.remaining_candidates")
        if self.type != "filter" or not is_number(came) or not is_number(stayed) or not came:
            return None
        return 100 * (came - stayed) / came

    def says(self, text):
        sides = (self.line.get(side + "_payload") for side in ("input", "output", "reasoning"))
        return any(contains(side, text) for side in sides)


class Run:
    def __init__(self, line):
        self.line, self.id, self.steps, self.has_error = line, line["id"], [], False
        self.pipeline, self.status = line["pipeline_name"], line.get("status", "running")

    def of_type(self, kind):
        return [step for step in self.steps if step.type == kind]


def contains(value, text):
    """Whether a string somewhere in the value contains the text, whatever the case."""
    if isinstance(value, str):
        return text.casefold() in value.casefold()
    if isinstance(value, dict):
        value = value.values()
    return isinstance(value, (list, type({}.values()))) and any(contains(v, text) for v in value)


def less(value, bound):
    return value is not None and value < bound


def more(value, bound):
    return value is not None and value > bound


def is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)


STEP_QUERIES = {
    "": lambda s: True,
    "type = filter": lambda s: s.type == "filter",
    "type != llm": lambda s: s.type != "llm",
    "type in (llm, api)": lambda s: s.type in ("llm", "api"),
    "not type in (llm, api)": lambda s: s.type not in ("llm", "api"),
    "percentage_eliminated > 90": lambda s: more(s.metric("percentage_eliminated"), 90),
    "type = filter and percentage_eliminated > 90":
        lambda s: s.type == "filter" and more(s.metric("percentage_eliminated"), 90),
    "type = ranking and confidence < 0.4":
        lambda s: s.type == "ranking" and less(s.metric("confidence"), 0.4),
    "confidence": lambda s: s.metric("confidence") is not None,
    "not confidence exists": lambda s: s.metric("confidence") is None,
    "confidence != 0.5": lambda s: s.metric("confidence") not in (None, 0.5),
    "not confidence = 0.5": lambda s: s.metric("confidence") != 0.5,
    "confidence >= 0.5 and confidence < 0.7":
        lambda s: s.metric("confidence") is not None and 0.5 <= s.metric("confidence") < 0.7,
    "metric.tokens.prompt > 500": lambda s: more(s.metric("tokens.prompt"), 500),
    "confidence > 0.8 and tokens.prompt > 600":
        lambda s: more(s.metric("confidence"), 0.8) and more(s.metric("tokens.prompt"), 600),
    "confidence < 0.5 or percentage_eliminated > 95":
        lambda s: less(s.metric("confidence"), 0.5) or more(s.metric("percentage_eliminated"), 95),
    "duration > 2s": lambda s: more(s.ms, 2 * MS_PER_S),
    "duration <= 150ms": lambda s: s.ms is not None and s.ms <= 150,
    "not duration": lambda s: s.ms is None,
    "status = running": lambda s: s.status == "running",
    "status = failed": lambda s: s.status == "failed",
    "error": lambda s: s.has_error,
    "not error and duration > 1s": lambda s: not s.has_error and more(s.ms, MS_PER_S),
    "step ~ \"^filter_\"": lambda s: s.name.startswith("filter_"),
    "step ~ \"^filter_\" and duration > 2s and not error":
        lambda s: s.name.startswith("filter_") and more(s.ms, 2 * MS_PER_S) and not s.has_error,
    "step ~ \"(rank|score)_\\w+$\"": lambda s: re.search(r"(rank|score)_\w+$", s.name),
    "step : RANK": lambda s: "rank" in s.name.casefold(),
    "index = 2": lambda s: s.line["step_index"] == 2,
    "index > 3 and type = llm": lambda s: s.line["step_index"] > 3 and s.type == "llm",
    "pipeline = competitor_selection": lambda s: s.run.pipeline == "competitor_selection",
    "pipeline != competitor_selection and type = filter":
        lambda s: s.run.pipeline != "competitor_selection" and s.type == "filter",
    "environment = prod": lambda s: s.run.line.get("environment") == "prod",
    "session": lambda s: s.run.line.get("session") is not None,
    "session ~ \"1$\"": lambda s: (s.run.line.get("session") or "").endswith("1"),
    "tag = vip": lambda s: "vip" in s.run.line.get("tags", []),
    "run.status = failed": lambda s: s.run.status == "failed",
    "run.duration > 5s": lambda s: more(s.run.line.get("duration_ms"), 5 * MS_PER_S),
    "text : \"MacBook Stand\"": lambda s: s.says("MacBook Stand"),
    "type = filter and text : \"macbook stand\"":
        lambda s: s.type == "filter" and s.says("macbook stand"),
    "text : \"st\"": lambda s: s.says("st"),
    "not text : \"the\"": lambda s: not s.says("the"),
    "output.candidates : monitor": lambda s: contains(s.at("output.candidates"), "monitor"),
    "output.candidates.0 ~ \"^M\"":
        lambda s: isinstance(s.at("output.candidates.0"), str)
        and s.at("output.candidates.0").startswith("M"),
    "output.remaining_candidates = 0 or input.title : \"laptop stand\"":
        lambda s: (is_number(s.at("output.remaining_candidates"))
                   and s.at("output.remaining_candidates") == 0)
        or contains(s.at("input.title"), "laptop stand"),
    "output.found > 40": lambda s: is_number(s.at("output.found")) and s.at("output.found") > 40,
    "input.limit exists": lambda s: s.at("input.limit") is not None,
    "input.limit = \"50\"": lambda s: s.at("input.limit") == "50",
    "metadata.locale = en_US": lambda s: (s.run.line.get("metadata") or {}).get("locale") == "en_US",
    "not (type = llm or type = api) and not error":
        lambda s: s.type not in ("llm", "api") and not s.has_error,
}

RUN_QUERIES = {
    "runs where": lambda r: True,
    "runs where status = completed": lambda r: r.status == "completed",
    "runs where pipeline = competitor_selection and duration > 2s":
        lambda r: r.pipeline == "competitor_selection"
        and more(r.line.get("duration_ms"), 2 * MS_PER_S),
    "runs where any(type = filter and percentage_eliminated > 90) and status = completed":
        lambda r: r.status == "completed"
        and any(more(s.metric("percentage_eliminated"), 90) for s in r.of_type("filter")),
    "runs where any(type = filter and percentage_eliminated > 90) and none(error)":
        lambda r: any(more(s.metric("percentage_eliminated"), 90) for s in r.of_type("filter"))
        and not any(s.has_error for s in r.steps),
    "runs where all(not error)": lambda r: not any(s.has_error for s in r.steps),
    "runs where all(duration < 2s)": lambda r: all(less(s.ms, 2 * MS_PER_S) for s in r.steps),
    "runs where none(type = llm)": lambda r: not r.of_type("llm"),
    "runs where count(type = llm) > 1": lambda r: len(r.of_type("llm")) > 1,
    "runs where count() != 5": lambda r: len(r.steps) != 5,
    "runs where not any(type = filter)": lambda r: not r.of_type("filter"),
    "runs where any(text : \"MacBook Stand\")":
        lambda r: any(s.says("MacBook Stand") for s in r.steps),
    "runs where count(text : laptop) >= 2":
        lambda r: sum(s.says("laptop") for s in r.steps) >= 2,
    "runs where error": lambda r: r.has_error,
    "runs where tag = nightly or session": lambda r: "nightly" in r.line.get("tags", [])
        or r.line.get("session") is not None,
}


def read_bundle(path):
    """Runs by id in the order they were exported, and steps in the order they will arrive."""
    runs, steps = {}, {}
    for text in path.read_text(encoding="utf-8").splitlines()[1:]:
        line = json.loads(text)
        if line["op"] == "start":
            runs[line["id"]] = Run(line)
        elif line["op"] == "step":
            step = Step(line, runs[line["execution_id"]])
            steps[step.id] = step
            step.run.steps.append(step)
        elif line["op"] == "error":
            runs[line["execution_id"]].has_error = True
            if line.get("step_id") in steps:
                steps[line["step_id"]].has_error = True
    return runs, steps


def ids_of(xrayctl, store, query):
    printed = subprocess.run(
        [xrayctl, "query", "--db", store, "--format", "ndjson", "--limit", str(MOST), query],
        check=True, capture_output=True, text=True).stdout
    return [json.loads(line)["id"] for line in printed.splitlines()]


def check(query, found, expected):
    print(f"{'ok' if found == expected else 'DIFFERS'}: {len(expected):6} {query}")
    if found == expected:
        return True
    if set(found) == set(expected):
        first = next(i for i, pair in enumerate(zip(found, expected)) if pair[0] != pair[1])
        print(f"    the order differs from row {first} on: {found[first]}, not {expected[first]}")
    else:
        print(f"    not found: {sorted(set(expected) - set(found))[:3]}")
        print(f"    too much: {sorted(set(found) - set(expected))[:3]}")
    return False


def main():
    xrayctl = sys.argv[1]
    with tempfile.TemporaryDirectory() as folder:
        demo, copy = (f"sqlite:{folder}/{name}.db" for name in ("demo", "copy"))
        bundle = Path(folder, "bundle.ndjson")
        for arguments in (["demo", "--db", demo, "--seed", "11", "--runs", str(RUNS)],
                          ["export", "--db", demo, "--format", "bundle", "-o", str(bundle)],
                          ["import", "--db", copy, str(bundle)]):
            subprocess.run([xrayctl, *arguments], check=True, capture_output=True)
        runs, steps = read_bundle(bundle)
        latest_first = list(steps.values())[::-1]
        newest_first = sorted(runs.values(), reverse=True,
                              key=lambda r: (r.line["started_at"], r.id))
        good = [check(query, ids_of(xrayctl, copy, query), [r.id for r in rows if holds(r)])
                for queries, rows in ((STEP_QUERIES, latest_first), (RUN_QUERIES, newest_first))
                for query, holds in queries.items()]
    print(f"{sum(good)} of {len(good)} queries answered as by brute force")
    sys.exit(0 if all(good) else 1)


if __name__ == "__main__":
    main()
