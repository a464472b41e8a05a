"""Steps that make a signed document last, and signing side by side."""

import importlib

from django.db import migrations, models

# As in database/0001_guards, and beyond: once all have signed, a step may be added that begins with
# the bytes of the last one and adds a timestamp over the document and no signature by anybody. What
# the added bytes are worth is examined before; here is refused what could never be one.
GUARD_DOCUMENT = """
CREATE OR REPLACE FUNCTION guard_document() RETURNS trigger LANGUAGE plpgsql AS $$
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
    SELECT count(*) INTO everyone FROM pledges_signatory WHERE pledge_id = NEW.pledge_id;
    IF NEW.timestamped_at IS NOT NULL THEN
        SELECT step, content, timestamped_at INTO before FROM pledges_pledgedocument
            WHERE pledge_id = NEW.pledge_id ORDER BY step DESC LIMIT 1;
        IF signed < everyone OR before.step IS NULL OR NEW.step <> before.step + 1
            OR NOT EXISTS (SELECT 1 FROM pledges_signature
                WHERE pledge_id = NEW.pledge_id AND way <> 'paper') THEN
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
"""

# As in database/0001_guards, and beyond: until somebody has signed, it may be said whether the
# signatories sign in their order.
GUARD_PLEDGE = """
CREATE OR REPLACE FUNCTION guard_pledge() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM pledges_signature WHERE pledge_id = OLD.id) THEN
        RAISE EXCEPTION 'Medborgarlöftet är undertecknat och kan varken ändras eller tas bort.'
            USING ERRCODE = 'restrict_violation',
            HINT = 'Det som är undertecknat ändras aldrig. Ge ett nytt löfte i stället.';
    END IF;
    IF OLD.adopted_at IS NULL THEN
        RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    IF TG_OP = 'UPDATE' AND (
        (NEW.adopted_at IS NULL
            AND to_jsonb(NEW) - 'adopted_at' = to_jsonb(OLD) - 'adopted_at')
        OR to_jsonb(NEW) - 'signs_side_by_side' = to_jsonb(OLD) - 'signs_side_by_side') THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'Medborgarlöftet är antaget: dess innehåll är låst och kan inte ändras.'
        USING ERRCODE = 'restrict_violation',
        HINT = 'Ta tillbaka antagandet först, innan någon har undertecknat.';
END $$;
"""

# As in 0011_signing_ways, except that a no stands whoever signs meanwhile, until the document falls.
_WAYS = importlib.import_module("pledges.migrations.0011_signing_ways")
GUARD_SIGNATURE = _WAYS.GUARD_SIGNATURE.replace(
    "AND document_sha256 = earlier_digest",
    "AND document_sha256 IN ("
    "SELECT sha256 FROM pledges_pledgedocument WHERE pledge_id = NEW.pledge_id)",
)

# Taken back, the functions are again as their own migration made them.
_GUARDS = importlib.import_module("pledge_portal.database.migrations.0001_guards")
EARLIER_GUARD_DOCUMENT = _GUARDS.GUARD_DOCUMENT.replace("CREATE F", "CREATE OR REPLACE F")
EARLIER_GUARD_PLEDGE = _GUARDS.GUARD_PLEDGE.replace("CREATE F", "CREATE OR REPLACE F")


class Migration(migrations.Migration):

    dependencies = [
        ('pledges', '0011_signing_ways'),
    ]

    operations = [
        migrations.RunSQL(GUARD_DOCUMENT, EARLIER_GUARD_DOCUMENT),
        migrations.RunSQL(GUARD_PLEDGE, EARLIER_GUARD_PLEDGE),
        migrations.RunSQL(GUARD_SIGNATURE, _WAYS.GUARD_SIGNATURE),
        migrations.AddField(
            model_name='pledge',
            name='signs_side_by_side',
            field=models.BooleanField(default=False, help_text='Annars undertecknar var och en när de före har gjort det.', verbose_name='undertecknas i valfri ordning'),
        ),
        migrations.AddField(
            model_name='pledgedocument',
            name='timestamp_valid_to',
            field=models.DateTimeField(editable=False, null=True, verbose_name='tidsstämpelns certifikat gäller till'),
        ),
        migrations.AddField(
            model_name='pledgedocument',
            name='timestamped_at',
            field=models.DateTimeField(editable=False, null=True, verbose_name='tidsstämplat'),
        ),
        migrations.AddField(
            model_name='pledgedocumentevent',
            name='timestamp_valid_to',
            field=models.DateTimeField(editable=False, null=True, verbose_name='tidsstämpelns certifikat gäller till'),
        ),
        migrations.AddField(
            model_name='pledgedocumentevent',
            name='timestamped_at',
            field=models.DateTimeField(editable=False, null=True, verbose_name='tidsstämplat'),
        ),
        migrations.AddField(
            model_name='pledgeevent',
            name='signs_side_by_side',
            field=models.BooleanField(default=False, help_text='Annars undertecknar var och en när de före har gjort det.', verbose_name='undertecknas i valfri ordning'),
        ),
        migrations.AddConstraint(
            model_name='pledgedocument',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('timestamp_valid_to', None), ('timestamped_at', None)), ('timestamp_valid_to__gt', models.F('timestamped_at')), _connector='OR'), name='timestamp_set_while_valid'),
        ),
    ]
