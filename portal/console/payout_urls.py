"""Addresses of payouts in the console."""

from django.urls import path

from portal.console import payout_account, payout_accounts, payout_lines, payouts

LINE = "payouts/<uuid:batch_id>/lines/<uuid:line_id>/"

urlpatterns = [
    path(
        "partners/<uuid:partner_id>/payout-account/stop/",
        payout_account.stop,
        name="partners-stop-account",
    ),
    path("payouts/", payouts.payouts, name="payouts"),
    path("payouts/accounts/", payout_accounts.accounts, name="payouts-accounts"),
    path("payouts/draft/", payouts.draft, name="payouts-draft"),
    path("payouts/<uuid:batch_id>/", payouts.detail, name="payouts-detail"),
    path("payouts/<uuid:batch_id>/approve/", payouts.approve, name="payouts-approve"),
    path("payouts/<uuid:batch_id>/cancel/", payouts.cancel, name="payouts-cancel"),
    path("payouts/<uuid:batch_id>/settle/", payouts.settle, name="payouts-settle"),
    path("payouts/<uuid:batch_id>/file/", payouts.file, name="payouts-file"),
    path(LINE, payout_lines.line, name="payouts-line"),
    path(f"{LINE}settle/", payout_lines.settle, name="payouts-line-settle"),
    path(f"{LINE}return/", payout_lines.bring_back, name="payouts-line-return"),
]
