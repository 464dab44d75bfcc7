"""API keys: `Authorization: Bearer prm_live_…`."""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from prm.addresses import client_address
from prm.rows import Shape
from sellers.actors import Actor
from sellers.models import ApiKey, Seller, User
from sellers.scope import scope_by_row, seller_scope


def hash_of(secret: str) -> str:
    """What is stored of a key. Keys are 256 random bits, so one SHA-256 is enough."""
    return hashlib.sha256(secret.encode("utf-8", "surrogateescape")).hexdigest()


@contextmanager
def key_scope(request: HttpRequest) -> Iterator[ApiKey | None]:
    """The scope of the seller whose live key the request carries; None, and no scope, without.

    Key, seller and the person who made the key come with the statement that opens the scope.
    """
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not secret.startswith("prm_"):
        yield None
        return
    select, shapes = _looking_up()
    with scope_by_row(select, [hash_of(secret.strip())]) as row:
        key = None if row is None else _key(row[1:], shapes)
        yield key
    if key is not None and key.last_used_on != (today := timezone.now().date()):
        with seller_scope(key.seller_id):
            ApiKey.objects.filter(pk=key.pk).update(last_used_on=today)


@cache
def _looking_up() -> tuple[str, tuple[Shape[ApiKey], Shape[Seller], Shape[User]]]:
    shapes = Shape(ApiKey), Shape(Seller), Shape(User)
    columns = ", ".join(
        [
            shapes[0].columns("(f.api_key)"),
            shapes[1].columns("(f.seller)"),
            shapes[2].columns("(f.maker)"),
        ]
    )
    select = f"SELECT f.scope_seller, {columns} FROM sellers_key_holders(%s) f"  # noqa: S608  names of columns
    return select, shapes


def _key(
    row: Sequence[Any], shapes: tuple[Shape[ApiKey], Shape[Seller], Shape[User]]
) -> ApiKey | None:
    keys, sellers, people = shapes
    key = keys.instance(row[: len(keys)])
    seller = sellers.instance(row[len(keys) : len(keys) + len(sellers)])
    if key is None or seller is None:
        return None
    key.seller, key.created_by = seller, people.instance(row[len(keys) + len(sellers) :])
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
