-- News never changes once it is published, and stays: a dated correction stands beside it, and it is
-- taken back with a mark (news_takenback).
--
-- A personal detail is taken from it by the owner's own function (erase_detail in pledges).
CREATE OR REPLACE FUNCTION guard_news() RETURNS trigger LANGUAGE plpgsql
SET search_path = :"schema", pg_temp
AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND current_setting('pledge_portal.erasing', true) = 'yes'
        AND current_user = (
            SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = TG_RELID) THEN
        RETURN NEW;
    END IF;
    IF OLD.published_on IS NOT NULL THEN
        RAISE EXCEPTION 'En publicerad nyhet ändras aldrig. Skriv en rättelse, eller ta tillbaka den.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    -- It would come back by itself.
    IF TG_OP = 'DELETE' AND OLD.kind <> 'own' THEN
        RAISE EXCEPTION 'En nyhet om något som har hänt tas inte bort. Låt bli att släppa den.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
