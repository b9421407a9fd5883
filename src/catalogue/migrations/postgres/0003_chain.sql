-- Each revision is sealed: what it says (digest), and what it says after all before (chain).
-- Rows of older logs get theirs when the store opens, in one transaction.
ALTER TABLE revisions ADD COLUMN digest TEXT NOT NULL DEFAULT '';
ALTER TABLE revisions ADD COLUMN chain TEXT NOT NULL DEFAULT '';

-- An older program that still runs may no longer write: its rows would not be sealed.
ALTER TABLE revisions ADD CONSTRAINT revisions_are_sealed
CHECK (length(digest) = 64 AND length(chain) = 64) NOT VALID;
