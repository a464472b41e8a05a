-- Refuses rows that only a published follow-up has.
CREATE OR REPLACE FUNCTION refuse_unless_published() RETURNS trigger LANGUAGE plpgsql
SET search_path = :"schema", pg_temp
AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM pledges_followup
        WHERE id = NEW.follow_up_id AND published_at IS NOT NULL) THEN
        RAISE EXCEPTION 'Uppföljningen är inte publicerad.' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
