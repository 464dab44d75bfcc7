"""Addresses of a partner's agreements and settlements."""

from django.urls import path

from portal.partner import settlements

ONE = "settlements/agreements/<uuid:agreement_id>/"

urlpatterns = [
    path("settlements/", settlements.settlements, name="settlements"),
    path("settlements/<uuid:settlement_id>/", settlements.detail, name="settlements-detail"),
    path(ONE, settlements.agreement, name="settlements-agreement"),
    path(f"{ONE}hand-in/", settlements.hand_in, name="settlements-hand-in"),
    path("settlements/entries/<uuid:entry_id>/proof/", settlements.proof, name="settlements-proof"),
]
