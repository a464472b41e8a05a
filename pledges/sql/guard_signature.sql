-- Signatures are added to an adopted pledge one step of its document at a time, and are never
-- changed. They go only with an adoption that is called back before all have signed, and only when
-- they are kept as void. One made elsewhere is of a pledge that was taken in. One on paper has a scan
-- that counts (guard_paper_scan.sql) and leaves the document as it was; a no stands until the
-- document falls. Whose turn it is: pledges/documents/signing_order.py.
CREATE OR REPLACE FUNCTION guard_signature() RETURNS trigger LANGUAGE plpgsql
SET search_path = :"schema", pg_temp
AS $$
DECLARE
    adopted timestamptz;
    signed integer;
    signatory_pledge bigint;
    document_pledge bigint;
    document_step integer;
    new_digest text;
    earlier_digest text;
BEGIN
    IF TG_OP = 'UPDATE' AND is_masking(TG_RELID) THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'DELETE' THEN
        PERFORM 1 FROM pledges_pledge WHERE id = OLD.pledge_id FOR UPDATE;
        IF NOT EXISTS (SELECT 1 FROM pledges_validityperiod WHERE pledge_id = OLD.pledge_id)
            AND EXISTS (
                SELECT 1 FROM pledges_voidsignature void
                JOIN pledges_recall recall ON recall.id = void.recall_id
                JOIN pledges_signatory signatory ON signatory.id = OLD.signatory_id
                JOIN pledges_pledgedocument document ON document.id = OLD.document_id
                WHERE recall.pledge_id = OLD.pledge_id
                    AND void.position = signatory.position AND void.name = signatory.name
                    AND void.signed_at = OLD.signed_at AND void.way = OLD.way
                    AND void.field_name = OLD.field_name
                    AND void.certificate_name = OLD.certificate_name
                    AND void.certificate_issuer = OLD.certificate_issuer
                    AND void.is_demonstration = OLD.is_demonstration
                    AND void.document_sha256 = document.sha256) THEN
            RETURN OLD;
        END IF;
    END IF;
    IF TG_OP <> 'INSERT' THEN
        RAISE EXCEPTION 'En underskrift kan varken ändras eller tas bort.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    SELECT adopted_at INTO adopted FROM pledges_pledge WHERE id = NEW.pledge_id FOR UPDATE;
    SELECT count(*) INTO signed FROM pledges_signature WHERE pledge_id = NEW.pledge_id;
    SELECT pledge_id INTO signatory_pledge FROM pledges_signatory WHERE id = NEW.signatory_id;
    SELECT pledge_id, step, sha256 INTO document_pledge, document_step, new_digest
        FROM pledges_pledgedocument WHERE id = NEW.document_id;
    IF adopted IS NULL OR signatory_pledge IS DISTINCT FROM NEW.pledge_id
        OR document_pledge IS DISTINCT FROM NEW.pledge_id
        OR document_step IS DISTINCT FROM signed + 1 THEN
        RAISE EXCEPTION 'Underskriften hör inte till ett antaget löfte och dess nästa dokument.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    SELECT sha256 INTO earlier_digest
        FROM pledges_pledgedocument WHERE pledge_id = NEW.pledge_id AND step = signed;
    IF (NEW.way = 'elsewhere') IS DISTINCT FROM EXISTS (
        SELECT 1 FROM pledges_pledgesignedelsewhere WHERE pledge_id = NEW.pledge_id) THEN
        RAISE EXCEPTION 'Ett löfte är undertecknat i portalen eller utanför den, inte både och.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF (NEW.way IN ('paper', 'elsewhere')) IS DISTINCT FROM (new_digest IS NOT DISTINCT FROM earlier_digest)
        OR (NEW.way = 'paper') IS DISTINCT FROM EXISTS (
            SELECT 1 FROM pledges_paperscan WHERE signatory_id = NEW.signatory_id) THEN
        RAISE EXCEPTION 'En underskrift på papper har en skanning och ändrar inte dokumentet, '
            'en elektronisk finns i dokumentet.' USING ERRCODE = 'restrict_violation';
    END IF;
    IF EXISTS (SELECT 1 FROM pledges_paperscan
        WHERE signatory_id = NEW.signatory_id AND counted_at IS NULL) THEN
        RAISE EXCEPTION 'En underskrift på papper räknas ett dygn efter att någon annan än den som '
            'lämnade skanningen har bekräftat den.' USING ERRCODE = 'restrict_violation';
    END IF;
    IF EXISTS (SELECT 1 FROM pledges_decline WHERE signatory_id = NEW.signatory_id
        AND asked_again_at IS NULL AND document_sha256 IN (
            SELECT sha256 FROM pledges_pledgedocument WHERE pledge_id = NEW.pledge_id)) THEN
        RAISE EXCEPTION 'Den här personen har avböjt att underteckna dokumentet.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
