-- A commitment carries on one of the same kind, of the pledge that its own revises.
CREATE OR REPLACE FUNCTION guard_origin() RETURNS trigger LANGUAGE plpgsql
SET search_path = :"schema", pg_temp
AS $$
BEGIN
    IF NEW.origin_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM pledges_pledge pledge
        JOIN pledges_commitment before ON before.pledge_id = pledge.revises_id
        WHERE pledge.id = NEW.pledge_id AND before.kind = NEW.kind
        AND NEW.origin_id = COALESCE(before.origin_id, before.id)) THEN
        RAISE EXCEPTION 'Ett åtagande fortsätter ett av samma slag i löftet som revideras.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
