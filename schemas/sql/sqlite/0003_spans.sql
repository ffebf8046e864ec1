-- SPDX-License-Identifier: Apache-2.0
-- Version 3: spans of OpenTelemetry programs as they came, and how a step was made of one.

CREATE TABLE spans(
    id           INTEGER PRIMARY KEY,           -- grows with arrival
    execution_id INTEGER NOT NULL,              -- no reference: deleted in slices with its run
    kind         INTEGER NOT NULL,              -- 0 span, 1 log record
    span_id      INTEGER NOT NULL,              -- the 8 bytes as a signed integer
    digest       INTEGER NOT NULL DEFAULT 0,    -- of a log record: tells one that was sent twice
    ended_at     INTEGER NOT NULL,
    body         TEXT    NOT NULL
);
CREATE UNIQUE INDEX spans_by_run ON spans(execution_id, kind, span_id, digest);

-- Traces with spans that their run does not show yet.
CREATE TABLE stale_traces(
    execution_id INTEGER PRIMARY KEY,
    mapped_at    INTEGER NOT NULL
);

ALTER TABLE execution_steps ADD COLUMN origin TEXT; -- JSON: kind, convention, type source, plumbing
