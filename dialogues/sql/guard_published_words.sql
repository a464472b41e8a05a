-- What was heard, what a theme led to and what is quoted never change once everyone can read them:
-- a dated correction stands beside them. A summary is public when it is published, and its counts
-- with it; an answer to a theme when its pledge is signed; a quote when it is made.
--
-- A quote is taken away when its writer wants so, with what was corrected of it; which language it is
-- in isn't its words, and can be put right. A personal detail is taken from any of them by the owner's own function (erase_detail in pledges).
CREATE OR REPLACE FUNCTION guard_published_words() RETURNS trigger LANGUAGE plpgsql
SET search_path = :"schema", pg_temp
AS $$
DECLARE
    is_public boolean;
    touched bigint[] := ARRAY[]::bigint[];
BEGIN
    IF TG_TABLE_NAME = 'dialogues_quote' AND TG_OP = 'DELETE' THEN
        DELETE FROM dialogues_textcorrection WHERE quote_id = OLD.id;
        RETURN OLD;
    END IF;
    IF TG_OP = 'UPDATE' AND current_setting('pledge_portal.erasing', true) = 'yes'
        AND current_user = (
            SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = TG_RELID) THEN
        RETURN NEW;
    END IF;
    IF TG_TABLE_NAME = 'dialogues_quote' THEN
        is_public := to_jsonb(NEW) - 'language' <> to_jsonb(OLD) - 'language';
    ELSIF TG_TABLE_NAME = 'dialogues_heard' THEN
        is_public := OLD.published_at IS NOT NULL;
    ELSIF TG_TABLE_NAME = 'dialogues_heardcount' THEN
        IF TG_OP <> 'INSERT' THEN touched := touched || OLD.heard_id; END IF;
        IF TG_OP <> 'DELETE' THEN touched := touched || NEW.heard_id; END IF;
        -- The summary is locked, so that nothing slips in while it is being published.
        PERFORM 1 FROM dialogues_heard WHERE id = ANY(touched) FOR SHARE;
        is_public := EXISTS (
            SELECT 1 FROM dialogues_heard WHERE id = ANY(touched) AND published_at IS NOT NULL);
    ELSE
        is_public := EXISTS (
            SELECT 1 FROM pledges_validityperiod WHERE pledge_id = OLD.pledge_id);
    END IF;
    IF is_public THEN
        RAISE EXCEPTION 'Det som är publicerat ändras aldrig. Skriv en rättelse.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
