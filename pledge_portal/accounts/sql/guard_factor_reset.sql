-- That somebody's second factor is lost is asked for first and settled afterwards, once; what it
-- came to stands. It is done only when no factor of the person's is left. Without two people (see
-- the checks of the table) it is asked for by the owner of the tables alone. How the person was
-- known goes when they are erased (erase_person), by the owner's function too.
CREATE OR REPLACE FUNCTION guard_factor_reset() RETURNS trigger LANGUAGE plpgsql
SET search_path = :"schema", pg_temp
AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'Att ett andra steg var tappat kan inte tas bort.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.done_at IS NOT NULL OR NEW.withdrawn_at IS NOT NULL THEN
            RAISE EXCEPTION 'Ett andra steg tas bort först när det är begärt.'
                USING ERRCODE = 'restrict_violation';
        END IF;
        IF NEW.command_account <> '' AND NOT pg_has_role(current_user,
            (SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'USAGE') THEN
            RAISE EXCEPTION 'Bara databasens ägare tar bort ett andra steg utan en annan person.'
                USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF current_setting('pledge_portal.erasing', true) = 'yes' AND current_user = (
        SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = TG_RELID) THEN
        RETURN NEW;
    END IF;
    IF OLD.done_at IS NOT NULL OR OLD.withdrawn_at IS NOT NULL
        OR (OLD.person_id, OLD.asked_by_id, OLD.command_account, OLD.asked_at, OLD.identified_by,
            OLD.expires_at)
        IS DISTINCT FROM (NEW.person_id, NEW.asked_by_id, NEW.command_account, NEW.asked_at,
            NEW.identified_by, NEW.expires_at) THEN
        RAISE EXCEPTION 'Vad som begärts och hur det gick kan inte ändras.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.done_at IS NOT NULL
        AND EXISTS (SELECT 1 FROM mfa_authenticator WHERE user_id = NEW.person_id) THEN
        RAISE EXCEPTION 'Personen har kvar ett andra steg.' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
