-- A no to signing is never changed but once, by asking again.
CREATE OR REPLACE FUNCTION guard_decline() RETURNS trigger LANGUAGE plpgsql
SET search_path = :"schema", pg_temp
AS $$
DECLARE
    one bigint := CASE WHEN TG_OP = 'DELETE' THEN OLD.signatory_id ELSE NEW.signatory_id END;
    adopted timestamptz;
BEGIN
    IF TG_OP = 'UPDATE' AND is_masking(TG_RELID) THEN
        RETURN NEW;
    END IF;
    SELECT adopted_at INTO adopted FROM pledges_pledge
        WHERE id = (SELECT pledge_id FROM pledges_signatory WHERE id = one) FOR SHARE;
    IF TG_OP = 'DELETE' THEN
        -- Only together with its signatory, while the text is open.
        IF adopted IS NOT NULL THEN
            RAISE EXCEPTION 'Att någon har avböjt kan inte tas bort.'
                USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN OLD;
    END IF;
    IF TG_OP = 'UPDATE' THEN
        IF OLD.asked_again_at IS NULL AND NEW.asked_again_at IS NOT NULL
            AND to_jsonb(NEW) - 'asked_again_at' - 'asked_again_by_id'
                = to_jsonb(OLD) - 'asked_again_at' - 'asked_again_by_id' THEN
            RETURN NEW;
        END IF;
        RAISE EXCEPTION 'Att någon har avböjt kan inte ändras.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF adopted IS NULL OR NEW.asked_again_at IS NOT NULL
        OR EXISTS (SELECT 1 FROM pledges_signature WHERE signatory_id = one) THEN
        RAISE EXCEPTION 'Bara den som ska underteckna ett antaget löfte kan avböja.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
