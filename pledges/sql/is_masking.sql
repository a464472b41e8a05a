-- Whether a personal detail is masked right now in a row of this table by the owner's own function,
-- erase_detail: the only change that what is signed or published lets through. Whoever else says that
-- they do so isn't the owner of the table.
CREATE OR REPLACE FUNCTION is_masking(guarded oid) RETURNS boolean LANGUAGE sql STABLE
SET search_path = :"schema", pg_temp
AS $$
    SELECT current_setting('pledge_portal.erasing', true) = 'masking'
        AND current_user = (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = guarded)
$$;
