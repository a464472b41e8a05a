-- Withholds a file of a pledge from the public for good, since a personal detail stands in it.
--
-- The first argument is the decision (pledges_erasure), then the pledge and the file's SHA-256. The
-- bytes stay as they are. It works as the owner: nobody else may write such a row, and nobody at all
-- may change it or take it away. Returns whether it was withheld by this call.
CREATE OR REPLACE FUNCTION withhold_document(erasure bigint, of_pledge bigint, file text)
RETURNS boolean LANGUAGE plpgsql
SECURITY DEFINER SET search_path = :"schema", pg_temp
AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM pledges_erasure WHERE id = erasure) OR NOT EXISTS (
        SELECT 1 FROM pledges_pledgedocument WHERE pledge_id = of_pledge AND sha256 = file
        UNION ALL SELECT 1 FROM pledges_paperscan WHERE pledge_id = of_pledge AND sha256 = file
        UNION ALL SELECT 1 FROM pledges_pledgeannex WHERE pledge_id = of_pledge AND sha256 = file
        UNION ALL SELECT 1 FROM pledges_followupdocument document
            JOIN pledges_followup follow_up ON follow_up.id = document.follow_up_id
            WHERE follow_up.pledge_id = of_pledge AND document.sha256 = file
        UNION ALL SELECT 1 FROM pledges_consultationannex annex
            JOIN pledges_consultation asked ON asked.id = annex.consultation_id
            WHERE asked.pledge_id = of_pledge AND annex.sha256 = file) THEN
        RAISE EXCEPTION 'En fil visas inte längre efter ett beslut, och hör till löftet.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    INSERT INTO pledges_withhelddocument (pledge_id, sha256, erasure_id, decision, withheld_on)
        SELECT of_pledge, file, id, decision, (erased_at AT TIME ZONE 'Europe/Stockholm')::date
        FROM pledges_erasure WHERE id = erasure
        ON CONFLICT (pledge_id, sha256) DO NOTHING;
    RETURN FOUND;
END $$;
