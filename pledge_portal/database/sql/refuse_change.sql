-- Refuses the change outright: of rows that are written once.
--
-- But for a personal detail that the owner's own function takes away (erase_detail in pledges).
-- Whoever else says that they do so isn't the owner of the table.
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql
SET search_path = :"schema", pg_temp
AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND current_setting('pledge_portal.erasing', true) IN ('yes', 'masking')
        AND current_user = (
            SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = TG_RELID) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'Uppgiften är skriven en gång för alla och kan varken ändras eller tas bort.'
        USING ERRCODE = 'restrict_violation';
END $$;
