"""The count of public changes, and the function that adds to it."""

from django.db import migrations, models

from pledge_portal.database.functions import MakeFunctions
from pledge_portal.database.initial import InitialMigration


class Migration(InitialMigration):

    dependencies = [
        ('database', '0001_initial'),
    ]

    operations = [
        MakeFunctions(),
        migrations.CreateModel(
            name='PublicChange',
            fields=[
                ('shard', models.PositiveSmallIntegerField(primary_key=True, serialize=False)),
                ('count', models.PositiveBigIntegerField(default=0)),
            ],
        ),
    ]
