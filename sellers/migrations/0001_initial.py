import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
import prm.ids
import prm.migrating
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
        prm.migrating.CreateModels(
            operations=[migrations.CreateModel(
                name='Seller',
                fields=[
                    ('id', models.UUIDField(default=prm.ids.new_id, editable=False, primary_key=True, serialize=False)),
                    ('created_at', models.DateTimeField(auto_now_add=True)),
                    ('name', models.CharField(max_length=120)),
                    ('slug', models.CharField(max_length=50, unique=True, validators=[django.core.validators.RegexValidator('^[a-z0-9](?:[a-z0-9-]{1,48})[a-z0-9]$', '3 to 50 of a-z, 0-9 and -.')])),
                    ('country', models.CharField(blank=True, max_length=2)),
                    ('currency', models.CharField(default='EUR', max_length=3)),
                    ('time_zone', models.CharField(default='UTC', max_length=64)),
                    ('language', models.CharField(default='en', max_length=8)),
                    ('website', models.URLField(blank=True, max_length=500)),
                    ('support_email', models.EmailField(blank=True, max_length=254)),
                    ('payout_day', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(31)])),
                    ('brand_colour', models.CharField(default='#12594b', max_length=7, validators=[django.core.validators.RegexValidator('^#[0-9a-fA-F]{6}$', 'A colour like #0f4c41.')])),
                    ('mark_colour', models.CharField(default='#a4572a', max_length=7, validators=[django.core.validators.RegexValidator('^#[0-9a-fA-F]{6}$', 'A colour like #0f4c41.')])),
                    ('logo', models.ImageField(blank=True, upload_to='logos/')),
                    ('brand_version', models.PositiveIntegerField(default=1)),
                ],
                options={
                    'abstract': False,
                },
            ), migrations.CreateModel(
                name='User',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('password', models.CharField(max_length=128, verbose_name='password')),
                    ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                    ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                    ('email', models.EmailField(max_length=254, unique=True)),
                    ('name', models.CharField(blank=True, max_length=120)),
                    ('language', models.CharField(blank=True, max_length=8)),
                    ('time_zone', models.CharField(blank=True, max_length=64)),
                    ('is_active', models.BooleanField(default=True)),
                    ('is_staff', models.BooleanField(default=False)),
                    ('date_joined', models.DateTimeField(auto_now_add=True)),
                    ('groups', models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups')),
                    ('user_permissions', models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions')),
                ],
                options={
                    'constraints': [models.UniqueConstraint(django.db.models.functions.text.Lower('email'), name='user_email_lower_unique')],
                },
            ), migrations.CreateModel(
                name='ApiKey',
                fields=[
                    ('id', models.UUIDField(default=prm.ids.new_id, editable=False, primary_key=True, serialize=False)),
                    ('created_at', models.DateTimeField(auto_now_add=True)),
                    ('seller', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sellers.seller')),
                    ('name', models.CharField(max_length=80)),
                    ('prefix', models.CharField(max_length=20)),
                    ('key_hash', models.CharField(max_length=64, unique=True)),
                    ('scopes', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), size=None)),
                    ('partner_id', models.UUIDField(blank=True, null=True)),
                    ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('last_used_on', models.DateField(blank=True, null=True)),
                    ('revoked_at', models.DateTimeField(blank=True, null=True)),
                ],
                options={
                    'indexes': [models.Index(fields=['seller', '-created_at'], name='apikey_recent')],
                },
            ), migrations.CreateModel(
                name='IdempotencyRecord',
                fields=[
                    ('id', models.UUIDField(default=prm.ids.new_id, editable=False, primary_key=True, serialize=False)),
                    ('created_at', models.DateTimeField(auto_now_add=True)),
                    ('seller', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sellers.seller')),
                    ('api_key', models.UUIDField()),
                    ('key', models.CharField(max_length=255)),
                    ('request_hash', models.CharField(max_length=64)),
                    ('status', models.PositiveSmallIntegerField(null=True)),
                    ('body', models.BinaryField(null=True)),
                    ('expires_at', models.DateTimeField()),
                ],
                options={
                    'indexes': [models.Index(fields=['expires_at'], name='idempotency_expiry')],
                    'constraints': [models.UniqueConstraint(fields=('seller', 'api_key', 'key'), name='idempotency_once')],
                },
            ), migrations.CreateModel(
                name='Invitation',
                fields=[
                    ('id', models.UUIDField(default=prm.ids.new_id, editable=False, primary_key=True, serialize=False)),
                    ('created_at', models.DateTimeField(auto_now_add=True)),
                    ('seller', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sellers.seller')),
                    ('email', models.EmailField(max_length=254)),
                    ('role', models.CharField(max_length=16)),
                    ('partner_id', models.UUIDField(blank=True, null=True)),
                    ('token_hash', models.CharField(max_length=64, unique=True)),
                    ('invited_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('expires_at', models.DateTimeField()),
                    ('mailed_at', models.DateTimeField(blank=True, null=True)),
                    ('accepted_at', models.DateTimeField(blank=True, null=True)),
                    ('withdrawn_at', models.DateTimeField(blank=True, null=True)),
                ],
                options={
                    'indexes': [models.Index(fields=['seller', '-created_at'], name='invitation_recent')],
                    'constraints': [models.UniqueConstraint(condition=models.Q(('accepted_at', None), ('withdrawn_at', None)), fields=('seller', 'email', 'partner_id'), name='invitation_open_once', nulls_distinct=False)],
                },
            ), migrations.CreateModel(
                name='Staff',
                fields=[
                    ('id', models.UUIDField(default=prm.ids.new_id, editable=False, primary_key=True, serialize=False)),
                    ('created_at', models.DateTimeField(auto_now_add=True)),
                    ('seller', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='staff', to='sellers.seller')),
                    ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='staff', to=settings.AUTH_USER_MODEL)),
                    ('role', models.CharField(choices=[('owner', 'Owner'), ('manager', 'Partner manager'), ('finance', 'Finance'), ('marketer', 'Marketer'), ('auditor', 'Auditor')], max_length=16)),
                    ('is_active', models.BooleanField(default=True)),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('seller', 'user'), name='staff_once_per_seller')],
                },
            )],
        ),
    ]
