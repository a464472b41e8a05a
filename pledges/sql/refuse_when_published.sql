-- Refuses every change of a row that belongs to a published follow-up.
CREATE OR REPLACE FUNCTION refuse_when_published() RETURNS trigger LANGUAGE plpgsql
SET search_path = :"schema", pg_temp
AS $$
DECLARE
    touched bigint[] := ARRAY[]::bigint[];
BEGIN
    IF TG_OP = 'UPDATE' AND is_masking(TG_RELID) THEN
        RETURN NEW;
    END IF;
    IF TG_OP <> 'INSERT' THEN touched := touched || OLD.follow_up_id; END IF;
    IF TG_OP <> 'DELETE' THEN touched := touched || NEW.follow_up_id; END IF;
    -- The parent is locked, so that nothing slips in while it is being published.
    PERFORM 1 FROM pledges_followup WHERE id = ANY(touched) FOR SHARE;
    IF EXISTS (
        SELECT 1 FROM pledges_followup WHERE id = ANY(touched) AND published_at IS NOT NULL) THEN
        RAISE EXCEPTION 'En publicerad uppföljning ändras aldrig. Skriv en rättelse.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
