/** Every SQL statement of the project, but for the migrations. */

export const GET_CURSOR = 'SELECT cursor FROM sources WHERE name = ?'

export const PUT_CURSOR = `
  INSERT INTO sources (name, cursor) VALUES (@source, @cursor)
  ON CONFLICT (name) DO UPDATE SET cursor = coalesce(excluded.cursor, cursor)`

export const GET_DOCUMENT_KEY = 'SELECT key, edition, road, withdrawn_at FROM documents WHERE id = ?'

export const DROP_DOCUMENT = 'DELETE FROM documents WHERE key = ?'

export const INSERT_DOCUMENT = `
  INSERT INTO documents (id, kind, road, author, published_at, basis, url, links, tags, signals, text, edition)
  VALUES (@id, @kind, @road, @author, @published_at, @basis, @url, @links, @tags, @signals, @text, @edition)`

// Two roads to one document must end in the same row, in whichever order they come: earliest time with the better basis
// (`@bases` names them, best first), union of links, and the author with his link as the best road (`@roads`) that names
// one has them: a list that links a post under another name must not take it from its author. Words are those of the newest version of a
// post; of the same version they are united, and the longest text is kept. What was withdrawn takes nothing more.
// A section of a list that has once held more than the post it cites is the list's own: neither the post's time nor its
// author is that of all its lines, however few they were before.
export const MERGE_DOCUMENT = `
  UPDATE documents SET
    (basis, published_at) = (
      SELECT basis, published_at FROM (
        SELECT documents.basis AS basis, documents.published_at AS published_at, @basis AS other
        UNION ALL SELECT @basis, @published_at, documents.basis)
      ORDER BY other = 'section-order' AND NOT instr(@bounds, basis), published_at, instr(@bases, basis) LIMIT 1),
    (road, author, url) = (
      SELECT road, author, url FROM (
        SELECT documents.road AS road, documents.author AS author, documents.url AS url, documents.basis AS basis, @basis AS other
        UNION ALL SELECT @road, @author, @url, @basis, documents.basis)
      ORDER BY other = 'section-order' AND NOT instr(@bounds, basis), author IS NULL, instr(@roads, road), author, url IS NULL, url LIMIT 1),
    links = (SELECT json_group_array(value) FROM (SELECT value FROM json_each(links) UNION SELECT value FROM json_each(@links) ORDER BY 1))
  WHERE id = @id AND withdrawn_at IS NULL`

// A newer version of a post stands in the place of the older ones, whose values it may have dropped on purpose.
export const PUT_EDITION = `
  UPDATE documents SET edition = @edition, tags = @tags, signals = @signals, text = @text
  WHERE id = @id AND withdrawn_at IS NULL`

export const WITHDRAW_EDITED =
  'UPDATE observations SET withdrawn_at = @at, withdrawn = @reason WHERE document = @key'

export const GET_RETRIEVED =
  'SELECT retrieved_at FROM observations WHERE type = @type AND value = @value AND document = @key'

export const DROP_OBSERVATION =
  'DELETE FROM observations WHERE type = @type AND value = @value AND document = @key'

export const DROP_PAIRS = 'DELETE FROM pairs WHERE document = ?'

// Of what its author took back, nothing stays that says who he was or what he wrote. Of two instances that saw it go, the first.
export const WITHDRAW_DOCUMENT = `
  UPDATE documents SET withdrawn_at = @at, withdrawn = @reason, text = NULL, author = NULL, url = NULL, links = '[]', tags = '[]'
  WHERE id = @id AND (withdrawn_at IS NULL OR (@at, @reason) < (withdrawn_at, withdrawn))`

// Lists cite posts, and say by whom they are.
export const ERASE_CITATION = `
  UPDATE documents SET
    author = CASE WHEN url GLOB @cited OR url GLOB @more THEN NULL ELSE author END,
    url = CASE WHEN url GLOB @cited OR url GLOB @more THEN NULL ELSE url END,
    links = (SELECT json_group_array(value) FROM (
      SELECT value FROM json_each(links) WHERE NOT (value GLOB @cited OR value GLOB @more) ORDER BY 1))
  WHERE kind = 'list' AND (url GLOB @cited OR url GLOB @more OR links GLOB @within)`

