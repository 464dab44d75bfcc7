"""Addresses of the partner's statements, payouts, payout account and tax number."""

from django.urls import path

from portal.partner import payout_method, payouts, statement_paper, statements, tax

urlpatterns = [
    path("statements/", statements.statements, name="statements"),
    path("statements/paper/", statement_paper.paper, name="statements-paper"),
    path("payouts/", payouts.payouts, name="payouts"),
    path("payouts/<uuid:line_id>/", payouts.detail, name="payouts-detail"),
    path("payout-method/", payout_method.payout_method, name="payout-method"),
    path(
        "payout-method/confirm/<str:token>/",
        payout_method.confirm,
        name="payout-method-confirm",
    ),
    path("payout-method/resend/", payout_method.resend, name="payout-method-resend"),
    path("payout-method/stop/", payout_method.stop, name="payout-method-stop"),
    path("tax/", tax.tax, name="tax"),
]
