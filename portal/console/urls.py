"""Addresses of the console."""

from django.urls import path

from portal.console import (
    api_keys,
    branding,
    claim_urls,
    deliverable_urls,
    import_urls,
    link_domains,
    loyalty_urls,
    network_urls,
    notifications,
    page_urls,
    payout_urls,
    performance_urls,
    prospect_urls,
    review_urls,
    selling_urls,
    settings,
    settlement_urls,
    source_urls,
    staff,
    talking_urls,
)

app_name = "console"
urlpatterns = [
    *talking_urls.urlpatterns,
    *selling_urls.urlpatterns,
    *network_urls.urlpatterns,
    *prospect_urls.urlpatterns,
    *deliverable_urls.urlpatterns,
    *claim_urls.urlpatterns,
    *loyalty_urls.urlpatterns,
    *import_urls.urlpatterns,
    *page_urls.urlpatterns,
    *payout_urls.urlpatterns,
    *settlement_urls.urlpatterns,
    *source_urls.urlpatterns,
    *review_urls.urlpatterns,
    *performance_urls.urlpatterns,
    path("settings/", settings.settings, name="settings"),
    path("settings/company/", settings.company, name="settings-company"),
    path("settings/staff/", staff.staff, name="staff"),
    path("settings/staff/invite/", staff.invite, name="staff-invite"),
    path("settings/staff/<uuid:staff_id>/", staff.detail, name="staff-detail"),
    path("settings/staff/<uuid:staff_id>/remove/", staff.remove, name="staff-remove"),
    path(
        "settings/staff/invitations/<uuid:invitation_id>/resend/",
        staff.resend,
        name="staff-resend",
    ),
    path(
        "settings/staff/invitations/<uuid:invitation_id>/withdraw/",
        staff.withdraw,
        name="staff-withdraw",
    ),
    path("settings/api-keys/", api_keys.api_keys, name="api-keys"),
    path("settings/api-keys/new/", api_keys.new, name="api-keys-new"),
    path("settings/api-keys/<uuid:key_id>/revoke/", api_keys.revoke, name="api-keys-revoke"),
    path("settings/link-domains/", link_domains.link_domains, name="link-domains"),
    path("settings/link-domains/new/", link_domains.new, name="link-domains-new"),
    path(
        "settings/link-domains/<uuid:domain_id>/", link_domains.detail, name="link-domains-detail"
    ),
    path(
        "settings/link-domains/<uuid:domain_id>/check/",
        link_domains.check,
        name="link-domains-check",
    ),
    path(
        "settings/link-domains/<uuid:domain_id>/remove/",
        link_domains.remove,
        name="link-domains-remove",
    ),
    path("settings/branding/", branding.branding, name="branding"),
    path("settings/branding/preview.css", branding.preview, name="branding-preview"),
    path("notifications/", notifications.notifications, name="notifications"),
    path("notifications/mail/", notifications.mail, name="notifications-mail"),
    path("notifications/read/", notifications.read, name="notifications-read"),
    path(
        "notifications/<uuid:notification_id>/",
        notifications.detail,
        name="notifications-detail",
    ),
]
