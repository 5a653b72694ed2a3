-- Documents are the truth: what somebody published, when, and when we read it.
CREATE TABLE documents (
  key INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL CHECK (kind IN ('post', 'list')),
  author TEXT,
  published_at TEXT NOT NULL,
  basis TEXT NOT NULL CHECK (basis IN ('post-id', 'stated', 'section-earliest', 'list-date', 'retrieved')),
  url TEXT,
  links TEXT NOT NULL CHECK (json_valid(links)), -- further links the document names as its evidence
  tags TEXT NOT NULL CHECK (json_valid(tags)),
  signals TEXT NOT NULL CHECK (json_valid(signals)),
  -- Text of a post: held for a limited time, published nowhere.
  text TEXT
) STRICT;

CREATE INDEX documents_by_time ON documents (published_at);

-- The roads by which a document came.
CREATE TABLE retrievals (
  document INTEGER NOT NULL REFERENCES documents (key) ON DELETE CASCADE,
  source TEXT NOT NULL,
  retrieved_at TEXT NOT NULL,
  PRIMARY KEY (document, source)
) STRICT, WITHOUT ROWID;

-- A value in a document; the primary key is the order in which they are judged.
CREATE TABLE observations (
  type TEXT NOT NULL CHECK (type IN ('domain-name', 'file', 'ipv4-addr', 'ipv6-addr', 'url')),
  value TEXT NOT NULL,
  document INTEGER NOT NULL REFERENCES documents (key) ON DELETE CASCADE,
  raw TEXT NOT NULL,
  role TEXT NOT NULL CHECK (role IN ('landing', 'payload', 'c2', 'dead-drop', 'reference')),
  context TEXT NOT NULL CHECK (context IN ('defanged', 'listed', 'prose')),
  port INTEGER CHECK (port BETWEEN 1 AND 65535),
  first_seen TEXT,
  last_seen TEXT,
  whois TEXT,
  PRIMARY KEY (type, value, document)
) STRICT, WITHOUT ROWID;

CREATE INDEX observations_by_document ON observations (document);

CREATE TABLE pairs (
  domain TEXT NOT NULL,
  ip TEXT NOT NULL,
  document INTEGER NOT NULL REFERENCES documents (key) ON DELETE CASCADE,
  rule TEXT NOT NULL CHECK (rule IN ('row', 'relations-reference', 'one-address', 'arrow', 'address-header')),
  first_seen TEXT,
  last_seen TEXT,
  PRIMARY KEY (domain, ip, document)
) STRICT, WITHOUT ROWID;

CREATE INDEX pairs_by_document ON pairs (document);

CREATE TABLE sources (
  name TEXT PRIMARY KEY,
  cursor TEXT,
  last_run TEXT,
  last_success TEXT,
  last_new_document TEXT,
  state TEXT CHECK (state IN ('ok', 'skipped', 'failed')),
  message TEXT
) STRICT, WITHOUT ROWID;

-- One run at a time, across processes.
CREATE TABLE locks (
  name TEXT PRIMARY KEY,
  owner TEXT NOT NULL,
  expires_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
