"""Addresses of the partner portal."""

from django.urls import path

from portal.partner import (
    claim_urls,
    deliverable_urls,
    install_urls,
    notifications,
    own_urls,
    page_urls,
    payout_urls,
    performance_urls,
    points_urls,
    selling_urls,
    settlement_urls,
    talking_urls,
)

app_name = "partner"
urlpatterns = [
    *talking_urls.urlpatterns,
    *selling_urls.urlpatterns,
    *own_urls.urlpatterns,
    *page_urls.urlpatterns,
    *deliverable_urls.urlpatterns,
    *claim_urls.urlpatterns,
    *points_urls.urlpatterns,
    *performance_urls.urlpatterns,
    *payout_urls.urlpatterns,
    *settlement_urls.urlpatterns,
    *install_urls.urlpatterns,
    path("notifications/", notifications.notifications, name="notifications"),
    path("notifications/mail/", notifications.mail, name="notifications-mail"),
    path("notifications/read/", notifications.read, name="notifications-read"),
    path(
        "notifications/<uuid:notification_id>/",
        notifications.detail,
        name="notifications-detail",
    ),
]
