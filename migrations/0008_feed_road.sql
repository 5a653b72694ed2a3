-- Documents that came back from a publication of our own. A CHECK cannot be altered: the column is made anew.
ALTER TABLE documents ADD COLUMN new_road TEXT NOT NULL DEFAULT 'list'
  CHECK (new_road IN ('x-api', 'x-archive', 'tweetfeed', 'inbox', 'list', 'feed'));
UPDATE documents SET new_road = road;
ALTER TABLE documents DROP COLUMN road;
ALTER TABLE documents RENAME COLUMN new_road TO road;
