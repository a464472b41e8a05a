-- How somebody signs is chosen once the pledge is adopted, and stands once they have signed, and
-- while a scan of their signature on paper waits to count.
--
-- The lock waits for a signing under way, and then sees what came of it.
CREATE OR REPLACE FUNCTION guard_signing_way() RETURNS trigger LANGUAGE plpgsql
SET search_path = :"schema", pg_temp
AS $$
DECLARE
    one bigint := CASE WHEN TG_OP = 'DELETE' THEN OLD.signatory_id ELSE NEW.signatory_id END;
    adopted timestamptz;
BEGIN
    SELECT adopted_at INTO adopted FROM pledges_pledge
        WHERE id = (SELECT pledge_id FROM pledges_signatory WHERE id = one) FOR SHARE;
    IF EXISTS (SELECT 1 FROM pledges_signature WHERE signatory_id = one) THEN
        RAISE EXCEPTION 'Den här personen har undertecknat: sättet kan inte ändras.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'UPDATE' AND NEW.signatory_id <> OLD.signatory_id THEN
        RAISE EXCEPTION 'Ett sätt att underteckna kan inte flyttas till någon annan.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP <> 'DELETE' AND adopted IS NULL THEN
        RAISE EXCEPTION 'Hur löftet undertecknas bestäms när det är antaget.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF EXISTS (SELECT 1 FROM pledges_paperscan WHERE signatory_id = one) THEN
        RAISE EXCEPTION 'En skanning är lämnad: ta tillbaka den innan sättet ändras.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
