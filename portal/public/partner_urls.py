"""Addresses of partners in public: their pages, their landing pages, the directory."""

from django.urls import path

from portal.public import partners

urlpatterns = [
    path("<slug:seller_slug>/partners/", partners.directory, name="partner-directory"),
    path("<slug:seller_slug>/with/<slug:page_slug>/", partners.page, name="partner-page"),
    path(
        "<slug:seller_slug>/with/<slug:page_slug>/<slug:landing_slug>/",
        partners.landing,
        name="partner-landing",
    ),
    path(
        "<slug:seller_slug>/brand/partners/<uuid:page_id>/<int:version>.png",
        partners.logo,
        name="partner-logo",
    ),
    path(
        "<slug:seller_slug>/landings/<uuid:landing_id>/<int:version>/",
        partners.landing_image,
        name="landing-image",
    ),
]
