-- A recall is of a pledge that isn't in force, and is written once.
CREATE OR REPLACE FUNCTION guard_recall() RETURNS trigger LANGUAGE plpgsql
SET search_path = :"schema", pg_temp
AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND is_masking(TG_RELID) THEN
        RETURN NEW;
    END IF;
    IF TG_OP <> 'INSERT' THEN
        RAISE EXCEPTION 'Att ett löfte har kallats tillbaka kan varken ändras eller tas bort.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    PERFORM 1 FROM pledges_pledge WHERE id = NEW.pledge_id FOR UPDATE;
    IF EXISTS (SELECT 1 FROM pledges_validityperiod WHERE pledge_id = NEW.pledge_id) THEN
        RAISE EXCEPTION 'Löftet är undertecknat av alla och kan inte kallas tillbaka.'
            USING ERRCODE = 'restrict_violation',
            HINT = 'Ett undertecknat löfte kan upphävas.';
    END IF;
    RETURN NEW;
END $$;
