-- Withholds what is added to a document that is withheld: a step that makes its signatures last
-- begins as the one before, and a personal detail stands in it too. It works as the owner: nobody
-- else may write such a row.
CREATE OR REPLACE FUNCTION withhold_later_step() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = :"schema", pg_temp
AS $$
BEGIN
    INSERT INTO pledges_withhelddocument (pledge_id, sha256, erasure_id, decision, withheld_on)
        SELECT NEW.pledge_id, NEW.sha256, erasure_id, decision, withheld_on
        FROM pledges_withhelddocument
        WHERE pledge_id = NEW.pledge_id AND sha256 IN (
            SELECT sha256 FROM pledges_pledgedocument WHERE pledge_id = NEW.pledge_id)
        ORDER BY id LIMIT 1
        ON CONFLICT (pledge_id, sha256) DO NOTHING;
    RETURN NULL;
END $$;
