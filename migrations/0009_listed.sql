-- What had been listed before a day, of documents of which only an upper bound of the date is known.
CREATE INDEX observations_by_listing ON observations (document, listed_at) WHERE listed_at IS NOT NULL;
