"""Pages, by audience."""

from django.urls import include, path

urlpatterns = [
    path("", include("portal.operator.urls")),
    path("", include("portal.public.urls")),
    path("<slug:seller_slug>/console/", include("portal.console.urls")),
    path("<slug:seller_slug>/portal/", include("portal.partner.urls")),
    path("<slug:seller_slug>/audit/", include("portal.audit.urls")),
]
