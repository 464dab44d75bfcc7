"""Addresses of the audit."""

from django.urls import path

from portal.audit import home, ledger, proofs, trail

app_name = "audit"
urlpatterns = [
    path("", home.home, name="home"),
    path("trail/", trail.trail, name="trail"),
    path("trail/verify/", trail.verify, name="trail-verify"),
    path("trail/work/", trail.work, name="trail-work"),
    path("ledger/", ledger.ledger, name="ledger"),
    path("ledger/check/", ledger.check, name="ledger-check"),
    path("ledger/work/", ledger.work, name="ledger-work"),
    path("commissions/<uuid:line_id>/proof/", proofs.proof, name="proof"),
    path("transfers/", ledger.transfers, name="transfers"),
]
