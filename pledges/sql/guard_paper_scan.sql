-- A scan comes before its signature on paper. Until that counts it can be replaced, which undoes
-- what was confirmed, or taken back. Somebody confirms it as it is, and nobody says that it counts
-- before it does, nor that another moment than this is the one when they confirmed it or it began to
-- count: that is told by the database's clock, but for the owner of the tables. From then on it is
-- never changed.
--
-- Then it goes only with a signature of an adoption that is called back, when it is kept as void.
CREATE OR REPLACE FUNCTION guard_paper_scan() RETURNS trigger LANGUAGE plpgsql
SET search_path = :"schema", pg_temp
AS $$
DECLARE
    adopted timestamptz;
BEGIN
    IF TG_OP = 'DELETE' AND (OLD.counted_at IS NULL OR (
        NOT EXISTS (SELECT 1 FROM pledges_signature WHERE signatory_id = OLD.signatory_id)
        AND EXISTS (
            SELECT 1 FROM pledges_voidfile void
            JOIN pledges_recall recall ON recall.id = void.recall_id
            JOIN pledges_signatory signatory ON signatory.id = OLD.signatory_id
            WHERE recall.pledge_id = OLD.pledge_id AND void.kind = 'scan'
                AND void.number = signatory.position AND void.sha256 = OLD.sha256))) THEN
        RETURN OLD;
    END IF;
    IF TG_OP = 'DELETE' OR (TG_OP = 'UPDATE' AND OLD.counted_at IS NOT NULL) THEN
        RAISE EXCEPTION 'En skannad underskrift som räknas kan varken ändras eller tas bort.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    SELECT adopted_at INTO adopted FROM pledges_pledge WHERE id = NEW.pledge_id FOR UPDATE;
    IF adopted IS NULL
        OR EXISTS (SELECT 1 FROM pledges_signature WHERE signatory_id = NEW.signatory_id)
        OR NOT EXISTS (SELECT 1 FROM pledges_signatory
            WHERE id = NEW.signatory_id AND pledge_id = NEW.pledge_id) THEN
        RAISE EXCEPTION 'Skanningen hör inte till någon som ska underteckna ett antaget löfte.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'INSERT' AND NEW.confirmed_at IS NOT NULL THEN
        RAISE EXCEPTION 'En skanning lämnas först och bekräftas sedan av någon annan.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'UPDATE' AND (NEW.signatory_id <> OLD.signatory_id OR NEW.pledge_id <> OLD.pledge_id
        OR NEW.confirmed_at IS NOT NULL AND (
            (NEW.sha256, NEW.size, NEW.pages, NEW.signed_on, NEW.vouched_by_id, NEW.vouched_at)
            IS DISTINCT FROM
            (OLD.sha256, OLD.size, OLD.pages, OLD.signed_on, OLD.vouched_by_id, OLD.vouched_at)
            OR OLD.confirmed_at IS NOT NULL AND (NEW.confirmed_at, NEW.confirmed_by_id)
                IS DISTINCT FROM (OLD.confirmed_at, OLD.confirmed_by_id))) THEN
        RAISE EXCEPTION 'Den som bekräftar en skanning bekräftar den som den är.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'UPDATE' AND NEW.confirmed_at IS DISTINCT FROM OLD.confirmed_at
        AND NEW.confirmed_at NOT BETWEEN clock_timestamp() - interval '5 minutes'
            AND clock_timestamp() + interval '5 minutes'
        AND NOT pg_has_role(current_user,
            (SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'USAGE') THEN
        RAISE EXCEPTION 'En skanning bekräftas nu, inte i efterhand eller i förväg.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.counted_at IS NOT NULL
        AND (OLD.confirmed_at IS NULL OR NEW.counted_at < OLD.confirmed_at + interval '1 day'
            OR NEW.counted_at > clock_timestamp() + interval '5 minutes') THEN
        RAISE EXCEPTION 'En underskrift på papper räknas inte förrän dess dygn har gått.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
