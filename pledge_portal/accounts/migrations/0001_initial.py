"""People. What belongs to a municipality is made after it, by the next migration."""

import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
import pledge_portal.database.triggers
from django.conf import settings
from django.db import migrations, models

from pledge_portal.database.functions import MakeFunctions
from pledge_portal.database.initial import InitialMigration


class Migration(InitialMigration):

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
        ('database', '0001_initial'),
    ]

    operations = [
        MakeFunctions(),
        migrations.CreateModel(
            name='User',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                ('first_name', models.CharField(blank=True, max_length=150, verbose_name='first name')),
                ('last_name', models.CharField(blank=True, max_length=150, verbose_name='last name')),
                ('is_staff', models.BooleanField(default=False, help_text='Designates whether the user can log into this admin site.', verbose_name='staff status')),
                ('is_active', models.BooleanField(default=True, help_text='Designates whether this user should be treated as active. Unselect this instead of deleting accounts.', verbose_name='active')),
                ('date_joined', models.DateTimeField(default=django.utils.timezone.now, verbose_name='date joined')),
                ('email', models.EmailField(max_length=254, unique=True, verbose_name='e-postadress')),
                ('groups', models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups')),
                ('user_permissions', models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions')),
            ],
            options={
                'verbose_name': 'person',
                'verbose_name_plural': 'personer',
                'constraints': [models.UniqueConstraint(django.db.models.functions.text.Lower('email'), name='one_person_per_email_address_whatever_its_case')],
            },
        ),
        migrations.CreateModel(
            name='UserEvent',
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
                ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                ('first_name', models.CharField(blank=True, max_length=150, verbose_name='first name')),
                ('last_name', models.CharField(blank=True, max_length=150, verbose_name='last name')),
                ('is_staff', models.BooleanField(default=False, help_text='Designates whether the user can log into this admin site.', verbose_name='staff status')),
                ('is_active', models.BooleanField(default=True, help_text='Designates whether this user should be treated as active. Unselect this instead of deleting accounts.', verbose_name='active')),
                ('date_joined', models.DateTimeField(default=django.utils.timezone.now, verbose_name='date joined')),
                ('email', models.EmailField(max_length=254, verbose_name='e-postadress')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [pledge_portal.database.triggers.Trigger(fires='BEFORE UPDATE OR DELETE', function='refuse_change', name='accounts_userevent_refuse_change'), pledge_portal.database.triggers.Trigger(each='STATEMENT', fires='BEFORE TRUNCATE', function='refuse_truncate', name='accounts_userevent_refuse_truncate'), pledge_portal.database.triggers.Trigger(arguments=('accounts_userevent',), fires='AFTER INSERT OR UPDATE OR DELETE', function='record_change', name='accounts_userevent_record_change', table='accounts_user')],
            },
        ),
        migrations.CreateModel(
            name='FactorReset',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('command_account', models.CharField(blank=True, max_length=100, verbose_name='kommandots konto')),
                ('asked_at', models.DateTimeField(verbose_name='begärt')),
                ('identified_by', models.CharField(max_length=500, verbose_name='så vet man att det är personen')),
                ('expires_at', models.DateTimeField(verbose_name='går ut')),
                ('done_at', models.DateTimeField(null=True, verbose_name='borttaget')),
                ('withdrawn_at', models.DateTimeField(null=True, verbose_name='inställt')),
                ('withdrawn_because', models.CharField(blank=True, choices=[('stopped', 'personen stoppade det'), ('factor_used', 'personen loggade in med sitt andra steg'), ('withdrawn', 'en administratör tog tillbaka det'), ('expired', 'ingen bekräftade det i tid'), ('asker_may_not', 'den som begärde det får inte längre göra det'), ('replaced', 'den som driver portalen tog bort det i stället')], max_length=20, verbose_name='inställt eftersom')),
                ('asked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='begärt av')),
                ('confirmed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='bekräftat av')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='factor_resets', to=settings.AUTH_USER_MODEL, verbose_name='person')),
                ('withdrawn_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='inställt av')),
            ],
            options={
                'verbose_name': 'tappat andra steg',
                'verbose_name_plural': 'tappade andra steg',
                'constraints': [models.CheckConstraint(condition=models.Q(('asked_by__isnull', False), models.Q(('command_account', ''), _negated=True), _connector='XOR'), name='factor_reset_asked_for_by_somebody'), models.CheckConstraint(condition=models.Q(('asked_by', None), models.Q(('asked_by', models.F('person')), _negated=True), _connector='OR'), name='factor_reset_asked_for_by_another'), models.CheckConstraint(condition=models.Q(('done_at', None), models.Q(('command_account', ''), _negated=True), models.Q(('confirmed_by__isnull', False), models.Q(('confirmed_by', models.F('asked_by')), _negated=True), models.Q(('confirmed_by', models.F('person')), _negated=True)), _connector='OR'), name='factor_reset_done_by_two'), models.CheckConstraint(condition=models.Q(('done_at', None), models.Q(('done_at__lte', models.F('expires_at')), ('withdrawn_at', None)), _connector='OR'), name='factor_reset_done_in_time_and_not_withdrawn'), models.CheckConstraint(condition=models.Q(models.Q(('withdrawn_at', None), ('withdrawn_because', ''), ('withdrawn_by', None)), models.Q(('withdrawn_at__isnull', False), models.Q(('withdrawn_because', ''), _negated=True)), _connector='OR'), name='factor_reset_withdrawn_because'), models.UniqueConstraint(condition=models.Q(('done_at', None), ('withdrawn_at', None)), fields=('person',), name='one_factor_reset_at_a_time'), pledge_portal.database.triggers.Trigger(fires='BEFORE INSERT OR UPDATE OR DELETE', function='guard_factor_reset', name='accounts_factorreset_guard_factor_reset'), pledge_portal.database.triggers.Trigger(each='STATEMENT', fires='BEFORE TRUNCATE', function='refuse_truncate', name='accounts_factorreset_refuse_truncate')],
            },
        ),
        migrations.CreateModel(
            name='FactorResetEvent',
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
                ('command_account', models.CharField(blank=True, max_length=100, verbose_name='kommandots konto')),
                ('asked_at', models.DateTimeField(verbose_name='begärt')),
                ('identified_by', models.CharField(max_length=500, verbose_name='så vet man att det är personen')),
                ('expires_at', models.DateTimeField(verbose_name='går ut')),
                ('done_at', models.DateTimeField(null=True, verbose_name='borttaget')),
                ('withdrawn_at', models.DateTimeField(null=True, verbose_name='inställt')),
                ('withdrawn_because', models.CharField(blank=True, choices=[('stopped', 'personen stoppade det'), ('factor_used', 'personen loggade in med sitt andra steg'), ('withdrawn', 'en administratör tog tillbaka det'), ('expired', 'ingen bekräftade det i tid'), ('asker_may_not', 'den som begärde det får inte längre göra det'), ('replaced', 'den som driver portalen tog bort det i stället')], max_length=20, verbose_name='inställt eftersom')),
                ('asked_by', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='begärt av')),
                ('confirmed_by', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='bekräftat av')),
                ('person', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='person')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='accounts.factorreset')),
                ('withdrawn_by', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='inställt av')),
            ],
            options={
                'constraints': [pledge_portal.database.triggers.Trigger(fires='BEFORE UPDATE OR DELETE', function='refuse_change', name='accounts_factorresetevent_refuse_change'), pledge_portal.database.triggers.Trigger(each='STATEMENT', fires='BEFORE TRUNCATE', function='refuse_truncate', name='accounts_factorresetevent_refuse_truncate'), pledge_portal.database.triggers.Trigger(arguments=('accounts_factorresetevent',), fires='AFTER INSERT OR UPDATE OR DELETE', function='record_change', name='accounts_factorresetevent_record_change', table='accounts_factorreset')],
            },
        ),
        migrations.CreateModel(
            name='PersonErasure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('decision', models.CharField(max_length=80)),
                ('decided_on', models.DateField()),
                ('reason', models.CharField(max_length=500)),
                ('erased_at', models.DateTimeField()),
                ('erased_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('person', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='erasure', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('erased_by', models.F('person')), _negated=True), name='nobody_erases_themselves'), pledge_portal.database.triggers.Trigger(fires='BEFORE UPDATE OR DELETE', function='refuse_change', name='accounts_personerasure_refuse_change'), pledge_portal.database.triggers.Trigger(each='STATEMENT', fires='BEFORE TRUNCATE', function='refuse_truncate', name='accounts_personerasure_refuse_truncate')],
            },
        ),
    ]
