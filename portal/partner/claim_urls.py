"""Addresses of the partner's claims of missing sales."""

from django.urls import path

from portal.partner import claims

CLAIM = "claims/<uuid:claim_id>/"

urlpatterns = [
    path("claims/", claims.claims, name="claims"),
    path("claims/new/", claims.new, name="claims-new"),
    path(CLAIM, claims.detail, name="claims-detail"),
    path(f"{CLAIM}file/", claims.file, name="claims-file"),
    path(f"{CLAIM}answer/", claims.answer, name="claims-answer"),
    path(f"{CLAIM}withdraw/", claims.withdraw, name="claims-withdraw"),
]
