-- What stands beside news, a correction or that it was taken back, is only of what is published.
CREATE OR REPLACE FUNCTION guard_beside_news() RETURNS trigger LANGUAGE plpgsql
SET search_path = :"schema", pg_temp
AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM news_news WHERE id = NEW.news_id AND published_on IS NOT NULL) THEN
        RAISE EXCEPTION 'Nyheten är inte publicerad.' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
