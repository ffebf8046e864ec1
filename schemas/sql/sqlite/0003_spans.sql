-- SPDX-License-Identifier: Apache-2.0
-- Version 3: spans of OpenTelemetry programs as they came, and how a step was made of one.

CREATE TABLE spans(
    id           INTEGER PRIMARY KEY,   -- grows with arrival
    execution_id INTEGER NOT NULL,      -- no reference: deleted in slices with its run
    kind         INTEGER NOT NULL,      -- 0 span, 1 log
    span_id      BLOB    NOT NULL CHECK(length(span_id) = 8),
    digest       BLOB    NOT NULL,      -- of a log: tells a resent one; of a span: empty
    ended_at     INTEGER NOT NULL,
    body         TEXT    NOT NULL
);
CREATE UNIQUE INDEX spans_by_run ON spans(execution_id, kind, span_id, digest);

ALTER TABLE execution_steps ADD COLUMN origin TEXT; -- JSON: kind, convention, type source, plumbing
