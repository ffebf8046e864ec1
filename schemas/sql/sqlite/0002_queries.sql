-- SPDX-License-Identifier: Apache-2.0
-- Version 2: queries that people keep.

CREATE TABLE saved_queries(
    name     TEXT    PRIMARY KEY,
    text     TEXT    NOT NULL,
    saved_at INTEGER NOT NULL
) WITHOUT ROWID;
