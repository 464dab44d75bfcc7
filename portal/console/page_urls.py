"""Addresses of partners' public pages and of landing pages in the console."""

from django.urls import path

from portal.console import landings, public_pages

PAGE = "public-pages/<uuid:page_id>/"
LANDING = "landings/<uuid:landing_id>/"

urlpatterns = [
    path("public-pages/", public_pages.public_pages, name="public-pages"),
    path("public-pages/settings/", public_pages.settings, name="public-pages-settings"),
    path(PAGE, public_pages.detail, name="public-pages-detail"),
    path(f"{PAGE}hide/", public_pages.hide, name="public-pages-hide"),
    path(f"{PAGE}show/", public_pages.show, name="public-pages-show"),
    path("landings/", landings.landings, name="landings"),
    path("landings/new/", landings.new, name="landings-new"),
    path(LANDING, landings.detail, name="landings-detail"),
    path(f"{LANDING}preview/", landings.preview, name="landings-preview"),
    path(f"{LANDING}publish/", landings.publish, name="landings-publish"),
    path(f"{LANDING}withdraw/", landings.withdraw, name="landings-withdraw"),
    path("coupons/in-links/", landings.coupons_in_links, name="coupons-in-links"),
]
