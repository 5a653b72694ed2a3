-- The alarm that the webhook was told last; null: it knows of none. What stood before was told, or could not be.
ALTER TABLE sources ADD COLUMN alarm_told TEXT;
UPDATE sources SET alarm_told = alarm;
