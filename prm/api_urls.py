"""Addresses of the API, by app."""

from django.urls import URLPattern, URLResolver, include, path, re_path

from sellers.rest.document import SchemaView
from sellers.rest.problems import unknown_address

urlpatterns: list[URLPattern | URLResolver] = [
    path("schema", SchemaView.as_view(), name="api-schema"),
    path("", include("partners.api")),
    path("", include("partners.pages_api")),
    path("", include("campaigns.api")),
    path("", include("tracking.api")),
    path("", include("tracking.clicks_api")),
    path("", include("tracking.coupons_api")),
    path("", include("tracking.domains_api")),
    path("", include("tracking.landings_api")),
    path("", include("commissions.api")),
    path("", include("commissions.inbound.api")),
    path("", include("payouts.api")),
    path("", include("activity.api")),
    re_path(r"^(?P<rest>.*)$", unknown_address),
]
