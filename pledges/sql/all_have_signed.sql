-- Whether a pledge has signatories and each of them has signed.
CREATE OR REPLACE FUNCTION all_have_signed(pledge bigint) RETURNS boolean LANGUAGE plpgsql
SET search_path = :"schema", pg_temp
AS $$
BEGIN
    RETURN EXISTS (SELECT 1 FROM pledges_signatory WHERE pledge_id = pledge)
        AND NOT EXISTS (
            SELECT 1 FROM pledges_signatory s WHERE s.pledge_id = pledge AND NOT EXISTS (
                SELECT 1 FROM pledges_signature WHERE signatory_id = s.id));
END $$;
