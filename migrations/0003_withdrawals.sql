-- Evidence that is no more: a post deleted or edited, a line that its list no longer has. It is marked, not erased.
ALTER TABLE documents ADD COLUMN edition TEXT; -- of a post that was edited: when the newest version read was made
ALTER TABLE documents ADD COLUMN withdrawn_at TEXT;
ALTER TABLE documents ADD COLUMN withdrawn TEXT; -- why
ALTER TABLE observations ADD COLUMN withdrawn_at TEXT;
ALTER TABLE observations ADD COLUMN withdrawn TEXT;
