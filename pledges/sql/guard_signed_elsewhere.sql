-- That a pledge was signed elsewhere is said once, before its signatures are written.
CREATE OR REPLACE FUNCTION guard_signed_elsewhere() RETURNS trigger LANGUAGE plpgsql
SET search_path = :"schema", pg_temp
AS $$
DECLARE
    adopted timestamptz;
BEGIN
    IF TG_OP = 'UPDATE' AND is_masking(TG_RELID) THEN
        RETURN NEW;
    END IF;
    IF TG_OP <> 'INSERT' THEN
        RAISE EXCEPTION 'Att ett löfte är undertecknat utanför portalen kan varken ändras eller tas bort.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    SELECT adopted_at INTO adopted FROM pledges_pledge WHERE id = NEW.pledge_id FOR UPDATE;
    IF adopted IS NULL OR EXISTS (SELECT 1 FROM pledges_signature WHERE pledge_id = NEW.pledge_id) THEN
        RAISE EXCEPTION 'Bara ett antaget löfte utan underskrifter tas in som undertecknat på annat håll.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
