-- Refuses every change of a row that belongs to an adopted or signed pledge.
--
-- But for a personal detail that is masked once all have signed (erase_detail): until then what is to
-- be signed can be taken back. FOR SHARE waits for a signing or adoption under way, and then sees what came of it.
CREATE OR REPLACE FUNCTION refuse_when_locked() RETURNS trigger LANGUAGE plpgsql
SET search_path = :"schema", pg_temp
AS $$
DECLARE
    pledge_ids bigint[] := '{}';
    one_id bigint;
    adopted timestamptz;
BEGIN
    IF TG_OP = 'UPDATE' AND is_masking(TG_RELID) AND EXISTS (
        SELECT 1 FROM pledges_validityperiod WHERE pledge_id = NEW.pledge_id) THEN
        RETURN NEW;
    END IF;
    IF TG_OP <> 'INSERT' THEN
        pledge_ids := pledge_ids || OLD.pledge_id;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        pledge_ids := pledge_ids || NEW.pledge_id;
    END IF;
    FOREACH one_id IN ARRAY pledge_ids LOOP
        SELECT adopted_at INTO adopted FROM pledges_pledge WHERE id = one_id FOR SHARE;
        IF EXISTS (SELECT 1 FROM pledges_signature WHERE pledge_id = one_id) THEN
            RAISE EXCEPTION 'Medborgarlöftet är undertecknat: dess innehåll kan inte ändras.'
                USING ERRCODE = 'restrict_violation',
                HINT = 'En rättelse skrivs som en ny, daterad uppgift bredvid den gamla.';
        END IF;
        IF adopted IS NOT NULL THEN
            RAISE EXCEPTION 'Medborgarlöftet är antaget: dess innehåll är låst och kan inte ändras.'
                USING ERRCODE = 'restrict_violation',
                HINT = 'Ta tillbaka antagandet först, innan någon har undertecknat.';
        END IF;
    END LOOP;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
