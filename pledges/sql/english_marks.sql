-- Returns the text of a JSON document in which an erased detail's mark (see erase_detail) is English
-- in each value whose name ends as columns of English texts do.
CREATE OR REPLACE FUNCTION english_marks(document text, mark text, english_mark text)
RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT
SET search_path = :"schema", pg_temp
AS $$
DECLARE
    in_english text := '("[a-z0-9_]+_en": "(?:[^"\\]|\\.)*)'
        || regexp_replace(mark, '([^[:alnum:] ])', '\\\1', 'g');
    changed text;
BEGIN
    LOOP
        -- One mark of each value at a time.
        changed := regexp_replace(document, in_english, '\1' || english_mark, 'g');
        EXIT WHEN changed IS NOT DISTINCT FROM document;
        document := changed;
    END LOOP;
    RETURN document;
END $$;
