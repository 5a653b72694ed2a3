-- Words of the profile in a value's own part of a post that names several families; null: those of the whole post hold.
ALTER TABLE observations ADD COLUMN signals TEXT CHECK (json_valid(signals));
