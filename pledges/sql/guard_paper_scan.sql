-- A scan comes just before its signature on paper, and is never changed.
--
-- It goes only with a signature of an adoption that is called back, when it is kept as void.
CREATE OR REPLACE FUNCTION guard_paper_scan() RETURNS trigger LANGUAGE plpgsql
SET search_path = :"schema", pg_temp
AS $$
DECLARE
    adopted timestamptz;
BEGIN
    IF TG_OP = 'DELETE'
        AND NOT EXISTS (SELECT 1 FROM pledges_signature WHERE signatory_id = OLD.signatory_id)
        AND EXISTS (
            SELECT 1 FROM pledges_voidfile void
            JOIN pledges_recall recall ON recall.id = void.recall_id
            JOIN pledges_signatory signatory ON signatory.id = OLD.signatory_id
            WHERE recall.pledge_id = OLD.pledge_id AND void.kind = 'scan'
                AND void.number = signatory.position AND void.sha256 = OLD.sha256) THEN
        RETURN OLD;
    END IF;
    IF TG_OP <> 'INSERT' THEN
        RAISE EXCEPTION 'En skannad underskrift kan varken ändras eller tas bort.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    SELECT adopted_at INTO adopted FROM pledges_pledge WHERE id = NEW.pledge_id FOR UPDATE;
    IF adopted IS NULL
        OR EXISTS (SELECT 1 FROM pledges_signature WHERE signatory_id = NEW.signatory_id)
        OR NOT EXISTS (SELECT 1 FROM pledges_signatory
            WHERE id = NEW.signatory_id AND pledge_id = NEW.pledge_id) THEN
        RAISE EXCEPTION 'Skanningen hör inte till någon som ska underteckna ett antaget löfte.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
