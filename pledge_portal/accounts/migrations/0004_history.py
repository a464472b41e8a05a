"""The event tables of people, roles and invitations, and the triggers that write to them."""

import django.db.models.deletion
import django.utils.timezone
import pghistory.utils
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('database', '0002_record_change'),
        ('accounts', '0003_attempts'),
        ('pledges', '0005_history'),
    ]

    operations = [
        migrations.CreateModel(
            name='InvitationEvent',
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
                ('role', models.CharField(choices=[('editor', 'redaktör'), ('coordinator', 'BRÅ-samordnare'), ('moderator', 'moderator'), ('officer', 'polis'), ('signatory', 'undertecknare'), ('administrator', 'administratör')], max_length=20, verbose_name='roll')),
                ('email', models.EmailField(max_length=254, verbose_name='e-postadress')),
                ('created_at', models.DateTimeField(verbose_name='skickad')),
                ('expires_at', models.DateTimeField(verbose_name='går ut')),
                ('accepted_at', models.DateTimeField(blank=True, null=True, verbose_name='använd')),
                ('revoked_at', models.DateTimeField(blank=True, null=True, verbose_name='återkallad')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='MembershipEvent',
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
                ('role', models.CharField(choices=[('editor', 'redaktör'), ('coordinator', 'BRÅ-samordnare'), ('moderator', 'moderator'), ('officer', 'polis'), ('signatory', 'undertecknare'), ('administrator', 'administratör')], max_length=20, verbose_name='roll')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='från')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='UserEvent',
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
                ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                ('first_name', models.CharField(blank=True, max_length=150, verbose_name='first name')),
                ('last_name', models.CharField(blank=True, max_length=150, verbose_name='last name')),
                ('is_staff', models.BooleanField(default=False, help_text='Designates whether the user can log into this admin site.', verbose_name='staff status')),
                ('is_active', models.BooleanField(default=True, help_text='Designates whether this user should be treated as active. Unselect this instead of deleting accounts.', verbose_name='active')),
                ('date_joined', models.DateTimeField(default=django.utils.timezone.now, verbose_name='date joined')),
                ('email', models.EmailField(max_length=254, verbose_name='e-postadress')),
            ],
            options={
                'abstract': False,
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='invitation',
            trigger=pgtrigger.compiler.Trigger(name='record_change', sql=pgtrigger.compiler.UpsertTriggerSql(execute="record_change('accounts_invitationevent')", func='RETURN NULL;', hash='8e2fc37f7fb732629c2f9a635ab4cdff3fbffef2', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_record_change_34db5', table='accounts_invitation', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='membership',
            trigger=pgtrigger.compiler.Trigger(name='record_change', sql=pgtrigger.compiler.UpsertTriggerSql(execute="record_change('accounts_membershipevent')", func='RETURN NULL;', hash='64b113ee9c88ae96512c3bddebbdc16c47c6d0e5', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_record_change_1d8c5', table='accounts_membership', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='user',
            trigger=pgtrigger.compiler.Trigger(name='record_change', sql=pgtrigger.compiler.UpsertTriggerSql(execute="record_change('accounts_userevent')", func='RETURN NULL;', hash='390b3c96421c24e47b5252a15152fd9b7578d9f0', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_record_change_b0792', table='accounts_user', when='AFTER')),
        ),
        migrations.AddField(
            model_name='invitationevent',
            name='invited_by',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='inbjuden av'),
        ),
        migrations.AddField(
            model_name='invitationevent',
            name='municipality',
            field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='pledges.municipality', verbose_name='kommun'),
        ),
        migrations.AddField(
            model_name='invitationevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='accounts.invitation'),
        ),
        migrations.AddField(
            model_name='invitationevent',
            name='police_area',
            field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='pledges.policearea', verbose_name='lokalpolisområde'),
        ),
        migrations.AddField(
            model_name='membershipevent',
            name='municipality',
            field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='pledges.municipality', verbose_name='kommun'),
        ),
        migrations.AddField(
            model_name='membershipevent',
            name='person',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='person'),
        ),
        migrations.AddField(
            model_name='membershipevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='accounts.membership'),
        ),
        migrations.AddField(
            model_name='membershipevent',
            name='police_area',
            field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='pledges.policearea', verbose_name='lokalpolisområde'),
        ),
        migrations.AddField(
            model_name='userevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='invitationevent',
            trigger=pgtrigger.compiler.Trigger(name='refuse_change', sql=pgtrigger.compiler.UpsertTriggerSql(execute='refuse_change()', func='RETURN NULL;', hash='35608ec2c073743d7f19d974235a1dc03c2a4a0d', operation='UPDATE OR DELETE', pgid='pgtrigger_refuse_change_dae2f', table='accounts_invitationevent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='invitationevent',
            trigger=pgtrigger.compiler.Trigger(name='refuse_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(execute='refuse_truncate()', func='RETURN NULL;', hash='7d3831aef02a5cdb0a90ce5aafe59ee511560592', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_refuse_truncate_364c6', table='accounts_invitationevent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='membershipevent',
            trigger=pgtrigger.compiler.Trigger(name='refuse_change', sql=pgtrigger.compiler.UpsertTriggerSql(execute='refuse_change()', func='RETURN NULL;', hash='cb193a9d8723894fc75040016c7b372708af5588', operation='UPDATE OR DELETE', pgid='pgtrigger_refuse_change_5d08b', table='accounts_membershipevent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='membershipevent',
            trigger=pgtrigger.compiler.Trigger(name='refuse_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(execute='refuse_truncate()', func='RETURN NULL;', hash='f5ed231dc556642303ab4900301700af474c2379', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_refuse_truncate_85c86', table='accounts_membershipevent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='userevent',
            trigger=pgtrigger.compiler.Trigger(name='refuse_change', sql=pgtrigger.compiler.UpsertTriggerSql(execute='refuse_change()', func='RETURN NULL;', hash='25397866041f497c3f53f009ab972cd4317f5cb7', operation='UPDATE OR DELETE', pgid='pgtrigger_refuse_change_0c3bf', table='accounts_userevent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='userevent',
            trigger=pgtrigger.compiler.Trigger(name='refuse_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(execute='refuse_truncate()', func='RETURN NULL;', hash='ca9db417d4f9805f8cb5585a5c9dc1dba68d5d32', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_refuse_truncate_aaff8', table='accounts_userevent', when='BEFORE')),
        ),
    ]
