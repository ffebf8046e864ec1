-- SPDX-License-Identifier: Apache-2.0
-- Store of X-Ray, SQLite, version 1. Times and durations are int64 nanoseconds (times since the
-- Unix epoch, UTC); uuids are 16 bytes; payloads, metadata, metrics and issues are JSON texts.
-- Row ids grow with arrival. Page size and auto_vacuum are set before this runs.

CREATE TABLE executions(
    id              INTEGER PRIMARY KEY,
    uuid            BLOB    NOT NULL UNIQUE CHECK(length(uuid) = 16),
    pipeline_name   TEXT    NOT NULL,
    environment     TEXT,
    "trigger"       TEXT,
    status          TEXT    NOT NULL CHECK(status IN ('running', 'completed', 'failed', 'incomplete')),
    started_at      INTEGER NOT NULL,
    ended_at        INTEGER,
    duration_ns     INTEGER,
    metadata        TEXT,
    tags            TEXT,               -- JSON array of strings; NULL when there are none
    session         TEXT,
    source          TEXT    NOT NULL DEFAULT 'sdk',
    step_count      INTEGER NOT NULL DEFAULT 0,
    error_count     INTEGER NOT NULL DEFAULT 0,
    last_step_index INTEGER NOT NULL DEFAULT 0,
    title           TEXT,               -- what it was about, and the index of the step that said so
    title_step      INTEGER NOT NULL DEFAULT 0,
    outcome         TEXT,               -- what came out, likewise
    outcome_step    INTEGER NOT NULL DEFAULT 0,
    failure         TEXT,               -- first line of the first error
    last_event_at   INTEGER NOT NULL,   -- arrival of the last event, for "incomplete"
    purge_at        INTEGER             -- set: deleted, its rows go once this time has come
);
CREATE INDEX executions_by_time ON executions(started_at, uuid) WHERE purge_at IS NULL;
CREATE INDEX executions_by_pipeline ON executions(pipeline_name, started_at, uuid) WHERE purge_at IS NULL;
CREATE INDEX executions_by_status ON executions(status, started_at, uuid) WHERE purge_at IS NULL;
CREATE INDEX executions_by_pipeline_status ON executions(pipeline_name, status, started_at, uuid)
    WHERE purge_at IS NULL;
CREATE INDEX executions_by_session ON executions(session, started_at, uuid)
    WHERE session IS NOT NULL AND purge_at IS NULL;
CREATE INDEX executions_running ON executions(last_event_at) WHERE status = 'running';
CREATE INDEX executions_deleted ON executions(purge_at) WHERE purge_at IS NOT NULL;

CREATE TABLE execution_steps(
    id                INTEGER PRIMARY KEY,
    uuid              BLOB    NOT NULL UNIQUE CHECK(length(uuid) = 16),
    execution_id      INTEGER NOT NULL REFERENCES executions(id),
    parent_uuid       BLOB,             -- of a step that may come later, or never
    step_index        INTEGER NOT NULL,
    step_name         TEXT    NOT NULL,
    step_type         TEXT    NOT NULL
        CHECK(step_type IN ('llm', 'api', 'filter', 'ranking', 'analysis', 'other')),
    status            TEXT    NOT NULL CHECK(status IN ('running', 'completed', 'failed')),
    status_stated     INTEGER NOT NULL DEFAULT 0,
    started_at        INTEGER NOT NULL,
    ended_at          INTEGER,
    duration_ns       INTEGER,
    error_count       INTEGER NOT NULL DEFAULT 0,
    count_in          INTEGER,
    count_out         INTEGER,
    metrics           TEXT,             -- JSON object name -> number, as in step_metrics
    issues            TEXT,             -- JSON array
    input_payload     TEXT,
    output_payload    TEXT,
    reasoning_payload TEXT
);
CREATE INDEX steps_by_run ON execution_steps(execution_id, step_index);

CREATE TABLE execution_errors(
    id           INTEGER PRIMARY KEY,
    uuid         BLOB    NOT NULL UNIQUE CHECK(length(uuid) = 16),
    execution_id INTEGER NOT NULL REFERENCES executions(id),
    step_id      INTEGER REFERENCES execution_steps(id),
    error_type   TEXT,
    message      TEXT    NOT NULL,
    stack        TEXT,
    payload      TEXT,
    occurred_at  INTEGER NOT NULL
);
CREATE INDEX errors_by_run ON execution_errors(execution_id, occurred_at);
CREATE INDEX errors_by_step ON execution_errors(step_id) WHERE step_id IS NOT NULL;

-- Metrics: found by (metric, step type) newest first; metric_zones says which stretches of 512
-- step ids can hold a match at all. A zone is widened on update and never too narrow.
CREATE TABLE metrics(
    id   INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
);
CREATE TABLE step_metrics(
    metric_id INTEGER NOT NULL,
    step_type INTEGER NOT NULL,         -- 0 llm, 1 api, 2 filter, 3 ranking, 4 analysis, 5 other
    step_id   INTEGER NOT NULL,
    value     REAL    NOT NULL,
    PRIMARY KEY(metric_id, step_type, step_id)
) WITHOUT ROWID;
CREATE TABLE metric_zones(
    metric_id INTEGER NOT NULL,
    step_type INTEGER NOT NULL,
    zone      INTEGER NOT NULL,         -- step_id >> 9
    n         INTEGER NOT NULL,
    min_value REAL    NOT NULL,
    max_value REAL    NOT NULL,
    PRIMARY KEY(metric_id, step_type, zone)
) WITHOUT ROWID;

-- The change feed: one revision a transaction; step_id 0 is the run itself.
CREATE TABLE changes(
    rev          INTEGER NOT NULL,
    execution_id INTEGER NOT NULL,
    step_id      INTEGER NOT NULL,
    deleted      INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY(rev, execution_id, step_id)
) WITHOUT ROWID;

CREATE TABLE counters(
    name  TEXT PRIMARY KEY,
    value INTEGER NOT NULL
) WITHOUT ROWID;
INSERT INTO counters VALUES('runs', 0), ('steps', 0), ('errors', 0), ('issues', 0);

-- The third door: one row, one event in the words of POST /batch. An INSERT here is the durable
-- acknowledgement; whoever holds the writer lease folds it in. A refused row stays, with the reason.
CREATE TABLE IF NOT EXISTS inbox(
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    body        TEXT    NOT NULL,
    received_at INTEGER,
    error       TEXT
);
CREATE INDEX inbox_waiting ON inbox(id) WHERE error IS NULL;
