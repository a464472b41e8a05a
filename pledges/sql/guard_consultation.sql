-- What residents were asked about never changes: a round is closed once, and told of once.
CREATE OR REPLACE FUNCTION guard_consultation() RETURNS trigger LANGUAGE plpgsql
SET search_path = :"schema", pg_temp
AS $$
DECLARE
    closing constant text[] := ARRAY['closed_at', 'closed_by_id'];
    telling constant text[] := ARRAY['outcome', 'outcome_sv', 'outcome_en', 'outcome_published_at'];
BEGIN
    IF TG_OP = 'UPDATE' AND is_masking(TG_RELID) THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'Ett samråd som har publicerats tas aldrig bort.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF to_jsonb(NEW) - closing - telling <> to_jsonb(OLD) - closing - telling THEN
        RAISE EXCEPTION 'Det som invånarna fick tycka till om ändras aldrig.'
            USING ERRCODE = 'restrict_violation',
            HINT = 'Publicera en ny omgång i stället.';
    END IF;
    IF OLD.closed_at IS NOT NULL
        AND (NEW.closed_at, NEW.closed_by_id) IS DISTINCT FROM (OLD.closed_at, OLD.closed_by_id) THEN
        RAISE EXCEPTION 'Samrådet är avslutat och öppnas inte igen.'
            USING ERRCODE = 'restrict_violation',
            HINT = 'Publicera en ny omgång i stället.';
    END IF;
    IF OLD.outcome_published_at IS NOT NULL AND to_jsonb(NEW) - closing <> to_jsonb(OLD) - closing THEN
        RAISE EXCEPTION 'Det som är berättat om synpunkterna ändras aldrig.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
