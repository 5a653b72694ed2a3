-- Who registered a name and when, as a source found it at one time. Sources tell it for some days only; kept for names that
-- are held.
CREATE TABLE registrations (
  domain TEXT NOT NULL,
  source TEXT NOT NULL,
  checked_at TEXT NOT NULL,
  retrieved_at TEXT NOT NULL,
  registered_at TEXT,
  registrar TEXT,
  name_servers TEXT NOT NULL CHECK (json_valid(name_servers)),
  addresses TEXT NOT NULL CHECK (json_valid(addresses)),
  PRIMARY KEY (domain, source, checked_at)
) STRICT, WITHOUT ROWID;
