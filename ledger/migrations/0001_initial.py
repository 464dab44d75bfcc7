import django.db.models.deletion
import prm.fields
import prm.ids
import prm.migrating
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('sellers', '0001_initial'),
    ]

    operations = [
        prm.migrating.CreateModels(
            operations=[migrations.CreateModel(
                name='Account',
                fields=[
                    ('id', models.UUIDField(default=prm.ids.new_id, editable=False, primary_key=True, serialize=False)),
                    ('created_at', models.DateTimeField(auto_now_add=True)),
                    ('seller', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sellers.seller')),
                    ('kind', models.CharField(choices=[('expense', 'Commission cost'), ('pending', 'Pending'), ('held', 'Held'), ('payable', 'Payable'), ('in_payout', 'In payout'), ('paid', 'Paid out')], max_length=12)),
                    ('partner_id', models.UUIDField(blank=True, null=True)),
                    ('unit', models.CharField(max_length=3)),
                    ('guarded', models.BooleanField(default=False)),
                    ('debits_minor', models.BigIntegerField(default=0)),
                    ('credits_minor', models.BigIntegerField(default=0)),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('seller', 'kind', 'partner_id', 'unit'), name='account_once', nulls_distinct=False), models.CheckConstraint(condition=models.Q(('guarded', False), ('credits_minor__gte', models.F('debits_minor')), _connector='OR'), name='account_guard')],
                },
            ), migrations.CreateModel(
                name='Transfer',
                fields=[
                    ('id', models.UUIDField(default=prm.ids.new_id, editable=False, primary_key=True, serialize=False)),
                    ('created_at', models.DateTimeField(auto_now_add=True)),
                    ('seller', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sellers.seller')),
                    ('key', models.CharField(max_length=120)),
                    ('kind', models.CharField(max_length=24)),
                    ('debit', prm.fields.TenantForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='debit_transfers', to='ledger.account')),
                    ('credit', prm.fields.TenantForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='credit_transfers', to='ledger.account')),
                    ('amount_minor', models.BigIntegerField()),
                    ('unit', models.CharField(max_length=3)),
                    ('at', models.DateTimeField()),
                    ('partner_id', models.UUIDField(blank=True, null=True)),
                    ('source_type', models.CharField(max_length=40)),
                    ('source_id', models.UUIDField()),
                    ('note', models.CharField(blank=True, max_length=200)),
                ],
                options={
                    'indexes': [models.Index(fields=['seller', 'partner_id', '-id'], name='transfer_partner'), models.Index(fields=['seller', 'source_id'], name='transfer_source'), models.Index(fields=['seller', 'debit'], name='transfer_debit'), models.Index(fields=['seller', 'credit'], name='transfer_credit')],
                    'constraints': [models.UniqueConstraint(fields=('seller', 'key'), name='transfer_once'), models.CheckConstraint(condition=models.Q(('amount_minor__gt', 0)), name='transfer_amount_positive'), models.CheckConstraint(condition=models.Q(('debit', models.F('credit')), _negated=True), name='transfer_two_accounts')],
                },
            )],
        ),
    ]
