-- When a value, or a pair, was first read in its document: a list gains lines over the years.
ALTER TABLE observations ADD COLUMN retrieved_at TEXT NOT NULL DEFAULT '';
ALTER TABLE pairs ADD COLUMN retrieved_at TEXT NOT NULL DEFAULT '';
UPDATE observations SET retrieved_at =
  (SELECT min(retrieved_at) FROM retrievals WHERE retrievals.document = observations.document);
UPDATE pairs SET retrieved_at =
  (SELECT min(retrieved_at) FROM retrievals WHERE retrievals.document = pairs.document);
