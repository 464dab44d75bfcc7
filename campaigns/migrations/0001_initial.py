import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
import prm.fields
import prm.ids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('partners', '0001_initial'),
        ('sellers', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Program',
            fields=[
                ('id', models.UUIDField(default=prm.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('seller', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sellers.seller')),
                ('name', models.CharField(max_length=120)),
                ('slug', models.CharField(max_length=50, validators=[django.core.validators.RegexValidator('^[a-z0-9](?:[a-z0-9-]{1,48})[a-z0-9]$', '3 to 50 of a-z, 0-9 and -.')])),
                ('kind', models.CharField(choices=[('affiliate', 'Affiliate'), ('referral', 'Referral'), ('influencer', 'Influencer'), ('content', 'Content'), ('loyalty', 'Loyalty'), ('reseller', 'Reseller'), ('distribution', 'Distribution'), ('channel', 'Channel'), ('sponsorship', 'Sponsorship'), ('placement', 'Product placement'), ('co_branding', 'Co-branding'), ('licensing', 'Licensing'), ('joint_venture', 'Joint venture')], default='affiliate', max_length=20)),
                ('status', models.CharField(choices=[('draft', 'Draft'), ('open', 'Open'), ('closed', 'Closed')], default='draft', max_length=8)),
                ('currency', models.CharField(max_length=3)),
                ('summary', models.CharField(blank=True, max_length=300)),
                ('terms', models.TextField(blank=True, max_length=20000)),
                ('terms_version', models.PositiveIntegerField(default=1)),
                ('questions', models.JSONField(default=list)),
                ('attribution', models.CharField(choices=[('last_click', 'Last click'), ('first_click', 'First click'), ('linear', 'Every click alike'), ('position', 'First and last click most'), ('time_decay', 'Later clicks more')], default='last_click', max_length=12)),
                ('window_days', models.PositiveSmallIntegerField(default=30, validators=[django.core.validators.MaxValueValidator(3650)])),
                ('precedence', models.CharField(choices=[('coupon_over_click', 'The coupon’s partner'), ('click_over_coupon', 'The click’s partner')], default='coupon_over_click', max_length=20)),
                ('customer_binding', models.CharField(choices=[('none', 'Each sale by itself'), ('months', 'For some months'), ('lifetime', 'For good')], default='none', max_length=8)),
                ('binding_months', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('claim_days', models.PositiveSmallIntegerField(default=14, validators=[django.core.validators.MaxValueValidator(365)])),
                ('browser_sales', models.BooleanField(default=False)),
                ('browser_approval', models.BooleanField(default=True)),
                ('cookieless', models.BooleanField(default=False)),
                ('hold_days', models.PositiveSmallIntegerField(default=30, validators=[django.core.validators.MaxValueValidator(3650)])),
                ('hold_from', models.CharField(choices=[('sale', 'The sale'), ('payment', 'The customer’s payment')], default='sale', max_length=8)),
                ('self_purchase', models.CharField(choices=[('nothing', 'Earns nothing'), ('hold', 'Is held for a look'), ('earn', 'Earns like any other')], default='nothing', max_length=8)),
                ('minimum_payout', models.JSONField(default=dict)),
                ('auto_approve', models.BooleanField(default=False)),
                ('auto_approve_commissions', models.BooleanField(default=True)),
                ('reapply_days', models.PositiveSmallIntegerField(default=30)),
                ('kind_settings', models.JSONField(blank=True, default=dict)),
                ('landing_url', models.URLField(max_length=500)),
                ('allowed_hosts', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=253), blank=True, default=list, size=None)),
                ('updated_at', models.DateTimeField(auto_now=True)),
            ],
            options={
                'indexes': [models.Index(fields=['seller', 'status', '-id'], name='program_status')],
                'constraints': [models.UniqueConstraint(fields=('seller', 'slug'), name='program_slug_once'), models.CheckConstraint(condition=models.Q(models.Q(('binding_months__gt', 0), ('customer_binding', 'months')), models.Q(models.Q(('customer_binding', 'months'), _negated=True), ('binding_months', None)), _connector='OR'), name='program_binding_months')],
            },
        ),
        migrations.CreateModel(
            name='Application',
            fields=[
                ('id', models.UUIDField(default=prm.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('seller', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sellers.seller')),
                ('program', prm.fields.TenantForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='applications', to='campaigns.program')),
                ('partner', prm.fields.TenantForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='applications', to='partners.partner')),
                ('applicant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('status', models.CharField(choices=[('submitted', 'Waiting'), ('approved', 'Approved'), ('rejected', 'Rejected')], default='submitted', max_length=10)),
                ('answers', models.JSONField(default=list)),
                ('terms_version', models.PositiveIntegerField()),
                ('terms_hash', models.CharField(max_length=64)),
                ('address', models.CharField(blank=True, max_length=45)),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('reason', models.CharField(blank=True, max_length=500)),
            ],
            options={
                'indexes': [models.Index(fields=['seller', 'status', '-id'], name='application_status')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('status', 'submitted')), fields=('seller', 'program', 'partner'), name='application_open_once')],
            },
        ),
        migrations.CreateModel(
            name='Campaign',
            fields=[
                ('id', models.UUIDField(default=prm.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('seller', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sellers.seller')),
                ('program', prm.fields.TenantForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='campaigns', to='campaigns.program')),
                ('name', models.CharField(max_length=120)),
                ('summary', models.CharField(blank=True, max_length=300)),
                ('starts_on', models.DateField()),
                ('ends_on', models.DateField(blank=True, null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['seller', '-id'], name='campaign_recent')],
                'constraints': [models.CheckConstraint(condition=models.Q(('ends_on', None), ('ends_on__gte', models.F('starts_on')), _connector='OR'), name='campaign_ends_after_start')],
            },
        ),
        migrations.CreateModel(
            name='Group',
            fields=[
                ('id', models.UUIDField(default=prm.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('seller', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sellers.seller')),
                ('program', prm.fields.TenantForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='groups', to='campaigns.program')),
                ('name', models.CharField(max_length=80)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('seller', 'program', 'name'), name='group_name_once')],
            },
        ),
        migrations.CreateModel(
            name='Terms',
            fields=[
                ('id', models.UUIDField(default=prm.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('seller', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sellers.seller')),
                ('program', prm.fields.TenantForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='terms_versions', to='campaigns.program')),
                ('version', models.PositiveIntegerField()),
                ('text', models.TextField(max_length=20000)),
                ('text_hash', models.CharField(max_length=64)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('seller', 'program', 'version'), name='terms_version_once')],
            },
        ),
        migrations.CreateModel(
            name='Tier',
            fields=[
                ('id', models.UUIDField(default=prm.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('seller', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sellers.seller')),
                ('program', prm.fields.TenantForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tiers', to='campaigns.program')),
                ('key', models.SlugField(max_length=40)),
                ('name', models.CharField(max_length=80)),
                ('rank', models.PositiveSmallIntegerField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('seller', 'program', 'key'), name='tier_key_once'), models.UniqueConstraint(fields=('seller', 'program', 'rank'), name='tier_rank_once')],
            },
        ),
        migrations.CreateModel(
            name='Enrollment',
            fields=[
                ('id', models.UUIDField(default=prm.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('seller', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sellers.seller')),
                ('program', prm.fields.TenantForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='enrollments', to='campaigns.program')),
                ('partner', prm.fields.TenantForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='enrollments', to='partners.partner')),
                ('status', models.CharField(choices=[('active', 'Active'), ('ended', 'Ended')], default='active', max_length=8)),
                ('terms_version', models.PositiveIntegerField(default=1)),
                ('tier', prm.fields.TenantForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='enrollments', to='campaigns.tier')),
                ('group', prm.fields.TenantForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='enrollments', to='campaigns.group')),
            ],
            options={
                'indexes': [models.Index(fields=['seller', 'partner'], name='enrollment_partner')],
                'constraints': [models.UniqueConstraint(fields=('seller', 'program', 'partner'), name='enrollment_once')],
            },
        ),
        migrations.CreateModel(
            name='Material',
            fields=[
                ('id', models.UUIDField(default=prm.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('seller', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sellers.seller')),
                ('program', prm.fields.TenantForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='materials', to='campaigns.program')),
                ('campaign', prm.fields.TenantForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='materials', to='campaigns.campaign')),
                ('kind', models.CharField(choices=[('banner', 'Banner'), ('document', 'Document'), ('text', 'Text')], max_length=8)),
                ('name', models.CharField(max_length=120)),
                ('description', models.CharField(blank=True, max_length=300)),
                ('language', models.CharField(blank=True, max_length=8)),
                ('text', models.TextField(blank=True, max_length=20000)),
                ('file', models.FileField(blank=True, max_length=300, upload_to='materials/%Y/%m/')),
                ('file_name', models.CharField(blank=True, max_length=160)),
                ('content_type', models.CharField(blank=True, max_length=80)),
                ('size', models.PositiveIntegerField(default=0)),
                ('width', models.PositiveIntegerField(blank=True, null=True)),
                ('height', models.PositiveIntegerField(blank=True, null=True)),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['seller', 'program', '-id'], name='material_recent')],
            },
        ),
        migrations.CreateModel(
            name='MaterialUse',
            fields=[
                ('id', models.UUIDField(default=prm.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('seller', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sellers.seller')),
                ('material', prm.fields.TenantForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='uses', to='campaigns.material')),
                ('partner', prm.fields.TenantForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partners.partner')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['seller', 'material', '-id'], name='material_use_recent')],
            },
        ),
    ]
