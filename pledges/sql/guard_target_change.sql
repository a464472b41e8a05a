-- A target is changed beside what all have signed, by a decision of the same pledge on its day or by
-- a correction; what is changed is written once.
CREATE OR REPLACE FUNCTION guard_target_change() RETURNS trigger LANGUAGE plpgsql
SET search_path = :"schema", pg_temp
AS $$
DECLARE
    pledge bigint;
BEGIN
    IF TG_OP = 'UPDATE' AND is_masking(TG_RELID) THEN
        RETURN NEW;
    END IF;
    IF TG_OP <> 'INSERT' THEN
        RAISE EXCEPTION 'Ett ändrat mål kan varken skrivas om eller tas bort.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    SELECT pledge_id INTO pledge FROM pledges_commitment WHERE id = NEW.commitment_id;
    IF NOT EXISTS (SELECT 1 FROM pledges_validityperiod WHERE pledge_id = pledge) THEN
        RAISE EXCEPTION 'Bara målet i ett löfte som alla har undertecknat ändras vid sidan av texten.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.prolongation_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM pledges_prolongation decision
        WHERE decision.id = NEW.prolongation_id AND decision.pledge_id = pledge
        AND decision.decided_on = NEW.from_day) THEN
        RAISE EXCEPTION 'Ett nytt antal hör till beslutet som förlänger samma löfte.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
