"""The versions of what the public sees, and the function that gives new ones."""

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
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('topic', models.CharField(blank=True, db_index=True, max_length=60)),
                ('token', models.UUIDField()),
            ],
        ),
    ]
