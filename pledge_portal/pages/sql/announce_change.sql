-- Gives the municipalities whose pages a statement makes old a new version (see pages.page_versions).
--
-- The first argument is the condition for what the public sees of the table, the second a query for
-- the keys of the municipalities that the rows of `changed` belong to. Rows that belong to none are
-- what all share. An UPDATE's rows count as they were and as they became, unless both are alike.
--
-- A version is all tokens of its rows together, and each is drawn by lot, so that it is never had
-- again: not after a restored backup, nor in another portal. It moves at the very moment when the
-- change is committed. A writer takes a row that nobody else holds, or adds one: writers never wait
-- for each other, and there are no more rows of a municipality than there were ever writers at
-- once.
CREATE OR REPLACE FUNCTION announce_change() RETURNS trigger LANGUAGE plpgsql
SET search_path = :"schema", pg_temp
AS $$
DECLARE
    old_visible text := format('SELECT * FROM old_rows AS %I WHERE %s', TG_TABLE_NAME, TG_ARGV[0]);
    new_visible text := format('SELECT * FROM new_rows AS %I WHERE %s', TG_TABLE_NAME, TG_ARGV[0]);
    topics text[] := '{""}';
    announced text;
BEGIN
    IF TG_OP <> 'TRUNCATE' THEN
        EXECUTE format(
            'WITH changed AS (%s), shown_at (id) AS (%s)'
            ' SELECT CASE WHEN NOT EXISTS (SELECT 1 FROM changed) THEN ''{}''::text[]'
            ' ELSE coalesce((SELECT array_agg(slug ORDER BY slug) FROM pledges_municipality'
            ' WHERE id IN (SELECT id FROM shown_at)), ''{""}'') END',
            CASE TG_OP
                WHEN 'INSERT' THEN new_visible
                WHEN 'DELETE' THEN old_visible
                ELSE format('(%1$s EXCEPT ALL %2$s) UNION ALL (%2$s EXCEPT ALL %1$s)',
                    old_visible, new_visible)
            END,
            TG_ARGV[1]) INTO topics;
    END IF;
    FOREACH announced IN ARRAY topics LOOP
        UPDATE pages_publicchange SET token = gen_random_uuid() WHERE id = (
            SELECT id FROM pages_publicchange WHERE topic = announced
            ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED);
        IF NOT FOUND THEN
            INSERT INTO pages_publicchange (topic, token) VALUES (announced, gen_random_uuid());
        END IF;
    END LOOP;
    RETURN NULL;
END $$;
