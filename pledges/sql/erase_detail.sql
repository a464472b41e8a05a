-- Takes a personal detail away from one row, and from the history of that row.
--
-- The first argument is the decision (pledges_erasure), then the row's table, the column that it is
-- known by and its key, its columns of free text, the pattern of the words, and whether they are
-- masked although the row is signed or published. In their place comes a mark with the day and the
-- decision, in the language of the text: English in columns that end so, and in rows that say that
-- they are (pledge_portal.pages.erasure_marks knows both). Returns how many rows were changed.
--
-- It works as the owner, since history and versions are nobody else's to change; refuse_change lets
-- it through and nobody else, and so do the guards of what is signed or published when it masks (see
-- is_masking). What was signed is the bytes of its document, which it never touches: the row is what
-- is read, and withhold_document keeps those bytes from the public.
CREATE OR REPLACE FUNCTION erase_detail(
    erasure bigint, in_table text, key_column text, row_key text, columns text[], pattern text,
    masks boolean)
RETURNS integer LANGUAGE plpgsql
SECURITY DEFINER SET search_path = :"schema", pg_temp
AS $$
DECLARE
    mark text;
    english_mark text;
    in_english text;
    has_language boolean;
    tables text[] := ARRAY[in_table];
    touched text;
    texts record;
    changes text;
    has_words text;
    replaced text;
    changed integer;
    total integer := 0;
    key_type text := (SELECT format_type(atttypid, NULL) FROM pg_attribute
        WHERE attrelid = in_table::regclass AND attname = key_column);
BEGIN
    SELECT format('[personuppgift borttagen %s, beslut %s]',
        to_char(erased_at AT TIME ZONE 'Europe/Stockholm', 'YYYY-MM-DD'), decision),
        format('[personal detail removed %s, decision %s]',
        to_char(erased_at AT TIME ZONE 'Europe/Stockholm', 'YYYY-MM-DD'), decision)
        INTO mark, english_mark FROM pledges_erasure WHERE id = erasure;
    IF mark IS NULL OR in_table !~ '^(pledges|dialogues|news)_[a-z]+$' OR in_table ~ 'event$'
        OR in_table IN ('pledges_erasure', 'pledges_withhelddocument')
        OR columns && ARRAY['uid', 'sha256', 'document_sha256', 'field_name', 'digest'] THEN
        RAISE EXCEPTION 'En personuppgift tas bort efter ett beslut, ur en text.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF to_regclass(in_table || 'event') IS NOT NULL THEN
        tables := tables || (in_table || 'event');
    END IF;
    PERFORM set_config(
        'pledge_portal.erasing', CASE WHEN masks THEN 'masking' ELSE 'yes' END, true);
    FOREACH touched IN ARRAY tables LOOP
        changes := '';
        has_words := '';
        has_language := EXISTS (SELECT 1 FROM pg_attribute WHERE attname = 'language'
            AND attrelid = touched::regclass AND attnum > 0 AND NOT attisdropped);
        FOR texts IN
            SELECT quote_ident(attname) AS name, atttypid = 'jsonb'::regtype AS is_json,
                atttypid IN ('text[]'::regtype, 'varchar[]'::regtype) AS is_list,
                CASE WHEN atttypmod > 4 THEN atttypmod - 4 END AS most
            FROM pg_attribute WHERE attrelid = touched::regclass AND attnum > 0
                AND NOT attisdropped AND attgenerated = ''
                AND atttypid IN ('text'::regtype, 'varchar'::regtype, 'jsonb'::regtype,
                    'text[]'::regtype, 'varchar[]'::regtype)
                AND (attname = ANY(columns)
                    OR (touched <> in_table
                        AND attname IN ('pgh_before', 'pgh_words', 'pgh_context')))
        LOOP
            IF texts.name = 'pgh_context' THEN
                -- The reason that was given for a change; who made it stands.
                changes := changes || ', pgh_context = CASE WHEN pgh_context ? ''reason'' THEN'
                    ' jsonb_set(pgh_context, ''{reason}'', to_jsonb(regexp_replace('
                    'pgh_context ->> ''reason'', $2, $3, ''gi''))) ELSE pgh_context END';
                has_words := has_words || ' OR pgh_context ->> ''reason'' ~* $2';
                CONTINUE;
            END IF;
            in_english := CASE WHEN texts.name LIKE '%\_en' THEN 'true'
                WHEN has_language THEN 'language = ''en''' ELSE 'false' END;
            replaced := format('regexp_replace(%s::text, $2, CASE WHEN %s THEN $4 ELSE $3 END, ''gi'')',
                CASE WHEN texts.is_list THEN 'item' ELSE texts.name END, in_english);
            IF texts.is_json THEN
                -- A version's texts know their language by their names, as columns do.
                replaced := format('english_marks(%s, $3, $4)::jsonb', replaced);
            ELSIF texts.most IS NOT NULL THEN
                -- Where the mark has no room, a shorter one stands.
                replaced := format('CASE WHEN length(%1$s) <= %2$s THEN %1$s'
                    ' ELSE left(regexp_replace(%3$s, $2, CASE WHEN %4$s THEN ''[removed]'''
                    ' ELSE ''[borttaget]'' END, ''gi''), %2$s) END', replaced, texts.most,
                    CASE WHEN texts.is_list THEN 'item' ELSE texts.name END, in_english);
            END IF;
            IF texts.is_list THEN
                replaced := format('ARRAY(SELECT %s FROM unnest(%s) WITH ORDINALITY'
                    ' AS items(item, n) ORDER BY n)', replaced, texts.name);
            END IF;
            changes := changes || format(', %s = %s', texts.name, replaced);
            has_words := has_words || format(' OR %s::text ~* $2', texts.name);
        END LOOP;
        CONTINUE WHEN changes = '';
        -- Who changes a row at the same moment sees that it is another.
        IF touched = in_table AND NOT masks AND EXISTS (SELECT 1 FROM pg_attribute WHERE attname = 'version'
            AND attrelid = touched::regclass AND attnum > 0 AND NOT attisdropped) THEN
            changes := changes || ', version = version + 1';
        END IF;
        -- Calendars that have it take the file again when its number is higher.
        IF touched = in_table AND EXISTS (SELECT 1 FROM pg_attribute WHERE attname = 'revision'
            AND attrelid = touched::regclass AND attnum > 0 AND NOT attisdropped) THEN
            changes := changes || format(', revision = revision + 1, changed_at ='
                ' (SELECT erased_at FROM pledges_erasure WHERE id = %s)', erasure);
        END IF;
        EXECUTE format('UPDATE %I SET %s WHERE %I = $1::%s AND (%s)', touched,
            substr(changes, 3), CASE WHEN touched = in_table THEN key_column ELSE 'pgh_obj_id' END,
            key_type, substr(has_words, 5))
            USING row_key, pattern, replace(mark, '\', '\\'), replace(english_mark, '\', '\\');
        GET DIAGNOSTICS changed = ROW_COUNT;
        total := total + changed;
    END LOOP;
    UPDATE pledges_erasure SET texts = erasure_row.texts + total
        FROM pledges_erasure erasure_row
        WHERE erasure_row.id = erasure AND pledges_erasure.id = erasure;
    PERFORM set_config('pledge_portal.erasing', '', true);
    RETURN total;
END $$;
