-- Refuses TRUNCATE, which no trigger of a row sees.
CREATE OR REPLACE FUNCTION refuse_truncate() RETURNS trigger LANGUAGE plpgsql
SET search_path = :"schema", pg_temp
AS $$
BEGIN
    RAISE EXCEPTION 'Tabellen % kan inte tömmas: den kan rymma undertecknade medborgarlöften.',
        TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
