"""The functions that the guards of any table run."""

from django.db import migrations

from pledge_portal.database.functions import MakeFunctions
from pledge_portal.database.initial import InitialMigration


class Migration(InitialMigration):

    dependencies = [
    ]

    operations = [
        MakeFunctions(),
    ]
