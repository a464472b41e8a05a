-- A period is closed once it is over, never changed but to be undone once, and never deleted.
CREATE OR REPLACE FUNCTION guard_closing() RETURNS trigger LANGUAGE plpgsql
SET search_path = :"schema", pg_temp
AS $$
DECLARE
    undoing constant text[] := ARRAY['undone_at', 'undone_by_id', 'undone_reason'];
BEGIN
    IF TG_OP = 'UPDATE' AND is_masking(TG_RELID) THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'En avslutad redovisning tas aldrig bort. Öppna den igen.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'UPDATE' THEN
        IF OLD.undone_at IS NOT NULL OR to_jsonb(NEW) - undoing <> to_jsonb(OLD) - undoing THEN
            RAISE EXCEPTION 'En avslutad redovisning ändras aldrig. Den kan öppnas igen.'
                USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF NEW.last_day >= (NEW.closed_at AT TIME ZONE 'Europe/Stockholm')::date THEN
        RAISE EXCEPTION 'Perioden är inte slut än.' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NOT EXISTS (
        SELECT 1 FROM pledges_commitment c JOIN pledges_pledge p ON p.id = c.pledge_id
        JOIN pledges_validityperiod v ON v.pledge_id = p.id
        LEFT JOIN pledges_commitment origin ON origin.id = c.origin_id
        LEFT JOIN pledges_pledge begun ON begun.id = origin.pledge_id
        WHERE c.id = NEW.commitment_id
            AND NEW.first_day >= COALESCE(begun.valid_from, p.valid_from)) THEN
        RAISE EXCEPTION 'Perioden stämmer inte med löftets tid.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
