"""Addresses of the partner's home, links, earnings and goals."""

from django.urls import path

from portal.partner import earning_proofs, earnings, goals, home, links, many_links, traffic

urlpatterns = [
    path("", home.home, name="home"),
    path("links/", links.links, name="links"),
    path("links/new/", links.new, name="links-new"),
    path("links/check/", links.check, name="links-check"),
    path("links/many/", many_links.many, name="links-many"),
    path("links/<uuid:link_id>/", links.detail, name="links-detail"),
    path("links/<uuid:link_id>/edit/", links.edit, name="links-edit"),
    path("links/<uuid:link_id>/disable/", links.disable, name="links-disable"),
    path("links/<uuid:link_id>/qr.<str:form>", links.code, name="links-code"),
    path("traffic/", traffic.traffic, name="traffic"),
    path("earnings/", earnings.earnings, name="earnings"),
    path("earnings/<uuid:line_id>/proof/", earning_proofs.proof, name="earnings-proof"),
    path("goals/", goals.goals, name="goals"),
    path("goals/name/", goals.show_name, name="goals-name"),
    path("goals/<uuid:goal_id>/", goals.detail, name="goals-detail"),
]
