"""All addresses. Pages are in portal.urls, the API under /api/v1/, short links under /r/."""

from django.urls import include, path, re_path

from campaigns import mail_in
from commissions.browser import views as browser_views
from commissions.inbound import views as inbound_views
from prm.health import health
from sellers.rest.problems import unknown_address
from tracking import views as tracking_views
from tracking.browser.impressions import shown
from tracking.browser.script import script

urlpatterns = [
    path("healthz", health, name="healthz"),
    path("r/<str:code>", tracking_views.follow, name="follow"),
    path("t.js", script, name="browser-script"),
    path("t/events", browser_views.events, name="browser-events"),
    path("px.gif", browser_views.pixel, name="browser-pixel"),
    path("i/<str:code>.gif", shown, name="browser-impression"),
    path("hooks/mail", mail_in.receive, name="hook-mail"),
    path("hooks/<uuid:source_id>", inbound_views.receive, name="hook"),
    path("accounts/", include("allauth.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("api/v1/", include("prm.api_urls")),
    re_path(r"^api/(?P<rest>.*)$", unknown_address),
    path("", include("portal.urls")),
]

handler400 = "portal.errors.bad_request"
handler403 = "portal.errors.forbidden"
handler404 = "portal.errors.not_found"
handler500 = "portal.errors.server_error"
