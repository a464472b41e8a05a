-- Writes every change of a row to the table of events that the first argument names (see
-- database.history). The further ones lead from the row to the one that it belongs to: the row's own
-- column, then table and column by turns; none when it belongs to none.
--
-- The row is led through the record type of the event table, so that a column which has none there
-- (a password, the bytes of a document) is never written down, nor is that it changed. A table that
-- gets or loses columns needs no new trigger.
--
-- It works as the owner: the serving role may write into no table of events, so that nothing stands
-- there but what this function saw happen.
CREATE OR REPLACE FUNCTION record_change() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = :"schema", pg_temp
AS $$
DECLARE
    events text := TG_ARGV[0];
    was jsonb;
    becomes jsonb;
    before jsonb;
    words text;
    belongs_to bigint;
    step integer;
BEGIN
    IF TG_OP <> 'INSERT' THEN
        EXECUTE format('SELECT to_jsonb(jsonb_populate_record(NULL::%I, $1))', events)
            INTO was USING to_jsonb(OLD);
    END IF;
    IF TG_OP <> 'DELETE' THEN
        EXECUTE format('SELECT to_jsonb(jsonb_populate_record(NULL::%I, $1))', events)
            INTO becomes USING to_jsonb(NEW);
    END IF;
    IF TG_OP = 'UPDATE' THEN
        SELECT jsonb_object_agg(key, was -> key),
            string_agg(concat_ws(' ', was ->> key, becomes ->> key), ' ')
            INTO before, words
            FROM jsonb_each(becomes) WHERE value IS DISTINCT FROM was -> key;
        IF before IS NULL THEN
            RETURN NULL;
        END IF;
    ELSE
        SELECT string_agg(value #>> '{}', ' ') INTO words
            FROM jsonb_each(COALESCE(becomes, was)) WHERE jsonb_typeof(value) = 'string';
    END IF;

    IF TG_NARGS > 1 THEN
        belongs_to := (COALESCE(becomes, was) ->> TG_ARGV[1])::bigint;
        FOR step IN 2 .. TG_NARGS - 2 BY 2 LOOP
            EXECUTE format('SELECT %I FROM %I WHERE id = $1', TG_ARGV[step + 1], TG_ARGV[step])
                INTO belongs_to USING belongs_to;
        END LOOP;
        -- What it belonged to may have been deleted just before.
        IF belongs_to IS NULL THEN
            EXECUTE format(
                'SELECT pgh_belongs_to FROM %I WHERE pgh_obj_id = $1 ORDER BY pgh_id DESC LIMIT 1',
                events) INTO belongs_to USING (COALESCE(becomes, was) ->> 'id')::bigint;
        END IF;
    END IF;

    EXECUTE format(
        'INSERT INTO %1$I SELECT * FROM jsonb_populate_record(NULL::%1$I, $1)', events)
        USING COALESCE(becomes, was) || jsonb_build_object(
            'pgh_id', nextval(pg_get_serial_sequence(events, 'pgh_id')),
            'pgh_created_at', clock_timestamp(),
            'pgh_label', lower(TG_OP),
            'pgh_obj_id', COALESCE(becomes, was) -> 'id',
            'pgh_before', before,
            'pgh_words', lower(COALESCE(words, '')),
            'pgh_belongs_to', belongs_to,
            'pgh_transaction', pg_current_xact_id()::text::bigint,
            'pgh_context', COALESCE(
                nullif(current_setting('pledge_portal.on_behalf_of', true), '')::jsonb,
                jsonb_build_object('database_user', session_user)));
    RETURN NULL;
END $$;