export const IS_WITHDRAWN = 'SELECT 1 FROM documents WHERE id = ? AND withdrawn_at IS NOT NULL'

export const ERASE_RAW =
  'UPDATE observations SET raw = value WHERE document = (SELECT key FROM documents WHERE id = ?)'

// What came by one source alone: what another one holds too still stands there.
export const GET_LISTED = `
  SELECT o.type, o.value, o.document FROM observations o
  WHERE o.withdrawn_at IS NULL
    AND EXISTS (SELECT 1 FROM retrievals WHERE document = o.document AND source = @source)
    AND NOT EXISTS (SELECT 1 FROM retrievals WHERE document = o.document AND source <> @source)`

export const WITHDRAW_OBSERVATION = `
  UPDATE observations SET withdrawn_at = @at, withdrawn = @reason
  WHERE type = @type AND value = @value AND document = @document`

export const MERGE_WORDS = `
  UPDATE documents SET
    tags = (SELECT json_group_array(value) FROM (SELECT value FROM json_each(tags) UNION SELECT value FROM json_each(@tags) ORDER BY 1)),
    signals = (SELECT json_group_array(value) FROM (SELECT value FROM json_each(signals) UNION SELECT value FROM json_each(@signals) ORDER BY 1)),
    text = CASE WHEN length(coalesce(@text, '')) > length(coalesce(text, '')) THEN @text ELSE text END
  WHERE id = @id AND withdrawn_at IS NULL`

export const PUT_RETRIEVAL = `
  INSERT INTO retrievals (document, source, retrieved_at) VALUES (?, ?, ?)
  ON CONFLICT DO UPDATE SET retrieved_at = min(retrieved_at, excluded.retrieved_at)`

export const INSERT_OBSERVATION = `
  INSERT INTO observations (type, value, document, raw, role, context, signals, port, first_seen, last_seen, whois, listed_at, retrieved_at, withdrawn_at, withdrawn)
  VALUES (@type, @value, @key, @raw, @role, @context, @signals, @port, @first_seen, @last_seen, @whois, @listed_at, @retrieved_at, @withdrawn_at, @withdrawn)
  ON CONFLICT DO NOTHING`

export const MERGE_OBSERVATION = `
  UPDATE observations SET
    raw = min(raw, @raw),
    role = min(role, @role),
    context = min(context, @context),
    signals = coalesce(min(signals, @signals), signals, @signals),
    port = coalesce(min(port, @port), port, @port),
    first_seen = coalesce(min(first_seen, @first_seen), first_seen, @first_seen),
    last_seen = coalesce(max(last_seen, @last_seen), last_seen, @last_seen),
    whois = coalesce(min(whois, @whois), whois, @whois),
    listed_at = coalesce(min(listed_at, @listed_at), listed_at, @listed_at),
    retrieved_at = min(retrieved_at, @retrieved_at),
    withdrawn = CASE
      WHEN @retrieved_at > withdrawn_at THEN NULL
      WHEN (@withdrawn_at, @withdrawn) < (withdrawn_at, withdrawn) THEN @withdrawn
      WHEN @withdrawn_at >= retrieved_at THEN coalesce(withdrawn, @withdrawn)
      ELSE withdrawn END,
    withdrawn_at = CASE
      WHEN @retrieved_at > withdrawn_at THEN NULL
      WHEN (@withdrawn_at, @withdrawn) < (withdrawn_at, withdrawn) THEN @withdrawn_at
      WHEN @withdrawn_at >= retrieved_at THEN coalesce(withdrawn_at, @withdrawn_at)
      ELSE withdrawn_at END
  WHERE type = @type AND value = @value AND document = @key`

