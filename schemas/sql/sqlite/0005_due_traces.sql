-- SPDX-License-Identifier: Apache-2.0
-- Version 5: a trace with spans that its run does not show yet says when it is to be mapped, since
-- a large one waits longer than a small one.

ALTER TABLE stale_traces RENAME COLUMN mapped_at TO due_at;
