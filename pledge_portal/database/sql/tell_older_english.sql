-- Keeps in a row which of its English texts are older than the Swedish ones: `older_english` names
-- them without the language ("title" for title_en). Whichever form, file or command writes the row,
-- it is told here.
--
-- An English text becomes older when the Swedish beside it gets other words and it doesn't; it is
-- no longer so when it gets other words itself. A new row says it by itself, as a copy of an older
-- one must; of a row that there is, only who sets `pledge_portal.english_age` (see english.py). A
-- personal detail that is erased from the Swedish leaves the English as old as it was.
CREATE OR REPLACE FUNCTION tell_older_english() RETURNS trigger LANGUAGE plpgsql
SET search_path = :"schema", pg_temp
AS $$
DECLARE
    texts jsonb := to_jsonb(NEW);
    earlier jsonb;
    is_given boolean := TG_OP = 'INSERT'
        OR coalesce(current_setting('pledge_portal.english_age', true), '') = 'given';
    is_erasing boolean := coalesce(current_setting('pledge_portal.erasing', true), '')
        IN ('yes', 'masking');
    older text[] := '{}';
    name text;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        earlier := to_jsonb(OLD);
    END IF;
    FOR name IN
        SELECT left(key, -3) FROM jsonb_object_keys(texts) key WHERE key LIKE '%\_en' ORDER BY key
    LOOP
        CONTINUE WHEN coalesce(texts ->> (name || '_en'), '') = '';
        IF is_given THEN
            CONTINUE WHEN NOT name = ANY(NEW.older_english);
        ELSIF NOT is_erasing THEN
            CONTINUE WHEN texts -> (name || '_en') <> earlier -> (name || '_en');
            CONTINUE WHEN NOT name = ANY(OLD.older_english)
                AND btrim(regexp_replace(texts ->> (name || '_sv'), '\s+', ' ', 'g'))
                    IS NOT DISTINCT FROM
                    btrim(regexp_replace(earlier ->> (name || '_sv'), '\s+', ' ', 'g'));
        ELSE
            CONTINUE WHEN NOT name = ANY(OLD.older_english);
        END IF;
        older := older || name;
    END LOOP;
    NEW.older_english := older;
    RETURN NEW;
END $$;