export const PUT_PAIR = `
  INSERT INTO pairs (domain, ip, document, rule, first_seen, last_seen, retrieved_at)
  VALUES (@domain, @ip, @key, @rule, @first_seen, @last_seen, @retrieved_at)
  ON CONFLICT DO UPDATE SET
    rule = min(rule, excluded.rule),
    retrieved_at = min(retrieved_at, excluded.retrieved_at),
    first_seen = coalesce(min(first_seen, excluded.first_seen), first_seen, excluded.first_seen),
    last_seen = coalesce(max(last_seen, excluded.last_seen), last_seen, excluded.last_seen)`

export const GET_NAMES = "SELECT DISTINCT value FROM observations WHERE type = 'domain-name'"

// Of two answers to one question the lesser, in whichever order they come; nothing (`[]`) is the greatest.
export const PUT_REGISTRATION = `
  INSERT INTO registrations (domain, source, checked_at, retrieved_at, registered_at, registrar, name_servers, addresses)
  VALUES (@domain, @source, @checked_at, @retrieved_at, @registered_at, @registrar, @name_servers, @addresses)
  ON CONFLICT DO UPDATE SET
    retrieved_at = min(retrieved_at, excluded.retrieved_at),
    registered_at = coalesce(min(registered_at, excluded.registered_at), registered_at, excluded.registered_at),
    registrar = coalesce(min(registrar, excluded.registrar), registrar, excluded.registrar),
    name_servers = min(name_servers, excluded.name_servers),
    addresses = min(addresses, excluded.addresses)`

export const GET_REGISTRATIONS =
  'SELECT * FROM registrations WHERE checked_at < @before AND retrieved_at < @known ORDER BY domain, source, checked_at'

export const PUT_RUN = `
  INSERT INTO sources (name, last_run, last_success, last_new_document, state, message, failures)
  VALUES (@source, @at, CASE @state WHEN 'ok' THEN @at END, CASE @found WHEN 1 THEN @at END, @state, @message,
          CASE @state WHEN 'failed' THEN 1 ELSE 0 END)
  ON CONFLICT (name) DO UPDATE SET
    last_run = excluded.last_run,
    last_success = coalesce(excluded.last_success, last_success),
    last_new_document = coalesce(excluded.last_new_document, last_new_document),
    state = excluded.state,
    message = excluded.message,
    failures = CASE excluded.state WHEN 'ok' THEN 0 WHEN 'failed' THEN failures + 1 ELSE failures END`

export const GET_HEALTH = `
  WITH published AS (
    SELECT r.source, count(DISTINCT substr(d.published_at, 1, 10)) AS days,
           min(d.published_at) AS first, max(d.published_at) AS last
    FROM retrievals r JOIN documents d ON d.key = r.document
    WHERE d.published_at > date(@day, '-365 days') GROUP BY r.source
  )
  SELECT s.name, s.cursor, s.last_run AS lastRun, s.last_success AS lastSuccess,
         s.last_new_document AS lastNewDocument, s.state, s.message, s.failures, s.alarm,
         s.alarm_told AS alarmTold,
         coalesce(p.days, 0) AS publishedDays, p.first AS firstPublished, p.last AS lastPublished,
         (SELECT count(*) FROM reads WHERE source = s.name AND day = @day) AS readsToday,
         (SELECT count(*) FROM reads WHERE source = s.name AND substr(day, 1, 7) = substr(@day, 1, 7)) AS readsThisMonth,
         (SELECT count(*) FROM retrievals r WHERE r.source = s.name) AS documents
  FROM sources s LEFT JOIN published p ON p.source = s.name ORDER BY s.name`

export const PUT_ALARM = 'UPDATE sources SET alarm = ? WHERE name = ?'

export const PUT_ALARM_TOLD = 'UPDATE sources SET alarm_told = ? WHERE name = ?'

export const GET_POSTS = `
  SELECT id FROM documents
  WHERE kind = 'post' AND id GLOB '*post:[0-9]*' AND withdrawn_at IS NULL`

