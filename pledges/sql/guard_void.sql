-- What fell with a recalled adoption is written once, before the pledge is in force.
CREATE OR REPLACE FUNCTION guard_void() RETURNS trigger LANGUAGE plpgsql
SET search_path = :"schema", pg_temp
AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND is_masking(TG_RELID) THEN
        RETURN NEW;
    END IF;
    IF TG_OP <> 'INSERT' THEN
        RAISE EXCEPTION 'Det som en återkallelse har gjort ogiltigt kan varken ändras eller tas bort.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF EXISTS (
        SELECT 1 FROM pledges_recall recall
        JOIN pledges_validityperiod period ON period.pledge_id = recall.pledge_id
        WHERE recall.id = NEW.recall_id) THEN
        RAISE EXCEPTION 'Löftet är undertecknat av alla: inget av det kan bli ogiltigt.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
