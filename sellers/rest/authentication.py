"""API keys: `Authorization: Bearer prm_live_…`."""

import hashlib

from django.http import HttpRequest
from django.utils import timezone
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from sellers.models import ApiKey
from sellers.scope import maintenance_scope


def hash_of(secret: str) -> str:
    """What is stored of a key. Keys are 256 random bits, so one SHA-256 is enough."""
    return hashlib.sha256(secret.encode("utf-8", "surrogateescape")).hexdigest()


def key_of(request: HttpRequest) -> ApiKey | None:
    """The live key that the request carries, with its seller; None for anything else."""
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not secret.startswith("prm_"):
        return None
    today = timezone.now().date()
    with maintenance_scope():
        key = (
            ApiKey.objects.filter(key_hash=hash_of(secret.strip()), revoked_at=None)
            .select_related("seller")
            .first()
        )
        if key is not None and key.last_used_on != today:
            ApiKey.objects.filter(pk=key.pk).update(last_used_on=today)
    return key


class ApiKeyAuthentication(BaseAuthentication):
    """Hands DRF the key that the scope middleware found."""

    def authenticate(self, request: Request) -> tuple[ApiKey, ApiKey] | None:
        key: ApiKey | None = getattr(request._request, "api_key", None)
        return None if key is None else (key, key)

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"
