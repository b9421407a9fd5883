-- Where a write came from, and the writes that may be asked twice.
ALTER TABLE revisions ADD COLUMN address TEXT;
CREATE TABLE requests (
    key         TEXT PRIMARY KEY,
    digest      TEXT NOT NULL,
    first       BIGINT NOT NULL,
    last        BIGINT NOT NULL,
    recorded_at TEXT NOT NULL COLLATE "C"
);
CREATE INDEX requests_by_date ON requests (recorded_at);
