-- A correction stands beside what everyone can read, and goes only with a quote that is taken away.
CREATE OR REPLACE FUNCTION guard_text_correction() RETURNS trigger LANGUAGE plpgsql
SET search_path = :"schema", pg_temp
AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        -- The quote's own trigger deletes them (guard_published_words).
        IF OLD.quote_id IS NULL OR pg_trigger_depth() = 1 THEN
            RAISE EXCEPTION 'En rättelse tas aldrig bort.' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN OLD;
    END IF;
    IF NOT EXISTS (SELECT 1 FROM dialogues_quote WHERE id = NEW.quote_id)
        AND NOT EXISTS (
            SELECT 1 FROM dialogues_heard
            WHERE id = NEW.heard_id AND published_at IS NOT NULL)
        AND NOT EXISTS (
            SELECT 1 FROM dialogues_themeanswer answer
            JOIN pledges_validityperiod signed ON signed.pledge_id = answer.pledge_id
            WHERE answer.id = NEW.theme_answer_id) THEN
        RAISE EXCEPTION 'Det som rättas är inte publicerat.' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
