-- When a list's history shows a line for the first time.
ALTER TABLE observations ADD COLUMN listed_at TEXT;

-- Runs of a source that failed, one after the other, since the last success.
ALTER TABLE sources ADD COLUMN failures INTEGER NOT NULL DEFAULT 0;

-- Why somebody should look at a source; null: all is well.
ALTER TABLE sources ADD COLUMN alarm TEXT;

-- Posts read of a service that bills each once a day.
CREATE TABLE reads (
  source TEXT NOT NULL,
  day TEXT NOT NULL,
  post TEXT NOT NULL,
  PRIMARY KEY (source, day, post)
) STRICT, WITHOUT ROWID;
