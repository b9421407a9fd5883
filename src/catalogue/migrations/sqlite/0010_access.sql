-- What is not history: when each key served last, and the sessions of pages.
CREATE TABLE key_uses (
    key_id  TEXT PRIMARY KEY,
    used_at TEXT NOT NULL
);
CREATE TABLE sessions (
    digest  TEXT PRIMARY KEY,
    key_id  TEXT NOT NULL,
    created TEXT NOT NULL,
    seen    TEXT NOT NULL
);
CREATE INDEX sessions_by_key ON sessions (key_id);
CREATE INDEX sessions_by_date ON sessions (seen);
