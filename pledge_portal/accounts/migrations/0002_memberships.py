"""Who works where, invitations, and the table in which attempts to log in are counted."""

import django.db.models.deletion
import pledge_portal.database.triggers
from django.conf import settings
from django.db import migrations, models

from pledge_portal.database.initial import InitialMigration


class Migration(InitialMigration):

    dependencies = [
        ('accounts', '0001_initial'),
        ('pledges', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Membership',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('editor', 'redaktör'), ('coordinator', 'BRÅ-samordnare'), ('moderator', 'moderator'), ('officer', 'polis'), ('signatory', 'undertecknare'), ('administrator', 'administratör')], max_length=20, verbose_name='roll')),
                ('municipality', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='pledges.municipality', verbose_name='kommun')),
                ('police_area', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='pledges.policearea', verbose_name='lokalpolisområde')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to=settings.AUTH_USER_MODEL, verbose_name='person')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='från')),
            ],
            options={
                'verbose_name': 'uppdrag',
                'verbose_name_plural': 'uppdrag',
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('municipality', None), ('police_area__isnull', False)), models.Q(('municipality__isnull', False), ('police_area', None)), _connector='OR'), name='membership_for_one_place'), models.CheckConstraint(condition=models.Q(('role__in', ['editor', 'coordinator', 'moderator', 'officer', 'signatory', 'administrator'])), name='membership_of_known_role'), models.CheckConstraint(condition=models.Q(models.Q(('role__in', ['officer']), _negated=True), ('municipality', None), _connector='OR'), name='membership_of_police_for_an_area'), models.CheckConstraint(condition=models.Q(models.Q(('role__in', ['coordinator', 'moderator']), _negated=True), ('police_area', None), _connector='OR'), name='membership_of_municipality_for_one'), models.UniqueConstraint(fields=('person', 'role', 'municipality', 'police_area'), name='role_held_once_for_a_place', nulls_distinct=False)],
            },
        ),
        migrations.CreateModel(
            name='Invitation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('editor', 'redaktör'), ('coordinator', 'BRÅ-samordnare'), ('moderator', 'moderator'), ('officer', 'polis'), ('signatory', 'undertecknare'), ('administrator', 'administratör')], max_length=20, verbose_name='roll')),
                ('municipality', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='pledges.municipality', verbose_name='kommun')),
                ('police_area', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='pledges.policearea', verbose_name='lokalpolisområde')),
                ('email', models.EmailField(max_length=254, verbose_name='e-postadress')),
                ('token_sha256', models.CharField(editable=False, max_length=64, unique=True)),
                ('invited_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='inbjuden av')),
                ('created_at', models.DateTimeField(verbose_name='skickad')),
                ('expires_at', models.DateTimeField(verbose_name='går ut')),
                ('accepted_at', models.DateTimeField(blank=True, null=True, verbose_name='använd')),
                ('revoked_at', models.DateTimeField(blank=True, null=True, verbose_name='återkallad')),
            ],
            options={
                'verbose_name': 'inbjudan',
                'verbose_name_plural': 'inbjudningar',
                'ordering': ['-created_at'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('municipality', None), ('police_area__isnull', False)), models.Q(('municipality__isnull', False), ('police_area', None)), _connector='OR'), name='invitation_for_one_place'), models.CheckConstraint(condition=models.Q(('role__in', ['editor', 'coordinator', 'moderator', 'officer', 'signatory', 'administrator'])), name='invitation_of_known_role'), models.CheckConstraint(condition=models.Q(models.Q(('role__in', ['officer']), _negated=True), ('municipality', None), _connector='OR'), name='invitation_of_police_for_an_area'), models.CheckConstraint(condition=models.Q(models.Q(('role__in', ['coordinator', 'moderator']), _negated=True), ('police_area', None), _connector='OR'), name='invitation_of_municipality_for_one'), models.CheckConstraint(condition=models.Q(('accepted_at', None), ('revoked_at', None), _connector='OR'), name='invitation_used_or_revoked')],
            },
        ),
        migrations.CreateModel(
            name='MembershipEvent',
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
                ('role', models.CharField(choices=[('editor', 'redaktör'), ('coordinator', 'BRÅ-samordnare'), ('moderator', 'moderator'), ('officer', 'polis'), ('signatory', 'undertecknare'), ('administrator', 'administratör')], max_length=20, verbose_name='roll')),
                ('municipality', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pledges.municipality', verbose_name='kommun')),
                ('police_area', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pledges.policearea', verbose_name='lokalpolisområde')),
                ('person', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='person')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='från')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='accounts.membership')),
            ],
            options={
                'constraints': [pledge_portal.database.triggers.Trigger(fires='BEFORE UPDATE OR DELETE', function='refuse_change', name='accounts_membershipevent_refuse_change'), pledge_portal.database.triggers.Trigger(each='STATEMENT', fires='BEFORE TRUNCATE', function='refuse_truncate', name='accounts_membershipevent_refuse_truncate'), pledge_portal.database.triggers.Trigger(arguments=('accounts_membershipevent',), fires='AFTER INSERT OR UPDATE OR DELETE', function='record_change', name='accounts_membershipevent_record_change', table='accounts_membership')],
            },
        ),
        migrations.CreateModel(
            name='InvitationEvent',
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
                ('role', models.CharField(choices=[('editor', 'redaktör'), ('coordinator', 'BRÅ-samordnare'), ('moderator', 'moderator'), ('officer', 'polis'), ('signatory', 'undertecknare'), ('administrator', 'administratör')], max_length=20, verbose_name='roll')),
                ('municipality', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pledges.municipality', verbose_name='kommun')),
                ('police_area', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pledges.policearea', verbose_name='lokalpolisområde')),
                ('email', models.EmailField(max_length=254, verbose_name='e-postadress')),
                ('invited_by', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='inbjuden av')),
                ('created_at', models.DateTimeField(verbose_name='skickad')),
                ('expires_at', models.DateTimeField(verbose_name='går ut')),
                ('accepted_at', models.DateTimeField(blank=True, null=True, verbose_name='använd')),
                ('revoked_at', models.DateTimeField(blank=True, null=True, verbose_name='återkallad')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='accounts.invitation')),
            ],
            options={
                'constraints': [pledge_portal.database.triggers.Trigger(fires='BEFORE UPDATE OR DELETE', function='refuse_change', name='accounts_invitationevent_refuse_change'), pledge_portal.database.triggers.Trigger(each='STATEMENT', fires='BEFORE TRUNCATE', function='refuse_truncate', name='accounts_invitationevent_refuse_truncate'), pledge_portal.database.triggers.Trigger(arguments=('accounts_invitationevent',), fires='AFTER INSERT OR UPDATE OR DELETE', function='record_change', name='accounts_invitationevent_record_change', table='accounts_invitation')],
            },
        ),
        migrations.RunSQL(
            # As `createcachetable` would make it.
            """
            CREATE TABLE accounts_attempts (
                cache_key varchar(255) PRIMARY KEY,
                value text NOT NULL,
                expires timestamptz NOT NULL
            );
            CREATE INDEX accounts_attempts_expires ON accounts_attempts (expires);
            """,
            "DROP TABLE accounts_attempts",
        ),
    ]
