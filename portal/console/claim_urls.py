"""Addresses of claims of missing sales."""

from django.urls import path

from portal.console import claims

CLAIM = "claims/<uuid:claim_id>/"

urlpatterns = [
    path("claims/", claims.claims, name="claims"),
    path(CLAIM, claims.detail, name="claims-detail"),
    path(f"{CLAIM}file/", claims.file, name="claims-file"),
    path(f"{CLAIM}ask/", claims.ask, name="claims-ask"),
    path(f"{CLAIM}decline/", claims.decline, name="claims-decline"),
    path(f"{CLAIM}credit/", claims.credit, name="claims-credit"),
    path(f"{CLAIM}record/", claims.record, name="claims-record"),
    path(f"{CLAIM}goodwill/", claims.goodwill, name="claims-goodwill"),
]
