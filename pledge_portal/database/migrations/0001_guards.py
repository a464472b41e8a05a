"""The functions that hold signed pledges unchangeable and announce changes.

They name tables that later migrations make: PL/pgSQL looks tables up when a function runs. The
messages are in Swedish, for they reach the people who use the administration.
"""

from django.db import migrations

REFUSE_TRUNCATE = """
CREATE FUNCTION refuse_truncate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Tabellen % kan inte tömmas: den kan rymma undertecknade medborgarlöften.',
        TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
"""

REFUSE_CHANGE = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Uppgiften är skriven en gång för alla och kan varken ändras eller tas bort.'
        USING ERRCODE = 'restrict_violation';
END $$;
"""

# FOR SHARE waits for a signing or adoption under way, and then sees what came of it.
REFUSE_WHEN_LOCKED = """
CREATE FUNCTION refuse_when_locked() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    pledge_ids bigint[] := '{}';
    one_id bigint;
    adopted timestamptz;
BEGIN
    IF TG_OP <> 'INSERT' THEN
        pledge_ids := pledge_ids || (to_jsonb(OLD) ->> TG_ARGV[0])::bigint;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        pledge_ids := pledge_ids || (to_jsonb(NEW) ->> TG_ARGV[0])::bigint;
    END IF;
    FOREACH one_id IN ARRAY pledge_ids LOOP
        SELECT adopted_at INTO adopted FROM pledges_pledge WHERE id = one_id FOR SHARE;
        IF EXISTS (SELECT 1 FROM pledges_signature WHERE pledge_id = one_id) THEN
            RAISE EXCEPTION 'Medborgarlöftet är undertecknat: dess innehåll kan inte ändras.'
                USING ERRCODE = 'restrict_violation',
                HINT = 'En rättelse skrivs som en ny, daterad uppgift bredvid den gamla.';
        END IF;
        IF adopted IS NOT NULL THEN
            RAISE EXCEPTION 'Medborgarlöftet är antaget: dess innehåll är låst och kan inte ändras.'
                USING ERRCODE = 'restrict_violation',
                HINT = 'Ta tillbaka antagandet först, innan någon har undertecknat.';
        END IF;
    END LOOP;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
"""

GUARD_PLEDGE = """
CREATE FUNCTION guard_pledge() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM pledges_signature WHERE pledge_id = OLD.id) THEN
        RAISE EXCEPTION 'Medborgarlöftet är undertecknat och kan varken ändras eller tas bort.'
            USING ERRCODE = 'restrict_violation',
            HINT = 'Det som är undertecknat ändras aldrig. Ge ett nytt löfte i stället.';
    END IF;
    IF OLD.adopted_at IS NULL THEN
        RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    IF TG_OP = 'UPDATE' AND NEW.adopted_at IS NULL
        AND to_jsonb(NEW) - 'adopted_at' = to_jsonb(OLD) - 'adopted_at' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'Medborgarlöftet är antaget: dess innehåll är låst och kan inte ändras.'
        USING ERRCODE = 'restrict_violation',
        HINT = 'Ta tillbaka antagandet först, innan någon har undertecknat.';
END $$;
"""

GUARD_DOCUMENT = """
CREATE FUNCTION guard_document() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    adopted timestamptz;
    signed integer;
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
        IF signed > 0 THEN
            RAISE EXCEPTION 'Dokumentet är undertecknat och kan inte tas bort.'
                USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN OLD;
    END IF;
    IF adopted IS NULL THEN
        RAISE EXCEPTION 'Medborgarlöftet är inte antaget och kan inte få något dokument.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF signed >= (SELECT count(*) FROM pledges_signatory WHERE pledge_id = NEW.pledge_id) THEN
        RAISE EXCEPTION 'Alla har undertecknat: löftet får inga fler dokument.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.step <> signed + 1 AND NOT (NEW.step = 0 AND signed = 0) THEN
        RAISE EXCEPTION 'Dokument % passar inte ett löfte med % underskrifter.', NEW.step, signed
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
"""

GUARD_SIGNATURE = """
CREATE FUNCTION guard_signature() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    adopted timestamptz;
    signed integer;
    signatory_pledge bigint;
    document_pledge bigint;
    document_step integer;
