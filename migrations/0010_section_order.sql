-- Sections of a list that are dated by those around them. A CHECK cannot be altered: the column is made anew.
ALTER TABLE documents ADD COLUMN new_basis TEXT NOT NULL DEFAULT 'retrieved'
  CHECK (new_basis IN ('post-id', 'stated', 'section-earliest', 'section-order', 'list-date', 'retrieved'));
UPDATE documents SET new_basis = basis;
ALTER TABLE documents DROP COLUMN basis;
ALTER TABLE documents RENAME COLUMN new_basis TO basis;
