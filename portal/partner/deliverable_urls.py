"""Addresses of what is agreed with the partner and handed in by him."""

from django.urls import path

from portal.partner import deliverables

PIECE = "deliverables/pieces/<uuid:deliverable_id>/"

urlpatterns = [
    path("deliverables/", deliverables.deliverables, name="deliverables"),
    path("deliverables/<uuid:brief_id>/", deliverables.brief, name="deliverables-brief"),
    path(
        "deliverables/<uuid:brief_id>/hand-in/", deliverables.hand_in, name="deliverables-hand-in"
    ),
    path(f"{PIECE}again/", deliverables.again, name="deliverables-again"),
    path(f"{PIECE}file/", deliverables.file, name="deliverables-file"),
    path(f"{PIECE}look/", deliverables.look, name="deliverables-look"),
]
