"""Addresses of the partner's statements, payouts and payout account."""

from django.urls import path

from portal.partner import payout_method, payouts, statements

urlpatterns = [
    path("statements/", statements.statements, name="statements"),
    path("payouts/", payouts.payouts, name="payouts"),
    path("payouts/<uuid:line_id>/", payouts.detail, name="payouts-detail"),
    path("payout-method/", payout_method.payout_method, name="payout-method"),
]
