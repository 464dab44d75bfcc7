"""Addresses of what partners hand in for a fee, and of what was agreed."""

from django.urls import path

from portal.console import deliverables, deliverables_briefs

PIECE = "deliverables/<uuid:deliverable_id>/"
BRIEF = "deliverables/briefs/<uuid:brief_id>/"

urlpatterns = [
    path("deliverables/", deliverables.deliverables, name="deliverables"),
    path("deliverables/briefs/", deliverables_briefs.briefs, name="deliverables-briefs"),
    path("deliverables/briefs/new/", deliverables_briefs.brief_new, name="deliverables-brief-new"),
    path(BRIEF, deliverables_briefs.brief, name="deliverables-brief"),
    path(f"{BRIEF}edit/", deliverables_briefs.brief_edit, name="deliverables-brief-edit"),
    path(f"{BRIEF}end/", deliverables_briefs.brief_end, name="deliverables-brief-end"),
    path(PIECE, deliverables.detail, name="deliverables-detail"),
    path(f"{PIECE}file/", deliverables.file, name="deliverables-file"),
    path(f"{PIECE}approve/", deliverables.approve, name="deliverables-approve"),
    path(f"{PIECE}send-back/", deliverables.send_back, name="deliverables-send-back"),
    path(f"{PIECE}decline/", deliverables.decline, name="deliverables-decline"),
    path(f"{PIECE}take-back/", deliverables.take_back, name="deliverables-take-back"),
    path(f"{PIECE}look/", deliverables.look, name="deliverables-look"),
]
