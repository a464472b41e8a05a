-- Completed actions lie in the past of a signed pledge, and are never deleted. Every change counts
-- up `version`; who recorded it, and for which commitment, stays.
--
-- The day, or the last of several, is checked by the database's own clock: nothing to come is stored, whoever asks for it.
CREATE OR REPLACE FUNCTION guard_action() RETURNS trigger LANGUAGE plpgsql
SET search_path = :"schema", pg_temp
AS $$
DECLARE
    today date := (now() AT TIME ZONE 'Europe/Stockholm')::date;
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'En registrerad insats stryks, den tas aldrig bort.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF COALESCE(NEW.last_day, NEW.done_on) > today THEN
        RAISE EXCEPTION 'En insats som inte är gjord sparas inte.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF NOT EXISTS (
        SELECT 1 FROM pledges_commitment c
        JOIN pledges_validityperiod v ON v.pledge_id = c.pledge_id
        WHERE c.id = NEW.commitment_id AND v.municipality_id = NEW.municipality_id) THEN
        RAISE EXCEPTION 'Insatser hör till ett löfte som kommunen har undertecknat.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'UPDATE' AND (
        NEW.version <> OLD.version + 1
        OR (NEW.id, NEW.uid, NEW.submission, NEW.commitment_id, NEW.recorded_side, NEW.recorded_at)
            IS DISTINCT FROM
            (OLD.id, OLD.uid, OLD.submission, OLD.commitment_id, OLD.recorded_side, OLD.recorded_at)
        OR NEW.recorded_by_id IS DISTINCT FROM OLD.recorded_by_id
        OR NEW.police_area_id IS DISTINCT FROM OLD.police_area_id) THEN
        RAISE EXCEPTION 'En registrerad insats rättas eller stryks, den skrivs inte om.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
