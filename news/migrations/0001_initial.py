"""News of municipalities and their pledges."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
import pledge_portal.database.triggers
import uuid
from django.conf import settings
from django.db import migrations, models

from pledge_portal.database.functions import MakeFunctions
from pledge_portal.database.initial import InitialMigration


class Migration(InitialMigration):

    dependencies = [
        ('accounts', '0002_memberships'),
        ('dialogues', '0001_initial'),
        ('pledges', '0001_initial'),
    ]

    operations = [
        MakeFunctions(),
        migrations.CreateModel(
            name='News',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('older_english', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), blank=True, default=list, editable=False, size=None, verbose_name='engelska som är äldre än svenskan')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('municipality', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='news', to='pledges.municipality', verbose_name='kommun')),
                ('pledge', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='news', to='pledges.pledge', verbose_name='löfte som den handlar om')),
                ('title', models.CharField(max_length=140, verbose_name='rubrik')),
                ('title_sv', models.CharField(max_length=140, null=True, verbose_name='rubrik')),
                ('title_en', models.CharField(max_length=140, null=True, verbose_name='rubrik')),
                ('text', models.TextField(max_length=5000, verbose_name='text')),
                ('text_sv', models.TextField(max_length=5000, null=True, verbose_name='text')),
                ('text_en', models.TextField(max_length=5000, null=True, verbose_name='text')),
                ('quotation', models.TextField(blank=True, max_length=600, verbose_name='citat')),
                ('quotation_sv', models.TextField(blank=True, max_length=600, null=True, verbose_name='citat')),
                ('quotation_en', models.TextField(blank=True, max_length=600, null=True, verbose_name='citat')),
                ('speaker', models.CharField(blank=True, max_length=160, verbose_name='vem som säger det')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('written_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='skriven av')),
                ('written_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name='skriven')),
                ('published_on', models.DateField(blank=True, editable=False, null=True, verbose_name='publicerad')),
                ('published_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='publicerad av')),
                ('is_demonstration', models.BooleanField(default=False, verbose_name='demonstration')),
            ],
            options={
                'verbose_name': 'nyhet',
                'verbose_name_plural': 'nyheter',
                'indexes': [models.Index(fields=['municipality', '-published_on', 'uid'], name='news_latest_first')],
                'constraints': [models.CheckConstraint(condition=models.Q(('text_sv__gt', ''), ('title_sv__gt', '')), name='news_says_something'), models.CheckConstraint(condition=models.Q(models.Q(('quotation_sv', ''), ('speaker', '')), models.Q(('quotation_sv__gt', ''), ('speaker__gt', '')), _connector='OR'), name='news_quotes_somebody'), pledge_portal.database.triggers.Trigger(fires='BEFORE UPDATE OR DELETE', function='guard_news', name='news_news_guard_news'), pledge_portal.database.triggers.Trigger(each='STATEMENT', fires='BEFORE TRUNCATE', function='refuse_truncate', name='news_news_refuse_truncate'), pledge_portal.database.triggers.Trigger(fires='BEFORE INSERT OR UPDATE', function='tell_older_english', name='news_news_tell_older_english')],
            },
        ),
        migrations.CreateModel(
            name='NewsCorrection',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField(max_length=2000, verbose_name='rättelse')),
                ('text_sv', models.TextField(max_length=2000, null=True, verbose_name='rättelse')),
                ('text_en', models.TextField(max_length=2000, null=True, verbose_name='rättelse')),
                ('corrected_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('corrected_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('news', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='corrections', to='news.news')),
            ],
            options={
                'verbose_name': 'rättelse av en nyhet',
                'verbose_name_plural': 'rättelser av nyheter',
                'ordering': ['corrected_at', 'pk'],
                'abstract': False,
                'constraints': [pledge_portal.database.triggers.Trigger(fires='BEFORE UPDATE OR DELETE', function='refuse_change', name='news_newscorrection_refuse_change'), pledge_portal.database.triggers.Trigger(fires='BEFORE INSERT', function='guard_beside_news', name='news_newscorrection_guard_beside_news'), pledge_portal.database.triggers.Trigger(each='STATEMENT', fires='BEFORE TRUNCATE', function='refuse_truncate', name='news_newscorrection_refuse_truncate')],
            },
        ),
        migrations.CreateModel(
            name='TakenBack',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('news', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='taken_back', to='news.news')),
                ('uid', models.UUIDField(editable=False, unique=True)),
                ('municipality', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='pledges.municipality', verbose_name='kommun')),
                ('reason', models.CharField(max_length=300, verbose_name='skäl')),
                ('taken_back_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='tillbakatagen av')),
                ('taken_back_at', models.DateTimeField(verbose_name='tillbakatagen')),
            ],
            options={
                'verbose_name': 'tillbakatagen nyhet',
                'verbose_name_plural': 'tillbakatagna nyheter',
                'constraints': [models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='news_taken_back_for_a_reason'), pledge_portal.database.triggers.Trigger(fires='BEFORE UPDATE OR DELETE', function='refuse_change', name='news_takenback_refuse_change'), pledge_portal.database.triggers.Trigger(fires='BEFORE INSERT', function='guard_beside_news', name='news_takenback_guard_beside_news'), pledge_portal.database.triggers.Trigger(each='STATEMENT', fires='BEFORE TRUNCATE', function='refuse_truncate', name='news_takenback_refuse_truncate')],
            },
        ),
        migrations.CreateModel(
            name='NewsEvent',
            fields=[
                ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(db_index=True)),
                ('pgh_label', models.TextField()),
                ('pgh_before', models.JSONField(null=True)),
                ('pgh_words', models.TextField()),
                ('pgh_belongs_to', models.BigIntegerField(db_index=True, null=True)),
                ('pgh_transaction', models.BigIntegerField()),
                ('pgh_context', models.JSONField(null=True)),
                ('id', models.BigIntegerField()),
                ('older_english', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), blank=True, default=list, editable=False, size=None, verbose_name='engelska som är äldre än svenskan')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('municipality', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pledges.municipality', verbose_name='kommun')),
                ('pledge', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pledges.pledge', verbose_name='löfte som den handlar om')),
                ('title', models.CharField(max_length=140, verbose_name='rubrik')),
                ('title_sv', models.CharField(max_length=140, null=True, verbose_name='rubrik')),
                ('title_en', models.CharField(max_length=140, null=True, verbose_name='rubrik')),
                ('text', models.TextField(max_length=5000, verbose_name='text')),
                ('text_sv', models.TextField(max_length=5000, null=True, verbose_name='text')),
                ('text_en', models.TextField(max_length=5000, null=True, verbose_name='text')),
                ('quotation', models.TextField(blank=True, max_length=600, verbose_name='citat')),
                ('quotation_sv', models.TextField(blank=True, max_length=600, null=True, verbose_name='citat')),
                ('quotation_en', models.TextField(blank=True, max_length=600, null=True, verbose_name='citat')),
                ('speaker', models.CharField(blank=True, max_length=160, verbose_name='vem som säger det')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('written_by', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='skriven av')),
                ('written_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name='skriven')),
                ('published_on', models.DateField(blank=True, editable=False, null=True, verbose_name='publicerad')),
                ('published_by', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='publicerad av')),
                ('is_demonstration', models.BooleanField(default=False, verbose_name='demonstration')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='news.news')),
            ],
            options={
                'constraints': [pledge_portal.database.triggers.Trigger(fires='BEFORE UPDATE OR DELETE', function='refuse_change', name='news_newsevent_refuse_change'), pledge_portal.database.triggers.Trigger(each='STATEMENT', fires='BEFORE TRUNCATE', function='refuse_truncate', name='news_newsevent_refuse_truncate'), pledge_portal.database.triggers.Trigger(arguments=('news_newsevent',), fires='AFTER INSERT OR UPDATE OR DELETE', function='record_change', name='news_newsevent_record_change', table='news_news')],
            },
        ),
        migrations.CreateModel(
            name='NewsCorrectionEvent',
            fields=[
                ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(db_index=True)),
                ('pgh_label', models.TextField()),
                ('pgh_before', models.JSONField(null=True)),
                ('pgh_words', models.TextField()),
                ('pgh_belongs_to', models.BigIntegerField(db_index=True, null=True)),
                ('pgh_transaction', models.BigIntegerField()),
                ('pgh_context', models.JSONField(null=True)),
                ('id', models.BigIntegerField()),
                ('text', models.TextField(max_length=2000, verbose_name='rättelse')),
                ('text_sv', models.TextField(max_length=2000, null=True, verbose_name='rättelse')),
                ('text_en', models.TextField(max_length=2000, null=True, verbose_name='rättelse')),
                ('corrected_by', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('corrected_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('news', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='news.news')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='news.newscorrection')),
            ],
            options={
                'constraints': [pledge_portal.database.triggers.Trigger(fires='BEFORE UPDATE OR DELETE', function='refuse_change', name='news_newscorrectionevent_refuse_change'), pledge_portal.database.triggers.Trigger(each='STATEMENT', fires='BEFORE TRUNCATE', function='refuse_truncate', name='news_newscorrectionevent_refuse_truncate'), pledge_portal.database.triggers.Trigger(arguments=('news_newscorrectionevent',), fires='AFTER INSERT OR UPDATE OR DELETE', function='record_change', name='news_newscorrectionevent_record_change', table='news_newscorrection')],
            },
        ),
        migrations.CreateModel(
            name='TakenBackEvent',
            fields=[
                ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(db_index=True)),
                ('pgh_label', models.TextField()),
                ('pgh_before', models.JSONField(null=True)),
                ('pgh_words', models.TextField()),
                ('pgh_belongs_to', models.BigIntegerField(db_index=True, null=True)),
                ('pgh_transaction', models.BigIntegerField()),
                ('pgh_context', models.JSONField(null=True)),
                ('id', models.BigIntegerField()),
                ('news', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='news.news')),
                ('uid', models.UUIDField(editable=False)),
                ('municipality', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pledges.municipality', verbose_name='kommun')),
                ('reason', models.CharField(max_length=300, verbose_name='skäl')),
                ('taken_back_by', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='tillbakatagen av')),
                ('taken_back_at', models.DateTimeField(verbose_name='tillbakatagen')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='news.takenback')),
            ],
            options={
                'constraints': [pledge_portal.database.triggers.Trigger(fires='BEFORE UPDATE OR DELETE', function='refuse_change', name='news_takenbackevent_refuse_change'), pledge_portal.database.triggers.Trigger(each='STATEMENT', fires='BEFORE TRUNCATE', function='refuse_truncate', name='news_takenbackevent_refuse_truncate'), pledge_portal.database.triggers.Trigger(arguments=('news_takenbackevent',), fires='AFTER INSERT OR UPDATE OR DELETE', function='record_change', name='news_takenbackevent_record_change', table='news_takenback')],
            },
        ),
    ]
