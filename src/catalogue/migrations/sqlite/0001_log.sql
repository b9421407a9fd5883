-- The log. `seq` is given by the store under its lock, never by the database.
CREATE TABLE revisions (
    seq         INTEGER PRIMARY KEY,
    kind        TEXT NOT NULL,
    id          TEXT NOT NULL,
    body        TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    recorded_by TEXT NOT NULL,
    note        TEXT
);
CREATE INDEX revisions_by_row ON revisions (kind, id, seq);
CREATE INDEX revisions_by_date ON revisions (recorded_at, seq);

-- Append-only, even for a hand in a hurry.
CREATE TRIGGER revisions_never_change BEFORE UPDATE ON revisions
BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
CREATE TRIGGER revisions_never_leave BEFORE DELETE ON revisions
BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
