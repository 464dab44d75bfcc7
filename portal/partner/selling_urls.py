"""Addresses of the partner's home, links and earnings."""

from django.urls import path

from portal.partner import earnings, home, links

urlpatterns = [
    path("", home.home, name="home"),
    path("links/", links.links, name="links"),
    path("links/new/", links.new, name="links-new"),
    path("links/<uuid:link_id>/", links.detail, name="links-detail"),
    path("links/<uuid:link_id>/disable/", links.disable, name="links-disable"),
    path("links/<uuid:link_id>/qr.<str:form>", links.code, name="links-code"),
    path("earnings/", earnings.earnings, name="earnings"),
]
