-- Counts up the version that cached public pages are kept under (see pages.freshness).
--
-- The sum over the rows is what counts: a writer takes the row of its own connection, so writers
-- seldom wait for one another, and the count moves when the change itself is committed.
CREATE OR REPLACE FUNCTION announce_change() RETURNS trigger LANGUAGE plpgsql
SET search_path = :"schema", pg_temp
AS $$
BEGIN
    INSERT INTO pages_publicchange AS had (shard, count) VALUES (pg_backend_pid() % 1024, 1)
        ON CONFLICT (shard) DO UPDATE SET count = had.count + 1;
    RETURN NULL;
END $$;