export const GET_READS = 'SELECT post FROM reads WHERE source = ? AND day = ?'

export const COUNT_READS =
  'SELECT count(*) FROM reads WHERE source = ? AND substr(day, 1, 7) = substr(?, 1, 7)'

export const PUT_READ = 'INSERT INTO reads (source, day, post) VALUES (?, ?, ?) ON CONFLICT DO NOTHING'

// A document of which only an upper bound is known (`@bounds` names these bases), and that not before the day, counts by
// the lines that its list is known to have had by then; `listed_at` is the first of them.
export const GET_DOCUMENTS = `
  SELECT * FROM (
    SELECT key, id, kind, author, published_at, basis, url, links, signals,
           (SELECT json_group_array(source) FROM retrievals WHERE document = key AND retrieved_at < @known) AS sources,
           CASE WHEN published_at >= @before AND instr(@bounds, basis) THEN
             (SELECT min(o.listed_at) FROM observations o
              WHERE o.document = key AND o.listed_at < @before AND o.retrieved_at < @known) END AS listed_at
    FROM documents)
  WHERE (published_at < @before OR listed_at IS NOT NULL) AND sources <> '[]' ORDER BY id`

export const GET_OBSERVATIONS = `
  SELECT o.document, o.type, o.value, o.role, o.context, o.signals, o.port, o.first_seen, o.last_seen, o.whois, o.listed_at,
         coalesce(min(d.withdrawn_at, o.withdrawn_at), d.withdrawn_at, o.withdrawn_at) AS withdrawn_at,
         CASE WHEN o.withdrawn_at <= coalesce(d.withdrawn_at, o.withdrawn_at) THEN o.withdrawn ELSE d.withdrawn END AS withdrawn,
         d.withdrawn_at IS NOT NULL AS of_document
  FROM observations o JOIN documents d ON d.key = o.document WHERE o.retrieved_at < @known ORDER BY o.type, o.value, o.document`

export const GET_AUTHOR = 'SELECT 1 FROM documents WHERE lower(author) = ? LIMIT 1'

export const GET_OBSERVATION = 'SELECT 1 FROM observations WHERE type = ? AND value = ? LIMIT 1'

export const GET_PAIRS =
  'SELECT document, domain, ip, rule, first_seen, last_seen FROM pairs WHERE retrieved_at < @known ORDER BY domain, ip, document'

export const GET_WITHDRAWN =
  'SELECT id, withdrawn_at AS at, withdrawn AS reason FROM documents WHERE withdrawn_at IS NOT NULL'

export const GET_LEDGER_DOCUMENTS = `
  SELECT key, id, kind, road, author, published_at, basis, url, links, tags, signals, edition, withdrawn_at, withdrawn,
         (SELECT json_group_object(source, retrieved_at) FROM (SELECT * FROM retrievals WHERE document = key ORDER BY source)) AS retrieved
  FROM documents ORDER BY published_at, id`

export const GET_LEDGER_OBSERVATIONS = `
  SELECT type, value, role, context, signals, port, first_seen, last_seen, listed_at, whois, retrieved_at, withdrawn_at, withdrawn
  FROM observations WHERE document = ? ORDER BY type, value`

export const GET_LEDGER_PAIRS =
  'SELECT domain, ip, rule, first_seen, last_seen, retrieved_at FROM pairs WHERE document = ? ORDER BY domain, ip'

export const FORGET_TEXT = 'UPDATE documents SET text = NULL WHERE text IS NOT NULL AND published_at < ?'

export const GET_LOCK = "SELECT owner, expires_at FROM locks WHERE name = 'run'"

export const PUT_LOCK = `
  INSERT INTO locks (name, owner, expires_at) VALUES ('run', ?, ?)
  ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, expires_at = excluded.expires_at`

export const RENEW_LOCK = "UPDATE locks SET expires_at = ? WHERE name = 'run' AND owner = ?"

export const DROP_LOCK = "DELETE FROM locks WHERE name = 'run' AND owner = ?"
