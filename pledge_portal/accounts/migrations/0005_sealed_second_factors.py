"""Seal the secrets of the second factors that were there before."""

from django.db import migrations

from pledge_portal.accounts.sealing import open_seal, seal

_SECRETS = {"totp": "secret", "recovery_codes": "seed"}


def _seal_all(apps, schema_editor):
    _change(apps, seal)


def _open_all(apps, schema_editor):
    _change(apps, open_seal)


def _change(apps, change):
    for kept in apps.get_model("mfa", "Authenticator").objects.filter(type__in=_SECRETS):
        name = _SECRETS[kept.type]
        if name in kept.data:
            kept.data[name] = change(kept.data[name])
            kept.save(update_fields=["data"])


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_history"),
        ("mfa", "0003_authenticator_type_uniq"),
    ]

    operations = [migrations.RunPython(_seal_all, _open_all)]
