-- The log. `seq` is given by the store under its lock, never by the database.
CREATE TABLE revisions (
    seq         BIGINT PRIMARY KEY,
    kind        TEXT NOT NULL,
    id          TEXT NOT NULL,
    body        TEXT NOT NULL,
    recorded_at TEXT NOT NULL COLLATE "C",
    recorded_by TEXT NOT NULL,
    note        TEXT
);
CREATE INDEX revisions_by_row ON revisions (kind, id, seq);
CREATE INDEX revisions_by_date ON revisions (recorded_at, seq);

-- Several servers share no disk: the content of datasets stands beside the log.
CREATE TABLE blobs (
    digest  TEXT PRIMARY KEY,
    content BYTEA NOT NULL
);

-- Append-only, even for a hand in a hurry.
CREATE FUNCTION revisions_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'the log is append-only'; END $$;
CREATE TRIGGER revisions_never_change BEFORE UPDATE OR DELETE OR TRUNCATE ON revisions
FOR EACH STATEMENT EXECUTE FUNCTION revisions_append_only();
