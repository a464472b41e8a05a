-- Refuses the change outright: of rows that are written once.
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql
SET search_path = :"schema", pg_temp
AS $$
BEGIN
    RAISE EXCEPTION 'Uppgiften är skriven en gång för alla och kan varken ändras eller tas bort.'
        USING ERRCODE = 'restrict_violation';
END $$;
