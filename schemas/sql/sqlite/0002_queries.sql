-- SPDX-License-Identifier: Apache-2.0
-- Version 2: what questions need: queries that people keep, names to offer, and the text index.

CREATE TABLE saved_queries(
    name     TEXT    PRIMARY KEY,
    text     TEXT    NOT NULL,
    saved_at INTEGER NOT NULL
) WITHOUT ROWID;

-- How many steps have a name.
CREATE TABLE step_names(
    step_name TEXT    PRIMARY KEY,
    n         INTEGER NOT NULL
) WITHOUT ROWID;
INSERT INTO step_names SELECT step_name, count(*) FROM execution_steps GROUP BY step_name;

-- Metric zones that lost a value: their bounds may be too wide until they are recomputed.
CREATE TABLE loose_zones(
    metric_id INTEGER NOT NULL,
    step_type INTEGER NOT NULL,
    zone      INTEGER NOT NULL,
    PRIMARY KEY(metric_id, step_type, zone)
) WITHOUT ROWID;

-- The text index, made in the background: per group of 4096 step ids, which of them may hold a
-- trigram. A trigram is hashed to one of `bits` bits; text_signatures has for each bit the steps
-- that have it set, one bit a step, no row when there are none. It only says where to look.
CREATE TABLE text_groups(
    grp   INTEGER PRIMARY KEY,          -- step_id >> 12
    ready INTEGER NOT NULL,             -- 0: being made
    bits  INTEGER NOT NULL
);
CREATE TABLE text_signatures(
    grp   INTEGER NOT NULL,
    bit   INTEGER NOT NULL,
    steps BLOB    NOT NULL,
    PRIMARY KEY(grp, bit)
) WITHOUT ROWID;
-- Steps of a group that changed since it was read: looked at one by one.
CREATE TABLE text_stale(
    step_id INTEGER PRIMARY KEY
);
