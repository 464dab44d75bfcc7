"""Addresses of agreements and settlements in the console."""

from django.urls import path

from portal.console import (
    settlements,
    settlements_acts,
    settlements_agreements,
    settlements_entries,
)

ALL = "settlements/agreements/"
ONE = f"{ALL}<uuid:agreement_id>/"
ENTRY = "settlements/entries/<uuid:entry_id>/"

urlpatterns = [
    path("settlements/", settlements.settlements, name="settlements"),
    path(ALL, settlements_agreements.list_agreements, name="settlements-agreements"),
    path(f"{ALL}new/", settlements_agreements.new, name="settlements-agreement-new"),
    path(
        f"{ALL}preview/<uuid:settled_program_id>/",
        settlements_agreements.preview,
        name="settlements-agreement-preview",
    ),
    path(ONE, settlements_agreements.agreement, name="settlements-agreement"),
    path(f"{ONE}change/", settlements_agreements.change, name="settlements-agreement-change"),
    path(f"{ONE}end/", settlements_acts.end, name="settlements-agreement-end"),
    path(f"{ONE}advance/", settlements_acts.advance, name="settlements-agreement-advance"),
    path(f"{ONE}draft/", settlements_acts.draft, name="settlements-agreement-draft"),
    path(f"{ONE}entries/new/", settlements_entries.new, name="settlements-entry-new"),
    path(ENTRY, settlements_entries.detail, name="settlements-entry"),
    path(f"{ENTRY}decide/", settlements_entries.decide, name="settlements-entry-decide"),
    path(f"{ENTRY}proof/", settlements_entries.proof, name="settlements-entry-proof"),
    path("settlements/<uuid:settlement_id>/", settlements.detail, name="settlements-detail"),
    path(
        "settlements/<uuid:settlement_id>/approve/", settlements.approve, name="settlements-approve"
    ),
]
