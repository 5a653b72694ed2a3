-- The best road by which the author and the url of a document came. Of what is known from before it is not known: a better
-- one tells them anew. Only what X has billed for, and nobody else has named, surely has the author X names.
ALTER TABLE documents ADD COLUMN road TEXT NOT NULL DEFAULT 'list'
  CHECK (road IN ('x-api', 'x-archive', 'tweetfeed', 'inbox', 'list'));

UPDATE documents SET road = 'x-api'
WHERE id IN (SELECT 'post:' || post FROM reads)
  AND (SELECT count(*) FROM retrievals WHERE document = documents.key) = 1;
