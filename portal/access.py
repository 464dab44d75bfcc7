"""Every page declares the permission it needs; the scope middleware refuses what declares none."""

from collections.abc import Callable
from typing import TypeVar, cast

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from prm.addresses import client_address
from sellers.actors import Actor
from sellers.models import User
from sellers.reader import PUBLIC, Reader

View = Callable[..., HttpResponseBase]
V = TypeVar("V", bound=View)


def requires(permission: str, *, room: str) -> Callable[[V], V]:
    """Mark a view as needing `permission` in `room` (console, partner, audit).

    Strangers get 404 and members without the permission 403, both from
    `SellerScopeMiddleware`; whoever is not signed in is sent to the sign-in page.
    """

    def mark(view: V) -> V:
        view.permission = permission  # type: ignore[attr-defined]
        view.room = room  # type: ignore[attr-defined]
        return view

    return mark


def public(view: V) -> V:
    """Mark a seller's page that anybody may read."""
    view.permission = PUBLIC  # type: ignore[attr-defined]
    view.room = "public"  # type: ignore[attr-defined]
    return view


def signed_in(view: V) -> V:
    """Mark a page outside any seller that needs a signed-in person and nothing more."""
    return login_required(view)


def reader_of(request: HttpRequest) -> Reader:
    """The reader of a seller's page; never missing behind `requires`."""
    return cast("Reader", request.reader)  # type: ignore[attr-defined]


def user_of(request: HttpRequest) -> User:
    """The signed-in person."""
    return cast("User", request.user)


def actor_of(request: HttpRequest) -> Actor:
    """The signed-in person as the trail names him."""
    return Actor.person(user_of(request), client_address(request))
