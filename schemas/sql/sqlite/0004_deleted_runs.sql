-- SPDX-License-Identifier: Apache-2.0
-- Version 4: the change feed names a run that was deleted, also when its row is gone.

ALTER TABLE changes ADD COLUMN uuid BLOB; -- of the run, when deleted
