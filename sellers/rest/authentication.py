"""API keys: `Authorization: Bearer prm_live_…`."""

import hashlib
from dataclasses import replace

from django.http import HttpRequest
from django.utils import timezone
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from prm.addresses import client_address
from sellers.actors import Actor
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
            .select_related("seller", "created_by")
            .first()
        )
        if key is not None and key.last_used_on != today:
            ApiKey.objects.filter(pk=key.pk).update(last_used_on=today)
    return key


def actor_of(key: ApiKey, request: HttpRequest) -> Actor:
    """The key as the trail names it, acting for the person who made it.

    Where two people are asked for (drafting and approving a payout), a key counts as that person.
    """
    return replace(Actor.key(key, client_address(request)), user=key.created_by)


class ApiKeyAuthentication(BaseAuthentication):
    """Hands DRF the key that the scope middleware found."""

    def authenticate(self, request: Request) -> tuple[ApiKey, ApiKey] | None:
        key: ApiKey | None = getattr(request._request, "api_key", None)
        return None if key is None else (key, key)

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"
