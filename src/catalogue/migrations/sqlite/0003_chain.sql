-- Each revision is sealed: what it says (digest), and what it says after all before (chain).
-- Rows of older logs get theirs when the store opens, in one transaction.
ALTER TABLE revisions ADD COLUMN digest TEXT NOT NULL DEFAULT '';
ALTER TABLE revisions ADD COLUMN chain TEXT NOT NULL DEFAULT '';

-- An older program that still runs may no longer write: its rows would not be sealed.
CREATE TRIGGER revisions_are_sealed BEFORE INSERT ON revisions
WHEN length(NEW.digest) <> 64 OR length(NEW.chain) <> 64
BEGIN SELECT RAISE(ABORT, 'a revision must be sealed: this program is too old'); END;
