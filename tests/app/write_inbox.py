# SPDX-License-Identifier: GPL-3.0-or-later
"""An SDK without a listener: puts runs into the table inbox of a store, one INSERT an event.

    write_inbox.py STORE RUNS

Prints the id of each run and step once its INSERT is committed, "run ID" or "step ID".
"""

import json
import sqlite3
import sys
import uuid

STEPS = 4


def put(store, event):
    store.execute("INSERT INTO inbox(body) VALUES (?)", (json.dumps(event),))
    store.commit()


def main(path, runs):
    store = sqlite3.connect(path, timeout=60)
    for _ in range(runs):
        run = str(uuid.uuid4())
        put(store, {"op": "start", "id": run, "pipeline_name": "sdk"})
        print("run", run, flush=True)
        for number in range(STEPS):
            step = str(uuid.uuid4())
            event = {"op": "step", "id": step, "execution_id": run}
            put(store, {**event, "step_name": f"s{number}", "step_type": "llm"})
            print("step", step, flush=True)
        put(store, {"op": "end", "id": run})


main(sys.argv[1], int(sys.argv[2]))
