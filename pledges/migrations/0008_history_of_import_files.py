"""The event table of imports, and the trigger that writes to it."""

import django.db.models.deletion
import pghistory.utils
import pgtrigger.compiler
import pgtrigger.migrations
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('pledges', '0007_history_of_imports'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ActionImportEvent',
            fields=[
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(db_index=True)),
                ('pgh_before', models.JSONField(null=True)),
                ('pgh_words', models.TextField()),
                ('pgh_belongs_to', models.BigIntegerField(db_index=True, null=True)),
                ('pgh_transaction', models.BigIntegerField()),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('id', models.BigIntegerField()),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('file_name', models.CharField(max_length=120, verbose_name='fil')),
                ('fingerprint', models.CharField(max_length=64)),
                ('sent_at', models.DateTimeField()),
                ('confirmed_at', models.DateTimeField(blank=True, null=True, verbose_name='importerad')),
                ('undone_at', models.DateTimeField(blank=True, null=True, verbose_name='ångrad')),
                ('undo_reason', models.CharField(blank=True, max_length=500, verbose_name='skäl')),
            ],
            options={
                'abstract': False,
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='actionimport',
            trigger=pgtrigger.compiler.Trigger(name='record_change', sql=pgtrigger.compiler.UpsertTriggerSql(execute="record_change('pledges_actionimportevent')", func='RETURN NULL;', hash='f994b0116cf0ac2fdf94e19d51eab0050eca1025', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_record_change_da2ae', table='pledges_actionimport', when='AFTER')),
        ),
        migrations.AddField(
            model_name='actionimportevent',
            name='municipality',
            field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='pledges.municipality'),
        ),
        migrations.AddField(
            model_name='actionimportevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pledges.actionimport'),
        ),
        migrations.AddField(
            model_name='actionimportevent',
            name='pledge',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='pledges.pledge'),
        ),
        migrations.AddField(
            model_name='actionimportevent',
            name='police_area',
            field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='pledges.policearea'),
        ),
        migrations.AddField(
            model_name='actionimportevent',
            name='sent_by',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='actionimportevent',
            name='undone_by',
            field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='actionimportevent',
            trigger=pgtrigger.compiler.Trigger(name='refuse_change', sql=pgtrigger.compiler.UpsertTriggerSql(execute='refuse_change()', func='RETURN NULL;', hash='bbaecdc14bd7f5213ddc07a703a7c4b24f6e0f83', operation='UPDATE OR DELETE', pgid='pgtrigger_refuse_change_99193', table='pledges_actionimportevent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='actionimportevent',
            trigger=pgtrigger.compiler.Trigger(name='refuse_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(execute='refuse_truncate()', func='RETURN NULL;', hash='5c56f9b8dd1ec5fb4c3c1eed961b1530d19ace8f', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_refuse_truncate_dfb12', table='pledges_actionimportevent', when='BEFORE')),
        ),
    ]
