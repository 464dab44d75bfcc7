"""Addresses of prospects, their channels and references, and of wanted profiles."""

from django.urls import path

from portal.console import (
    prospect_board,
    prospect_invitations,
    prospect_reach,
    prospects,
    wanted_profiles,
)

PROSPECT = "prospects/<uuid:prospect_id>/"
INVITATION = f"{PROSPECT}invitations/<uuid:invitation_id>/"

urlpatterns = [
    path("prospects/", prospects.prospects, name="prospects"),
    path("prospects/board/", prospect_board.board, name="prospects-board"),
    path("prospects/new/", prospects.create, name="prospects-create"),
    path(PROSPECT, prospects.detail, name="prospects-detail"),
    path(f"{PROSPECT}edit/", prospects.edit, name="prospects-edit"),
    path(f"{PROSPECT}move/", prospects.move, name="prospects-move"),
    path(f"{PROSPECT}drop/", prospects.drop, name="prospects-drop"),
    path(f"{PROSPECT}tie/", prospects.tie, name="prospects-tie"),
    path(f"{PROSPECT}channels/", prospect_reach.channels, name="prospects-channels"),
    path(f"{PROSPECT}references/", prospect_reach.references, name="prospects-references"),
    path(f"{PROSPECT}invite/", prospect_invitations.invite, name="prospects-invite"),
    path(f"{INVITATION}withdraw/", prospect_invitations.withdraw, name="prospects-withdraw"),
    path(f"{INVITATION}again/", prospect_invitations.again, name="prospects-again"),
    path(
        "partners/<uuid:partner_id>/channels/",
        prospect_reach.partner_channels,
        name="partners-channels",
    ),
    path(
        "partners/<uuid:partner_id>/references/",
        prospect_reach.partner_references,
        name="partners-references",
    ),
    path("programs/<uuid:program_id>/profile/", wanted_profiles.profile, name="programs-profile"),
]
