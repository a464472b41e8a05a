-- Documents are written once; they go only with an adoption taken back before any signature, or
-- called back later, and then those with a signature only when they are kept as void.
--
-- When all have signed, a step may be added that begins as the last one and adds a timestamp over
-- the document, and no signature by anybody.
CREATE OR REPLACE FUNCTION guard_document() RETURNS trigger LANGUAGE plpgsql
SET search_path = :"schema", pg_temp
AS $$
DECLARE
    adopted timestamptz;
    signed integer;
    everyone integer;
    before record;
    added bytea;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        RAISE EXCEPTION 'Ett dokument skrivs en gång och kan inte ändras.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    SELECT adopted_at INTO adopted FROM pledges_pledge
        WHERE id = CASE WHEN TG_OP = 'DELETE' THEN OLD.pledge_id ELSE NEW.pledge_id END FOR UPDATE;
    SELECT count(*) INTO signed FROM pledges_signature
        WHERE pledge_id = CASE WHEN TG_OP = 'DELETE' THEN OLD.pledge_id ELSE NEW.pledge_id END;
    IF TG_OP = 'DELETE' THEN
        IF signed > 0 OR (OLD.step > 0 AND NOT EXISTS (
            SELECT 1 FROM pledges_voidfile void
            JOIN pledges_recall recall ON recall.id = void.recall_id
            WHERE recall.pledge_id = OLD.pledge_id AND void.kind = 'document'
                AND void.number = OLD.step AND void.sha256 = OLD.sha256)) THEN
            RAISE EXCEPTION 'Dokumentet är undertecknat och kan inte tas bort.'
                USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN OLD;
    END IF;
    IF adopted IS NULL THEN
        RAISE EXCEPTION 'Medborgarlöftet är inte antaget och kan inte få något dokument.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    SELECT count(*) INTO everyone FROM pledges_signatory WHERE pledge_id = NEW.pledge_id;
    IF NEW.timestamped_at IS NOT NULL THEN
        SELECT step, content, timestamped_at INTO before FROM pledges_pledgedocument
            WHERE pledge_id = NEW.pledge_id ORDER BY step DESC LIMIT 1;
        IF signed < everyone OR before.step IS NULL OR NEW.step <> before.step + 1
            OR NOT EXISTS (SELECT 1 FROM pledges_signature
                WHERE pledge_id = NEW.pledge_id AND way NOT IN ('paper', 'elsewhere')) THEN
            RAISE EXCEPTION 'Bara ett dokument som alla har undertecknat görs hållbart.'
                USING ERRCODE = 'restrict_violation';
        END IF;
        added := substring(NEW.content FROM octet_length(before.content) + 1);
        IF substring(NEW.content FROM 1 FOR octet_length(before.content)) <> before.content
            OR NEW.timestamped_at < before.timestamped_at
            OR position('/DocTimeStamp'::bytea IN added) = 0
            OR position('/ETSI.CAdES.detached'::bytea IN added) > 0
            OR position('/adbe.'::bytea IN added) > 0 THEN
            RAISE EXCEPTION 'Det som alla har undertecknat får bara en tidsstämpel till.'
                USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF signed >= everyone THEN
        RAISE EXCEPTION 'Alla har undertecknat: löftet får inga fler dokument.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.step <> signed + 1 AND NOT (NEW.step = 0 AND signed = 0) THEN
        RAISE EXCEPTION 'Dokument % passar inte ett löfte med % underskrifter.', NEW.step, signed
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
