-- Refuses changes of a signed pledge, and of an adopted one except taking it back, or saying
-- whether its signatories sign in their order. But for a personal detail that is masked once all have
-- signed (erase_detail).
CREATE OR REPLACE FUNCTION guard_pledge() RETURNS trigger LANGUAGE plpgsql
SET search_path = :"schema", pg_temp
AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND is_masking(TG_RELID) AND EXISTS (
        SELECT 1 FROM pledges_validityperiod WHERE pledge_id = NEW.id) THEN
        RETURN NEW;
    END IF;
    IF EXISTS (SELECT 1 FROM pledges_signature WHERE pledge_id = OLD.id) THEN
        RAISE EXCEPTION 'Medborgarlöftet är undertecknat och kan varken ändras eller tas bort.'
            USING ERRCODE = 'restrict_violation',
            HINT = 'Det som är undertecknat ändras aldrig. Ge ett nytt löfte i stället.';
    END IF;
    IF OLD.adopted_at IS NULL THEN
        RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    IF TG_OP = 'UPDATE' AND (
        (NEW.adopted_at IS NULL
            AND to_jsonb(NEW) - 'adopted_at' = to_jsonb(OLD) - 'adopted_at')
        OR to_jsonb(NEW) - 'signs_side_by_side' = to_jsonb(OLD) - 'signs_side_by_side') THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'Medborgarlöftet är antaget: dess innehåll är låst och kan inte ändras.'
        USING ERRCODE = 'restrict_violation',
        HINT = 'Ta tillbaka antagandet först, innan någon har undertecknat.';
END $$;
