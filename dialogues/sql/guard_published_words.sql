-- What was heard, what a theme led to and what is quoted never change once everyone can read them:
-- a dated correction stands beside them. A summary is public when it is published, and its counts
-- with it; an answer to a theme when its pledge is signed; a quote when it is made.
--
-- A quote is taken away when its writer wants so, or the municipality, with what was corrected of it; that
-- leaves a dated mark without words (dialogues_removedquote), so that nothing published goes silently. It
-- leaves none when its answer is destroyed by the municipality's plan, which was written down first
-- (dialogues_disposal). Which language it is in isn't its words, and can be put right. A personal detail is taken from any of them by the owner's own function (erase_detail in pledges).
CREATE OR REPLACE FUNCTION guard_published_words() RETURNS trigger LANGUAGE plpgsql
SET search_path = :"schema", pg_temp
AS $$
DECLARE
    is_public boolean;
    removed_by text;
    -- All that Python's str.split takes for space: rules.quote compares words so.
    spaces constant text :=
        '[\s\u001c-\u001f\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+';
    touched bigint[] := ARRAY[]::bigint[];
BEGIN
    IF TG_TABLE_NAME = 'dialogues_quote' AND TG_OP = 'DELETE' THEN
        DELETE FROM dialogues_textcorrection WHERE quote_id = OLD.id;
        SELECT CASE WHEN submission.withdrawn_at IS NOT NULL OR NOT submission.may_quote
                OR (submission.changed_at IS NOT NULL AND position(
                    regexp_replace(OLD.text, spaces, '', 'g')
                    IN regexp_replace(submission.text, spaces, '', 'g')) = 0)
            THEN 'writer' ELSE 'municipality' END
            INTO removed_by FROM dialogues_submission submission WHERE id = OLD.submission_id;
        removed_by := coalesce(removed_by, 'municipality');
        INSERT INTO dialogues_removedquote (dialogue_id, theme_id, removed_by, reason, removed_at)
        SELECT OLD.dialogue_id, OLD.theme_id, removed_by,
            CASE removed_by WHEN 'municipality'
                THEN coalesce(current_setting('pledge_portal.removal_reason', true), '')
                ELSE '' END,
            clock_timestamp()
        FROM dialogues_dialogue dialogue
        WHERE dialogue.id = OLD.dialogue_id AND dialogue.announced_at IS NOT NULL
            AND NOT EXISTS (
                SELECT 1 FROM dialogues_disposal disposal
                JOIN dialogues_disposalplan plan USING (municipality_id)
                WHERE disposal.municipality_id = dialogue.municipality_id
                    AND disposal.what = 'submissions'
                    AND dialogue.closes_on
                        < disposal.disposed_on - make_interval(years => plan.submissions_years));
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
