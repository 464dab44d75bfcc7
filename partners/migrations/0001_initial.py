import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.core.validators
import django.db.models.deletion
import django.utils.timezone
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
                name='Article',
                fields=[
                    ('id', models.UUIDField(default=prm.ids.new_id, editable=False, primary_key=True, serialize=False)),
                    ('created_at', models.DateTimeField(auto_now_add=True)),
                    ('seller', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sellers.seller')),
                    ('language', models.CharField(choices=[('en', 'English'), ('id', 'Indonesia')], max_length=2)),
                    ('topic', models.CharField(blank=True, max_length=80)),
                    ('title', models.CharField(max_length=160)),
                    ('source', models.TextField(max_length=50000)),
                    ('text', models.TextField(editable=False)),
                    ('status', models.CharField(choices=[('draft', 'Draft'), ('published', 'Published')], default='draft', max_length=9)),
                    ('published_at', models.DateTimeField(blank=True, null=True)),
                    ('updated_at', models.DateTimeField(auto_now=True)),
                    ('search', models.GeneratedField(db_persist=True, expression=models.Case(models.When(language=models.Value('id'), then=django.contrib.postgres.search.CombinedSearchVector(django.contrib.postgres.search.SearchVector(models.F('title'), config='indonesian', weight='A'), '||', django.contrib.postgres.search.SearchVector(models.F('text'), config='indonesian', weight='B'), django.contrib.postgres.search.SearchConfig('indonesian'))), default=django.contrib.postgres.search.CombinedSearchVector(django.contrib.postgres.search.SearchVector(models.F('title'), config='english', weight='A'), '||', django.contrib.postgres.search.SearchVector(models.F('text'), config='english', weight='B'), django.contrib.postgres.search.SearchConfig('english'))), output_field=django.contrib.postgres.search.SearchVectorField())),
                ],
                options={
                    'indexes': [models.Index(fields=['seller', 'status', 'language', '-id'], name='article_status'), django.contrib.postgres.indexes.GinIndex(fields=['search'], name='article_search')],
                },
            ), migrations.CreateModel(
                name='PageSettings',
                fields=[
                    ('id', models.UUIDField(default=prm.ids.new_id, editable=False, primary_key=True, serialize=False)),
                    ('created_at', models.DateTimeField(auto_now_add=True)),
                    ('seller', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sellers.seller')),
                    ('pages_on', models.BooleanField(default=False)),
                    ('directory_on', models.BooleanField(default=False)),
                    ('directory_intro', models.CharField(blank=True, max_length=500)),
                    ('updated_at', models.DateTimeField(auto_now=True)),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('seller',), name='page_settings_once')],
                },
            ), migrations.CreateModel(
                name='Partner',
                fields=[
                    ('id', models.UUIDField(default=prm.ids.new_id, editable=False, primary_key=True, serialize=False)),
                    ('created_at', models.DateTimeField(auto_now_add=True)),
                    ('seller', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sellers.seller')),
                    ('name', models.CharField(max_length=160)),
                    ('email', models.EmailField(blank=True, max_length=254)),
                    ('kind', models.CharField(choices=[('company', 'Company'), ('person', 'Person')], default='company', max_length=8)),
                    ('status', models.CharField(choices=[('invited', 'Invited'), ('applied', 'Applied'), ('active', 'Active'), ('suspended', 'Suspended'), ('terminated', 'Terminated'), ('rejected', 'Rejected')], default='applied', max_length=12)),
                    ('status_reason', models.CharField(blank=True, max_length=500)),
                    ('country', models.CharField(blank=True, max_length=2)),
                    ('website', models.URLField(blank=True, max_length=500)),
                    ('external_id', models.CharField(blank=True, max_length=120, null=True)),
                    ('manager', prm.fields.TenantForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sellers.staff')),
                    ('recruited_by', prm.fields.TenantForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='recruits', to='partners.partner')),
                    ('merged_into', prm.fields.TenantForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partners.partner')),
                    ('name_key', models.CharField(blank=True, editable=False, max_length=160)),
                    ('domain', models.CharField(blank=True, editable=False, max_length=253)),
                    ('notes', models.TextField(blank=True, max_length=5000)),
                    ('updated_at', models.DateTimeField(auto_now=True)),
                ],
                options={
                    'indexes': [models.Index(fields=['seller', 'status', 'id'], name='partner_status'), models.Index(fields=['seller', 'name', 'id'], name='partner_name'), models.Index(fields=['seller', 'email'], name='partner_email'), models.Index(fields=['seller', 'name_key'], name='partner_name_key'), models.Index(fields=['seller', 'domain'], name='partner_domain'), models.Index(fields=['seller', 'manager'], name='partner_manager'), models.Index(fields=['seller', 'recruited_by'], name='partner_recruiter')],
                    'constraints': [models.UniqueConstraint(fields=('seller', 'external_id'), name='partner_external_id_once')],
                },
            ), migrations.CreateModel(
                name='PortalDay',
                fields=[
                    ('pk', models.CompositePrimaryKey('seller_id', 'partner_id', 'day', 'user_id', blank=True, editable=False, primary_key=True, serialize=False)),
                    ('seller', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sellers.seller')),
                    ('partner_id', models.UUIDField()),
                    ('day', models.DateField()),
                    ('user_id', models.BigIntegerField()),
                ],
            ), migrations.CreateModel(
                name='ArticleVote',
                fields=[
                    ('id', models.UUIDField(default=prm.ids.new_id, editable=False, primary_key=True, serialize=False)),
                    ('created_at', models.DateTimeField(auto_now_add=True)),
                    ('seller', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sellers.seller')),
                    ('article', prm.fields.TenantForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='votes', to='partners.article')),
                    ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('helped', models.BooleanField()),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('seller', 'article', 'user'), name='article_vote_once')],
                },
            ), migrations.CreateModel(
                name='Conversation',
                fields=[
                    ('id', models.UUIDField(default=prm.ids.new_id, editable=False, primary_key=True, serialize=False)),
                    ('created_at', models.DateTimeField(auto_now_add=True)),
                    ('seller', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sellers.seller')),
                    ('partner', prm.fields.TenantForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='conversations', to='partners.partner')),
                    ('subject', models.CharField(max_length=160)),
                    ('status', models.CharField(choices=[('open', 'Open'), ('closed', 'Closed')], default='open', max_length=6)),
                    ('opened_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('last_side', models.CharField(choices=[('seller', 'Seller'), ('partner', 'Partner')], max_length=7)),
                    ('last_message_at', models.DateTimeField()),
                ],
                options={
                    'indexes': [models.Index(fields=['seller', '-last_message_at', '-id'], name='conversation_recent'), models.Index(fields=['seller', 'partner', '-last_message_at'], name='conversation_partner'), models.Index(condition=models.Q(('last_side', 'partner'), ('status', 'open')), fields=['seller', 'id'], name='conversation_waiting')],
                },
            ), migrations.CreateModel(
                name='Member',
                fields=[
                    ('id', models.UUIDField(default=prm.ids.new_id, editable=False, primary_key=True, serialize=False)),
                    ('created_at', models.DateTimeField(auto_now_add=True)),
                    ('seller', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sellers.seller')),
                    ('partner', prm.fields.TenantForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='members', to='partners.partner')),
                    ('user', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to=settings.AUTH_USER_MODEL)),
                    ('role', models.CharField(choices=[('admin', 'Admin'), ('member', 'Member'), ('finance', 'Finance')], max_length=8)),
                    ('is_active', models.BooleanField(default=True)),
                ],
                options={
                    'indexes': [models.Index(fields=['user'], name='member_user')],
                    'constraints': [models.UniqueConstraint(fields=('seller', 'partner', 'user'), name='member_once_per_partner')],
                },
            ), migrations.CreateModel(
                name='PartnerPage',
                fields=[
                    ('id', models.UUIDField(default=prm.ids.new_id, editable=False, primary_key=True, serialize=False)),
                    ('created_at', models.DateTimeField(auto_now_add=True)),
                    ('seller', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sellers.seller')),
                    ('partner', prm.fields.TenantForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='pages', to='partners.partner')),
                    ('name', models.CharField(max_length=160)),
                    ('slug', models.CharField(max_length=50, validators=[django.core.validators.RegexValidator('^[a-z0-9](?:[a-z0-9-]{1,48})[a-z0-9]$', '3 to 50 of a-z, 0-9 and -.')])),
                    ('headline', models.CharField(blank=True, max_length=140)),
                    ('about', models.TextField(blank=True, max_length=3000)),
                    ('topics', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), blank=True, default=list, size=None)),
                    ('logo', models.ImageField(blank=True, max_length=200, upload_to='partner-logos/')),
                    ('version', models.PositiveIntegerField(default=1)),
                    ('email', models.EmailField(blank=True, max_length=254)),
                    ('phone', models.CharField(blank=True, max_length=40)),
                    ('website', models.URLField(blank=True, max_length=500)),
                    ('is_public', models.BooleanField(default=False)),
                    ('is_listed', models.BooleanField(default=False)),
                    ('hidden_at', models.DateTimeField(blank=True, null=True)),
                    ('hidden_reason', models.CharField(blank=True, max_length=500)),
                    ('updated_at', models.DateTimeField(auto_now=True)),
                ],
                options={
                    'indexes': [models.Index(condition=models.Q(('hidden_at', None), ('is_listed', True)), fields=['seller', 'name', 'id'], name='partner_page_listed')],
                    'constraints': [models.UniqueConstraint(fields=('seller', 'partner'), name='partner_page_once'), models.UniqueConstraint(fields=('seller', 'slug'), name='partner_page_slug_once'), models.CheckConstraint(condition=models.Q(('hidden_at', None), models.Q(('hidden_reason', ''), _negated=True), _connector='OR'), name='partner_page_hidden_with_reason')],
                },
            ), migrations.CreateModel(
                name='Prospect',
                fields=[
                    ('id', models.UUIDField(default=prm.ids.new_id, editable=False, primary_key=True, serialize=False)),
                    ('created_at', models.DateTimeField(auto_now_add=True)),
                    ('seller', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sellers.seller')),
                    ('name', models.CharField(max_length=160)),
                    ('email', models.EmailField(blank=True, max_length=254)),
                    ('kind', models.CharField(choices=[('company', 'Company'), ('person', 'Person')], default='company', max_length=8)),
                    ('stage', models.CharField(choices=[('found', 'Found'), ('talking', 'In talks'), ('invited', 'Invited'), ('applied', 'Applied'), ('joined', 'Partner'), ('rejected', 'Turned down'), ('dropped', 'Put aside')], default='found', max_length=8)),
                    ('stage_at', models.DateTimeField(default=django.utils.timezone.now)),
                    ('stage_reason', models.CharField(blank=True, max_length=500)),
                    ('country', models.CharField(blank=True, max_length=2)),
                    ('languages', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=3), blank=True, default=list, size=None)),
                    ('niches', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), blank=True, default=list, size=None)),
                    ('content_kinds', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('articles', 'Articles'), ('reviews', 'Reviews'), ('comparisons', 'Comparisons'), ('guides', 'Guides'), ('videos', 'Videos'), ('shorts', 'Short videos'), ('streams', 'Live streams'), ('photos', 'Photos'), ('posts', 'Social posts'), ('podcasts', 'Podcasts'), ('newsletters', 'Newsletters'), ('courses', 'Courses'), ('events', 'Events'), ('deals', 'Coupons and deals'), ('community', 'Community')], max_length=12), blank=True, default=list, size=None)),
                    ('website', models.URLField(blank=True, max_length=500)),
                    ('external_id', models.CharField(blank=True, max_length=120, null=True)),
                    ('source', models.CharField(blank=True, max_length=120)),
                    ('manager', prm.fields.TenantForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sellers.staff')),
                    ('partner', prm.fields.TenantForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='prospects', to='partners.partner')),
                    ('no_contact', models.BooleanField(default=False)),
                    ('audience', models.BigIntegerField(default=0)),
                    ('fit_due', models.BooleanField(default=True)),
                    ('name_key', models.CharField(blank=True, editable=False, max_length=160)),
                    ('domain', models.CharField(blank=True, editable=False, max_length=253)),
                    ('notes', models.TextField(blank=True, max_length=5000)),
                    ('updated_at', models.DateTimeField(auto_now=True)),
                ],
                options={
                    'indexes': [models.Index(fields=['seller', 'stage', '-id'], name='prospect_stage'), models.Index(fields=['seller', '-id'], name='prospect_recent'), models.Index(fields=['seller', 'email'], name='prospect_email'), models.Index(fields=['seller', 'name_key'], name='prospect_name_key'), models.Index(fields=['seller', 'domain'], name='prospect_domain'), models.Index(fields=['seller', '-audience', '-id'], name='prospect_audience'), models.Index(fields=['seller', 'partner'], name='prospect_partner'), models.Index(condition=models.Q(('fit_due', True)), fields=['seller'], name='prospect_fit_due')],
                    'constraints': [models.UniqueConstraint(fields=('seller', 'external_id'), name='prospect_external_id_once'), models.CheckConstraint(condition=models.Q(('audience__gte', 0)), name='prospect_audience_not_negative')],
                },
            ), migrations.CreateModel(
                name='Question',
                fields=[
                    ('id', models.UUIDField(default=prm.ids.new_id, editable=False, primary_key=True, serialize=False)),
                    ('created_at', models.DateTimeField(auto_now_add=True)),
                    ('seller', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sellers.seller')),
                    ('key', models.CharField(max_length=160)),
                    ('words', models.CharField(max_length=160)),
                    ('asked', models.PositiveIntegerField(default=1)),
                    ('unanswered', models.PositiveIntegerField(default=0)),
                    ('last_asked_at', models.DateTimeField()),
                    ('article', prm.fields.TenantForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='questions', to='partners.article')),
                    ('dismissed_at', models.DateTimeField(blank=True, null=True)),
                ],
                options={
                    'indexes': [models.Index(fields=['seller', '-asked', '-id'], name='question_often')],
                    'constraints': [models.UniqueConstraint(fields=('seller', 'key'), name='question_once')],
                },
            ), migrations.CreateModel(
                name='Channel',
                fields=[
                    ('id', models.UUIDField(default=prm.ids.new_id, editable=False, primary_key=True, serialize=False)),
                    ('created_at', models.DateTimeField(auto_now_add=True)),
                    ('seller', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sellers.seller')),
                    ('prospect', prm.fields.TenantForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='channels', to='partners.prospect')),
                    ('partner', prm.fields.TenantForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='channels', to='partners.partner')),
                    ('platform', models.CharField(choices=[('website', 'Website or blog'), ('youtube', 'YouTube'), ('instagram', 'Instagram'), ('tiktok', 'TikTok'), ('facebook', 'Facebook'), ('x', 'X'), ('linkedin', 'LinkedIn'), ('threads', 'Threads'), ('pinterest', 'Pinterest'), ('twitch', 'Twitch'), ('telegram', 'Telegram'), ('whatsapp', 'WhatsApp'), ('discord', 'Discord'), ('podcast', 'Podcast'), ('newsletter', 'Newsletter'), ('shop', 'Online shop'), ('store', 'Store or branch'), ('other', 'Other')], max_length=12)),
                    ('handle', models.CharField(blank=True, max_length=120)),
                    ('url', models.URLField(blank=True, max_length=500)),
                    ('audience', models.BigIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(10000000000)])),
                    ('engagement', models.DecimalField(blank=True, decimal_places=2, max_digits=5, null=True, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(100)])),
                    ('updated_at', models.DateTimeField(auto_now=True)),
                ],
                options={
                    'constraints': [models.CheckConstraint(condition=models.Q(('partner', None), ('prospect', None), _negated=True), name='channel_of_somebody'), models.CheckConstraint(condition=models.Q(('audience', None), ('audience__gte', 0), _connector='OR'), name='channel_audience_not_negative'), models.UniqueConstraint(fields=('seller', 'prospect', 'platform', 'handle'), name='channel_once_prospect'), models.UniqueConstraint(fields=('seller', 'partner', 'platform', 'handle'), name='channel_once_partner')],
                },
            ), migrations.CreateModel(
                name='Message',
                fields=[
                    ('id', models.UUIDField(default=prm.ids.new_id, editable=False, primary_key=True, serialize=False)),
                    ('created_at', models.DateTimeField(auto_now_add=True)),
                    ('seller', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sellers.seller')),
                    ('conversation', prm.fields.TenantForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='messages', to='partners.conversation')),
                    ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('side', models.CharField(choices=[('seller', 'Seller'), ('partner', 'Partner')], max_length=7)),
                    ('text', models.TextField(max_length=20000)),
                    ('via', models.CharField(choices=[('portal', 'In the portal'), ('mail', 'By mail')], default='portal', max_length=6)),
                    ('mail_id', models.CharField(blank=True, max_length=255, null=True)),
                    ('left_out', models.CharField(blank=True, max_length=500)),
                ],
                options={
                    'indexes': [models.Index(fields=['seller', 'conversation', 'id'], name='message_in_order')],
                    'constraints': [models.UniqueConstraint(fields=('seller', 'conversation', 'mail_id'), name='message_mail_once')],
                },
            ), migrations.CreateModel(
                name='Participant',
                fields=[
                    ('id', models.UUIDField(default=prm.ids.new_id, editable=False, primary_key=True, serialize=False)),
                    ('created_at', models.DateTimeField(auto_now_add=True)),
                    ('seller', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sellers.seller')),
                    ('conversation', prm.fields.TenantForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='participants', to='partners.conversation')),
                    ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('side', models.CharField(choices=[('seller', 'Seller'), ('partner', 'Partner')], max_length=7)),
                    ('unread', models.PositiveIntegerField(default=0)),
                    ('read_at', models.DateTimeField(blank=True, null=True)),
                ],
                options={
                    'indexes': [models.Index(condition=models.Q(('unread__gt', 0)), fields=['seller', 'user'], name='participant_unread')],
                    'constraints': [models.UniqueConstraint(fields=('seller', 'conversation', 'user', 'side'), name='participant_once')],
                },
            ), migrations.CreateModel(
                name='Reference',
                fields=[
                    ('id', models.UUIDField(default=prm.ids.new_id, editable=False, primary_key=True, serialize=False)),
                    ('created_at', models.DateTimeField(auto_now_add=True)),
                    ('seller', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sellers.seller')),
                    ('prospect', prm.fields.TenantForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='references', to='partners.prospect')),
                    ('partner', prm.fields.TenantForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='references', to='partners.partner')),
                    ('kind', models.CharField(choices=[('works_with', 'Works with'), ('testimonial', 'Testimonial')], max_length=12)),
                    ('name', models.CharField(max_length=160)),
                    ('contact', models.CharField(blank=True, max_length=254)),
                    ('text', models.TextField(blank=True, max_length=2000)),
                    ('url', models.URLField(blank=True, max_length=500)),
                    ('given_on', models.DateField(blank=True, null=True)),
                    ('updated_at', models.DateTimeField(auto_now=True)),
                ],
                options={
                    'indexes': [models.Index(fields=['seller', 'prospect'], name='reference_prospect'), models.Index(fields=['seller', 'partner'], name='reference_partner')],
                    'constraints': [models.CheckConstraint(condition=models.Q(('partner', None), ('prospect', None), _negated=True), name='reference_of_somebody')],
                },
            ), migrations.CreateModel(
                name='MessageFile',
                fields=[
                    ('id', models.UUIDField(default=prm.ids.new_id, editable=False, primary_key=True, serialize=False)),
                    ('created_at', models.DateTimeField(auto_now_add=True)),
                    ('seller', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sellers.seller')),
                    ('message', prm.fields.TenantForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='files', to='partners.message')),
                    ('file', models.FileField(max_length=300, upload_to='conversations/%Y/%m/')),
                    ('file_name', models.CharField(max_length=160)),
                    ('content_type', models.CharField(max_length=80)),
                    ('size', models.PositiveIntegerField()),
                ],
                options={
                    'indexes': [models.Index(fields=['seller', 'message'], name='message_file_message')],
                },
            )],
        ),
    ]
