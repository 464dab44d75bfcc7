import django.db.models.deletion
import prm.fields
import prm.ids
import prm.migrating
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('commissions', '0001_initial'),
        ('partners', '0001_initial'),
        ('sellers', '0001_initial'),
    ]

    operations = [
        prm.migrating.CreateModels(
            operations=[migrations.CreateModel(
                name='Batch',
                fields=[
                    ('id', models.UUIDField(default=prm.ids.new_id, editable=False, primary_key=True, serialize=False)),
                    ('created_at', models.DateTimeField(auto_now_add=True)),
                    ('seller', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sellers.seller')),
                    ('number', models.CharField(max_length=24)),
                    ('currency', models.CharField(max_length=3)),
                    ('cutoff', models.DateTimeField()),
                    ('status', models.CharField(choices=[('draft', 'Draft'), ('approved', 'Approved'), ('settled', 'Settled'), ('cancelled', 'Cancelled')], default='draft', max_length=10)),
                    ('drafted_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('approved_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('approved_at', models.DateTimeField(blank=True, null=True)),
                    ('settled_at', models.DateTimeField(blank=True, null=True)),
                    ('exported_at', models.DateTimeField(blank=True, null=True)),
                    ('file', models.BinaryField(null=True)),
                    ('file_hash', models.CharField(blank=True, max_length=64)),
                    ('left_out', models.JSONField(default=list)),
                ],
                options={
                    'indexes': [models.Index(fields=['seller', '-id'], name='batch_recent')],
                    'constraints': [models.UniqueConstraint(fields=('seller', 'number'), name='batch_number_once'), models.UniqueConstraint(condition=models.Q(('status', 'draft')), fields=('seller', 'currency'), name='batch_one_draft_per_currency'), models.CheckConstraint(condition=models.Q(('approved_by', None), models.Q(('approved_by', models.F('drafted_by')), _negated=True), _connector='OR'), name='batch_two_people')],
                },
            ), migrations.CreateModel(
                name='PayoutMethod',
                fields=[
                    ('id', models.UUIDField(default=prm.ids.new_id, editable=False, primary_key=True, serialize=False)),
                    ('created_at', models.DateTimeField(auto_now_add=True)),
                    ('seller', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sellers.seller')),
                    ('partner', prm.fields.TenantForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='payout_methods', to='partners.partner')),
                    ('kind', models.CharField(choices=[('iban', 'Bank account (IBAN)'), ('paypal', 'PayPal'), ('wise', 'Wise'), ('ach', 'US bank account (ACH)'), ('other', 'Other')], max_length=8)),
                    ('name', models.CharField(max_length=120)),
                    ('account', models.BinaryField()),
                    ('account_tail', models.CharField(max_length=40)),
                    ('account_key', models.CharField(blank=True, max_length=64)),
                    ('requested_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('token_hash', models.CharField(blank=True, max_length=64)),
                    ('expires_at', models.DateTimeField(blank=True, null=True)),
                    ('confirmed_at', models.DateTimeField(blank=True, null=True)),
                    ('usable_at', models.DateTimeField(blank=True, null=True)),
                    ('previous', prm.fields.TenantForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='payouts.payoutmethod')),
                    ('withdrawn_at', models.DateTimeField(blank=True, null=True)),
                    ('replaced_at', models.DateTimeField(blank=True, null=True)),
                ],
                options={
                    'constraints': [models.UniqueConstraint(condition=models.Q(('confirmed_at__isnull', False), ('replaced_at', None)), fields=('seller', 'partner'), name='payout_method_one_current'), models.UniqueConstraint(condition=models.Q(('confirmed_at', None), ('replaced_at', None)), fields=('seller', 'partner'), name='payout_method_one_request'), models.CheckConstraint(condition=models.Q(models.Q(('confirmed_at', None), ('usable_at', None)), models.Q(('confirmed_at__isnull', False), ('usable_at__gte', models.F('confirmed_at'))), _connector='OR'), name='payout_method_usable_once_confirmed')],
                },
            ), migrations.CreateModel(
                name='TaxNumber',
                fields=[
                    ('id', models.UUIDField(default=prm.ids.new_id, editable=False, primary_key=True, serialize=False)),
                    ('created_at', models.DateTimeField(auto_now_add=True)),
                    ('seller', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sellers.seller')),
                    ('partner', prm.fields.TenantForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='tax_numbers', to='partners.partner')),
                    ('country', models.CharField(max_length=2)),
                    ('scheme', models.CharField(max_length=12)),
                    ('number', models.BinaryField()),
                    ('tail', models.CharField(max_length=40)),
                    ('number_key', models.CharField(max_length=64)),
                    ('replaced_at', models.DateTimeField(blank=True, null=True)),
                ],
                options={
                    'indexes': [models.Index(fields=['seller', 'partner', '-id'], name='tax_number_partner')],
                    'constraints': [models.UniqueConstraint(condition=models.Q(('replaced_at', None)), fields=('seller', 'partner'), name='tax_number_one_current')],
                },
            ), migrations.CreateModel(
                name='BatchLine',
                fields=[
                    ('id', models.UUIDField(default=prm.ids.new_id, editable=False, primary_key=True, serialize=False)),
                    ('created_at', models.DateTimeField(auto_now_add=True)),
                    ('seller', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sellers.seller')),
                    ('batch', prm.fields.TenantForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='payouts.batch')),
                    ('partner', prm.fields.TenantForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='payout_lines', to='partners.partner')),
                    ('method', prm.fields.TenantForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='payouts.payoutmethod')),
                    ('amount_minor', models.BigIntegerField()),
                    ('reference', models.CharField(blank=True, default='', max_length=35)),
                    ('status', models.CharField(choices=[('draft', 'Draft'), ('approved', 'Approved'), ('settled', 'Settled'), ('returned', 'Returned'), ('dropped', 'Dropped')], default='draft', max_length=8)),
                    ('reason', models.CharField(blank=True, max_length=300)),
                    ('ended_at', models.DateTimeField(blank=True, null=True)),
                ],
                options={
                    'indexes': [models.Index(fields=['seller', 'partner', '-id'], name='line_partner')],
                    'constraints': [models.UniqueConstraint(fields=('seller', 'batch', 'partner'), name='line_once'), models.CheckConstraint(condition=models.Q(('amount_minor__gt', 0), ('status', 'dropped'), _connector='OR'), name='line_pays_something')],
                },
            ), migrations.CreateModel(
                name='BatchItem',
                fields=[
                    ('id', models.UUIDField(default=prm.ids.new_id, editable=False, primary_key=True, serialize=False)),
                    ('created_at', models.DateTimeField(auto_now_add=True)),
                    ('seller', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sellers.seller')),
                    ('line', prm.fields.TenantForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='items', to='payouts.batchline')),
                    ('commission', prm.fields.TenantForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='payout_items', to='commissions.commission')),
                    ('is_current', models.BooleanField(default=True)),
                ],
                options={
                    'indexes': [models.Index(fields=['seller', 'line'], name='item_line')],
                    'constraints': [models.UniqueConstraint(condition=models.Q(('is_current', True)), fields=('seller', 'commission'), name='item_one_current_batch')],
                },
            )],
        ),
    ]