BEGIN
    IF TG_OP <> 'INSERT' THEN
        RAISE EXCEPTION 'En underskrift kan varken ändras eller tas bort.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    SELECT adopted_at INTO adopted FROM pledges_pledge WHERE id = NEW.pledge_id FOR UPDATE;
    SELECT count(*) INTO signed FROM pledges_signature WHERE pledge_id = NEW.pledge_id;
    SELECT pledge_id INTO signatory_pledge FROM pledges_signatory WHERE id = NEW.signatory_id;
    SELECT pledge_id, step INTO document_pledge, document_step
        FROM pledges_pledgedocument WHERE id = NEW.document_id;
    IF adopted IS NULL OR signatory_pledge IS DISTINCT FROM NEW.pledge_id
        OR document_pledge IS DISTINCT FROM NEW.pledge_id
        OR document_step IS DISTINCT FROM signed + 1 THEN
        RAISE EXCEPTION 'Underskriften hör inte till ett antaget löfte och dess nästa dokument.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
"""

GUARD_VALIDITY = """
CREATE FUNCTION guard_validity() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    pledge record;
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'Ett löftes giltighetstid kan inte tas bort.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    SELECT valid_from, valid_to, until_replaced INTO pledge
        FROM pledges_pledge WHERE id = NEW.pledge_id FOR UPDATE;
    IF TG_OP = 'INSERT' THEN
        IF NOT EXISTS (SELECT 1 FROM pledges_signatory WHERE pledge_id = NEW.pledge_id)
            OR EXISTS (
                SELECT 1 FROM pledges_signatory s WHERE s.pledge_id = NEW.pledge_id AND NOT EXISTS (
                    SELECT 1 FROM pledges_signature WHERE signatory_id = s.id)) THEN
            RAISE EXCEPTION 'Löftet träder i kraft först när alla har undertecknat.'
                USING ERRCODE = 'restrict_violation';
        END IF;
        IF NOT EXISTS (SELECT 1 FROM pledges_pledgeparty
            WHERE pledge_id = NEW.pledge_id AND municipality_id = NEW.municipality_id) THEN
            RAISE EXCEPTION 'Kommunen är inte part i löftet.'
                USING ERRCODE = 'restrict_violation';
        END IF;
        IF isempty(NEW.during) OR lower(NEW.during) IS DISTINCT FROM pledge.valid_from
            OR (NOT pledge.until_replaced AND
                (upper_inf(NEW.during) OR upper(NEW.during) > pledge.valid_to + 1)) THEN
            RAISE EXCEPTION 'Giltighetstiden stämmer inte med löftets egna datum.'
                USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF NEW.pledge_id <> OLD.pledge_id OR NEW.municipality_id <> OLD.municipality_id
        OR NOT NEW.during <@ OLD.during
        OR (NOT isempty(NEW.during) AND lower(NEW.during) <> lower(OLD.during)) THEN
        RAISE EXCEPTION 'Ett löftes giltighetstid kan bara förkortas.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.during = OLD.during OR EXISTS (
            SELECT 1 FROM pledges_annulment WHERE pledge_id = NEW.pledge_id AND (
                from_day = upper(NEW.during)
                OR (isempty(NEW.during) AND from_day <= lower(OLD.during))))
        OR EXISTS (
            SELECT 1 FROM pledges_validityperiod
            WHERE municipality_id = NEW.municipality_id AND id <> NEW.id
                AND lower(during) = upper(NEW.during)) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'Giltighetstiden förkortas bara av ett nytt löfte eller ett upphävande.'
        USING ERRCODE = 'restrict_violation';
END $$;
"""

# The sum over the rows is what counts: a writer takes the row of its own connection, so writers
# seldom wait for one another, and the count moves when the change itself is committed.
ANNOUNCE_CHANGE = """
CREATE FUNCTION announce_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO pages_publicchange AS had (shard, count) VALUES (pg_backend_pid() % 1024, 1)
        ON CONFLICT (shard) DO UPDATE SET count = had.count + 1;
    RETURN NULL;
END $$;
"""


def function(sql: str, name: str) -> migrations.RunSQL:
    return migrations.RunSQL(sql, f"DROP FUNCTION {name}()")


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        function(REFUSE_TRUNCATE, "refuse_truncate"),
        function(REFUSE_CHANGE, "refuse_change"),
        function(REFUSE_WHEN_LOCKED, "refuse_when_locked"),
        function(GUARD_PLEDGE, "guard_pledge"),
        function(GUARD_DOCUMENT, "guard_document"),
        function(GUARD_SIGNATURE, "guard_signature"),
        function(GUARD_VALIDITY, "guard_validity"),
        function(ANNOUNCE_CHANGE, "announce_change"),
    ]
