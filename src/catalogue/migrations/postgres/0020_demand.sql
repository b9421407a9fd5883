-- What was asked for and found little: counts only, outside of the log.
CREATE TABLE demand (
    month     TEXT COLLATE "C" NOT NULL,
    territory TEXT COLLATE "C" NOT NULL,
    kind      TEXT COLLATE "C" NOT NULL,
    concept   TEXT COLLATE "C" NOT NULL,
    asked     BIGINT NOT NULL,
    best      BIGINT NOT NULL,
    PRIMARY KEY (month, territory, kind, concept)
);
CREATE INDEX demand_by_territory ON demand (territory, month);
