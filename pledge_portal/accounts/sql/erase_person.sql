-- Takes away who a person was from the history, by a decision (accounts_personerasure). Their
-- account says it no longer (see pledges.erasing.people). What they did stands, as done by "Borttagen
-- person" and the account's number. Returns how many changes of the history were rewritten.
--
-- It works as the owner, since the history is nobody else's to change.
CREATE OR REPLACE FUNCTION erase_person(erasure bigint)
RETURNS integer LANGUAGE plpgsql
SECURITY DEFINER SET search_path = :"schema", pg_temp
AS $$
DECLARE
    key bigint := (SELECT person_id FROM accounts_personerasure WHERE id = erasure);
    account record;
    addresses text[];
    events text;
    changed integer;
    total integer := 0;
BEGIN
    SELECT * INTO account FROM accounts_user WHERE id = key AND NOT is_active;
    IF account.id IS NULL THEN
        RAISE EXCEPTION 'En person raderas efter ett beslut, när kontot är avslutat.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    SELECT array_agg(DISTINCT lower(address)) INTO addresses
        FROM accounts_userevent, LATERAL (VALUES (email), (pgh_before ->> 'email')) AS said(address)
        WHERE pgh_obj_id = key AND address IS NOT NULL;
    PERFORM set_config('pledge_portal.erasing', 'yes', true);
    UPDATE accounts_factorreset SET identified_by = '-' WHERE person_id = key;
    UPDATE accounts_factorresetevent SET identified_by = '-', pgh_words = '',
        pgh_before = pgh_before - 'identified_by' WHERE person_id = key;
    UPDATE accounts_userevent SET first_name = account.first_name, last_name = account.last_name,
        email = account.email, pgh_words = '',
        pgh_before = pgh_before - '{first_name,last_name,email}'::text[] WHERE pgh_obj_id = key;
    UPDATE accounts_invitationevent SET email = account.email, pgh_words = '',
        pgh_before = pgh_before - 'email'
        WHERE lower(email) = ANY(addresses) OR lower(pgh_before ->> 'email') = ANY(addresses);
    FOR events IN
        SELECT relname FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid
            WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r'
                AND attname = 'pgh_context' ORDER BY relname
    LOOP
        EXECUTE format('UPDATE %I SET pgh_context = pgh_context - ''email'''
            ' || jsonb_build_object(''name'', $1)'
            ' WHERE pgh_context ->> ''person'' = $2 OR lower(pgh_context ->> ''email'') = ANY($3)',
            events) USING account.last_name, key::text, addresses;
        GET DIAGNOSTICS changed = ROW_COUNT;
        total := total + changed;
    END LOOP;
    PERFORM set_config('pledge_portal.erasing', '', true);
    RETURN total;
END $$;
