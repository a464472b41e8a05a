"""The table in which attempts to log in are counted, as `createcachetable` would make it."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_memberships_and_invitations")]

    operations = [
        migrations.RunSQL(
            """
            CREATE TABLE accounts_attempts (
                cache_key varchar(255) PRIMARY KEY,
                value text NOT NULL,
                expires timestamptz NOT NULL
            );
            CREATE INDEX accounts_attempts_expires ON accounts_attempts (expires);
            """,
            "DROP TABLE accounts_attempts",
        )
    ]
