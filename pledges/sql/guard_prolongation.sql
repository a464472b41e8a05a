-- A pledge that all have signed is prolonged to a later day, by decisions that are never changed.
CREATE OR REPLACE FUNCTION guard_prolongation() RETURNS trigger LANGUAGE plpgsql
SET search_path = :"schema", pg_temp
AS $$
DECLARE
    valid_to date;
BEGIN
    IF TG_OP = 'UPDATE' AND is_masking(TG_RELID) THEN
        RETURN NEW;
    END IF;
    IF TG_OP <> 'INSERT' THEN
        RAISE EXCEPTION 'En förlängning kan varken ändras eller tas bort.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    SELECT pledge.valid_to INTO valid_to
        FROM pledges_pledge pledge WHERE id = NEW.pledge_id FOR UPDATE;
    IF NOT all_have_signed(NEW.pledge_id) THEN
        RAISE EXCEPTION 'Bara ett löfte som alla har undertecknat kan förlängas.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.valid_to <= valid_to OR EXISTS (
        SELECT 1 FROM pledges_prolongation earlier
        WHERE earlier.pledge_id = NEW.pledge_id AND earlier.valid_to >= NEW.valid_to) THEN
        RAISE EXCEPTION 'En förlängning går längre än löftet redan gäller.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
