"""People. What belongs to a municipality is made after it, by the next migration."""

import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
import pledge_portal.database.triggers
from django.conf import settings
from django.db import migrations, models

from pledge_portal.database.initial import InitialMigration


class Migration(InitialMigration):

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
        ('database', '0001_initial'),
    ]

    operations = [
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
    ]
