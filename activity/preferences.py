"""How people want their mails: read, set, and changed by the link in a mail without signing in."""

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from activity import mail_kinds
from activity.models import MailPreference, Notification
from activity.services import record
from prm.errors import NotFound, Unacceptable
from sellers.actors import Actor
from sellers.models import Seller, User
from sellers.scope import seller_scope

SALT: Final = "prm.mail-choice"
DIGEST: Final = "digest"
"""The kind in the link of a daily mail: whatever the person has in it."""


@dataclass(frozen=True)
class Choice:
    """What the link of a mail is about: a person, a seller, and a kind or the daily mail."""

    seller_id: uuid.UUID
    user_id: int
    kind: str


def modes_of(user_ids: Collection[int]) -> dict[tuple[int, str], str]:
    """(person, kind) -> mode, where somebody chose; one statement. In the seller's scope."""
    rows = MailPreference.objects.filter(user__in=user_ids)
    return {(one, kind): mode for one, kind, mode in rows.values_list("user", "kind", "mode")}


def modes(user: User) -> dict[str, str]:
    """Kind -> mode of all kinds that `user` may choose about; at once unless he chose."""
    chosen = modes_of([user.pk])
    return {
        kind.key: chosen.get((user.pk, kind.key), MailPreference.Mode.AT_ONCE)
        for kind in mail_kinds.choices()
    }


@transaction.atomic
def set_modes(*, seller: Seller, user: User, wanted: Mapping[str, str], actor: Actor) -> int:
    """Set kinds to modes; returns how many that changed. What waits to be mailed follows at once.

    Raises Unacceptable for an unknown kind or mode.
    """
    before = modes(user)
    for kind, mode in wanted.items():
        if kind not in before or mode not in MailPreference.Mode.values:
            raise Unacceptable(_("Choose from the list."), field=kind, code="choice")
    changed = {kind: mode for kind, mode in wanted.items() if before[kind] != mode}
    for kind, mode in changed.items():
        preference, _made = MailPreference.objects.update_or_create(
            seller=seller, user=user, kind=kind, defaults={"mode": mode}
        )
        record(
            seller=seller,
            actor=actor,
            verb="mail_preference.changed",
            object=preference,
            label=f"{user}: {mail_kinds.label_of(kind)}",
            changes={"mode": (before[kind], mode)},
        )
    if changed:
        _look_again(user)
    return len(changed)


def link_for(seller: Seller, user: User, kind: str) -> str:
    """The address, good without signing in, at which `user` changes mails of `kind`."""
    token = signing.dumps([seller.pk.hex, user.pk, kind], salt=SALT)
    return f"{settings.BASE_URL}{reverse('mail-choice', args=[token])}"


def headers_for(seller: Seller, user: User, kind: str) -> dict[str, str]:
    """Headers that let a mail program end such mails with one click (RFC 2369 and RFC 8058)."""
    return {
        "List-Unsubscribe": f"<{link_for(seller, user, kind)}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def choice_of(token: str) -> Choice:
    """What a link is about; raises NotFound for one that was not made here."""
    try:
        seller_id, user_id, kind = signing.loads(token, salt=SALT)
        return Choice(uuid.UUID(seller_id), int(user_id), str(kind))
    except (signing.BadSignature, ValueError, TypeError, AttributeError) as error:
        raise NotFound("link") from error


def kinds_of(choice: Choice, user: User) -> dict[str, str]:
    """Kind -> mode of what the link is about; in the seller's scope."""
    now = modes(user)
    if choice.kind == DIGEST:
        daily = MailPreference.Mode.DAILY
        return {kind: mode for kind, mode in now.items() if mode == daily}
    return {choice.kind: now[choice.kind]} if choice.kind in now else {}


def follow(choice: Choice, mode: str) -> int:
    """Set what the link is about to `mode`; returns how many kinds that changed.

    Opens the seller's scope. Raises NotFound when person or seller is gone.
    """
    with seller_scope(choice.seller_id):
        seller = Seller.objects.filter(pk=choice.seller_id).first()
        user = User.objects.filter(pk=choice.user_id).first()
        if seller is None or user is None:
            raise NotFound("link")
        return set_modes(
            seller=seller,
            user=user,
            wanted=dict.fromkeys(kinds_of(choice, user), mode),
            actor=Actor.person(user),
        )


def _look_again(user: User) -> None:
    """Let the worker decide anew about what waits for the person's daily mail."""
    Notification.objects.filter(
        user=user, mail_due=True, mailed_at=None, digest=True, mail_attempts=0
    ).update(digest=False, mail_not_before=None)
