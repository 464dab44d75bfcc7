import django.db.models.deletion
import prm.fields
import prm.ids
import prm.migrating
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('sellers', '0001_initial'),
    ]

    operations = [
        prm.migrating.CreateModels(
            operations=[migrations.CreateModel(
                name='Event',
                fields=[
                    ('id', models.UUIDField(default=prm.ids.new_id, editable=False, primary_key=True, serialize=False)),
                    ('created_at', models.DateTimeField(auto_now_add=True)),
                    ('seller', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sellers.seller')),
                    ('at', models.DateTimeField()),
                    ('verb', models.CharField(max_length=60)),
                    ('actor_kind', models.CharField(max_length=12)),
                    ('actor_id', models.CharField(blank=True, max_length=40)),
                    ('actor_label', models.CharField(max_length=160)),
                    ('object_type', models.CharField(max_length=40)),
                    ('object_id', models.UUIDField()),
                    ('object_label', models.CharField(max_length=200)),
                    ('partner_id', models.UUIDField(blank=True, null=True)),
                    ('changes', models.JSONField(default=dict)),
                    ('detail', models.JSONField(default=dict)),
                    ('address', models.CharField(blank=True, max_length=45)),
                ],
                options={
                    'indexes': [models.Index(fields=['seller', '-id'], name='event_recent'), models.Index(fields=['seller', 'object_id', '-id'], name='event_object'), models.Index(fields=['seller', 'partner_id', '-id'], name='event_partner')],
                },
            ), migrations.CreateModel(
                name='Job',
                fields=[
                    ('id', models.UUIDField(default=prm.ids.new_id, editable=False, primary_key=True, serialize=False)),
                    ('created_at', models.DateTimeField(auto_now_add=True)),
                    ('seller', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sellers.seller')),
                    ('kind', models.CharField(max_length=40)),
                    ('title', models.CharField(max_length=200)),
                    ('params', models.JSONField(default=dict)),
                    ('file', models.FileField(blank=True, max_length=300, upload_to='jobs/%Y/%m/')),
                    ('status', models.CharField(choices=[('draft', 'Being set up'), ('queued', 'Queued'), ('running', 'Running'), ('done', 'Done'), ('failed', 'Failed')], default='queued', max_length=8)),
                    ('position', models.BigIntegerField(default=0)),
                    ('total', models.BigIntegerField(default=0)),
                    ('result', models.JSONField(default=dict)),
                    ('error', models.TextField(blank=True)),
                    ('started_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('attempts', models.PositiveSmallIntegerField(default=0)),
                    ('leased_until', models.DateTimeField(blank=True, null=True)),
                    ('finished_at', models.DateTimeField(blank=True, null=True)),
                ],
                options={
                    'indexes': [models.Index(fields=['seller', '-id'], name='job_recent'), models.Index(condition=models.Q(('status__in', ['queued', 'running'])), fields=['seller', 'leased_until'], name='job_open')],
                },
            ), migrations.CreateModel(
                name='MailPreference',
                fields=[
                    ('id', models.UUIDField(default=prm.ids.new_id, editable=False, primary_key=True, serialize=False)),
                    ('created_at', models.DateTimeField(auto_now_add=True)),
                    ('seller', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sellers.seller')),
                    ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('kind', models.CharField(max_length=16)),
                    ('mode', models.CharField(choices=[('at_once', 'At once'), ('daily', 'Once a day'), ('never', 'Never')], max_length=8)),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('seller', 'user', 'kind'), name='mail_preference_once')],
                },
            ), migrations.CreateModel(
                name='WorkLease',
                fields=[
                    ('id', models.UUIDField(default=prm.ids.new_id, editable=False, primary_key=True, serialize=False)),
                    ('created_at', models.DateTimeField(auto_now_add=True)),
                    ('seller', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sellers.seller')),
                    ('kind', models.CharField(max_length=24)),
                    ('leased_until', models.DateTimeField()),
                    ('nudged_at', models.DateTimeField()),
                    ('failures', models.PositiveSmallIntegerField(default=0)),
                    ('last_error', models.CharField(blank=True, max_length=500)),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('seller', 'kind'), name='work_lease_once')],
                },
            ), migrations.CreateModel(
                name='ChainLink',
                fields=[
                    ('id', models.UUIDField(default=prm.ids.new_id, editable=False, primary_key=True, serialize=False)),
                    ('created_at', models.DateTimeField(auto_now_add=True)),
                    ('seller', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sellers.seller')),
                    ('place', models.BigIntegerField()),
                    ('event', prm.fields.TenantForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='links', to='activity.event')),
                    ('previous_hash', models.CharField(max_length=64)),
                    ('hash', models.CharField(max_length=64)),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('seller', 'place'), name='chain_place_once'), models.UniqueConstraint(fields=('seller', 'event'), name='chain_event_once')],
                },
            ), migrations.CreateModel(
                name='JobProblem',
                fields=[
                    ('id', models.UUIDField(default=prm.ids.new_id, editable=False, primary_key=True, serialize=False)),
                    ('created_at', models.DateTimeField(auto_now_add=True)),
                    ('seller', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sellers.seller')),
                    ('job', prm.fields.TenantForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='problems', to='activity.job')),
                    ('row', models.PositiveIntegerField()),
                    ('field', models.CharField(max_length=80)),
                    ('message', models.CharField(max_length=300)),
                    ('raw', models.JSONField(default=dict)),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('seller', 'job', 'row'), name='job_problem_once')],
                },
            ), migrations.CreateModel(
                name='Notification',
                fields=[
                    ('id', models.UUIDField(default=prm.ids.new_id, editable=False, primary_key=True, serialize=False)),
                    ('created_at', models.DateTimeField(auto_now_add=True)),
                    ('seller', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sellers.seller')),
                    ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('event', prm.fields.TenantForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='activity.event')),
                    ('room', models.CharField(max_length=8)),
                    ('subject', models.CharField(max_length=200)),
                    ('body', models.TextField(blank=True)),
                    ('path', models.CharField(blank=True, max_length=300)),
                    ('read_at', models.DateTimeField(blank=True, null=True)),
                    ('mail_due', models.BooleanField(default=True)),
                    ('mailed_at', models.DateTimeField(blank=True, null=True)),
                    ('mail_attempts', models.PositiveSmallIntegerField(default=0)),
                    ('mail_not_before', models.DateTimeField(blank=True, null=True)),
                    ('digest', models.BooleanField(default=False)),
                    ('reply_to', models.CharField(blank=True, max_length=254)),
                ],
                options={
                    'indexes': [models.Index(fields=['seller', 'user', '-id'], name='notification_recent'), models.Index(condition=models.Q(('mail_due', True), ('mailed_at', None)), fields=['seller', 'id'], name='notification_unmailed')],
                    'constraints': [models.UniqueConstraint(fields=('seller', 'event', 'user', 'room'), name='notification_once')],
                },
            )],
        ),
    ]
