-- What was asked for and found little: counts only, outside of the log.
CREATE TABLE demand (
    month     TEXT NOT NULL,
    territory TEXT NOT NULL,
    kind      TEXT NOT NULL,
    concept   TEXT NOT NULL,
    asked     INTEGER NOT NULL,
    best      INTEGER NOT NULL,
    PRIMARY KEY (month, territory, kind, concept)
);
CREATE INDEX demand_by_territory ON demand (territory, month);
