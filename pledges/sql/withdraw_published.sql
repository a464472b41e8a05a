-- Takes an action's public part away when it is struck out or no longer marked public.
CREATE OR REPLACE FUNCTION withdraw_published() RETURNS trigger LANGUAGE plpgsql
SET search_path = :"schema", pg_temp
AS $$
BEGIN
    IF NEW.struck_at IS NOT NULL OR NOT NEW.is_public THEN
        DELETE FROM pledges_publishedaction WHERE action_id = NEW.id;
        UPDATE pledges_earlieramount SET public_from = NULL
            WHERE action_id = NEW.id AND public_from IS NOT NULL;
    END IF;
    RETURN NULL;
END $$;
