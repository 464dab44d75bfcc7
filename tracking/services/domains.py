"""Hosts of sellers for their links: named, asked whether they lead to us, removed.

Every host that leads here answers PROOF_PATH with the tokens of those who named it. Asking is a
worker's: a check is claimed by moving `due_at` ahead, so that a worker that dies leaves it to
another.
"""

import secrets
import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.db import IntegrityError, transaction
from django.http.request import validate_host
from django.utils import timezone
from django.utils.translation import gettext as _

from activity import work
from activity.services import record
from prm.errors import Conflict, Unacceptable
from prm.outbound import OutboundError, fetch
from sellers.actors import SYSTEM, Actor
from sellers.models import Seller
from sellers.scope import seller_scope
from tracking.models import Link, LinkDomain
from tracking.models.links import PROOF_PATH
from tracking.places import ascii_host

KIND: Final = "link-domains"
MOST: Final = 20
PAUSE: Final = timedelta(seconds=10)
"""Between checks that people ask for."""
CLAIM: Final = timedelta(minutes=5)
AGAIN: Final = timedelta(days=1)
"""Until a host that proved to lead here is asked once more."""
SECONDS: Final = 8.0
MOST_BYTES: Final = 4096


@transaction.atomic
def add_domain(*, seller: Seller, host: str, actor: Actor) -> LinkDomain:
    """Name a host for links; it counts once a check found that it leads here.

    Raises Unacceptable for what is no host, for one of ours, and beyond 20 hosts; Conflict for one
    that is in the list.
    """
    name = _checked_host(host)
    known = LinkDomain.objects.filter(seller=seller)
    if known.filter(host=name).exists():
        raise Conflict(_("This host is in the list already."), field="host", code="taken")
    if known.count() >= MOST:
        message = _("At most %(most)s hosts. Remove one first.") % {"most": MOST}
        raise Unacceptable(message, field="host", code="too_many")
    domain = LinkDomain(seller=seller, host=name, token=secrets.token_urlsafe(32))
    domain.save(force_insert=True)
    record(seller=seller, actor=actor, verb="link_domain.added", object=domain)
    return domain


@transaction.atomic
def ask_for_check(*, domain: LinkDomain) -> None:
    """Have the host asked now, by a worker. Raises Conflict right after another check.

    Nothing changes by asking, so the trail is not told who did.
    """
    now = timezone.now()
    if domain.checked_at and now - domain.checked_at < PAUSE:
        raise Conflict(_("It was checked just now. Try again in some seconds."), code="too_soon")
    LinkDomain.objects.filter(pk=domain.pk).update(due_at=now)
    work.nudge(KIND, domain.seller_id)


@transaction.atomic
def remove_domain(*, domain: LinkDomain, actor: Actor) -> None:
    """Take a host away; its links are shown under our own address again."""
    Link.objects.filter(domain=domain).update(domain=None)
    record(seller=domain.seller, actor=actor, verb="link_domain.removed", object=domain)
    domain.delete()


def waiting() -> Iterable[uuid.UUID]:
    """Sellers with a host to ask now."""
    due = LinkDomain.objects.filter(due_at__lte=timezone.now())
    return set(due.values_list("seller_id", flat=True).distinct())


def step(seller_id: uuid.UUID) -> bool:
    """Ask one host and note what it said; whether there may be more."""
    now = timezone.now()
    with seller_scope(seller_id):
        due = LinkDomain.objects.filter(due_at__lte=now).order_by("due_at")
        domain = due.select_for_update(skip_locked=True).first()
        if domain is None:
            return False
        LinkDomain.objects.filter(pk=domain.pk).update(due_at=now + CLAIM)
    fault = asked(domain.host, domain.token)
    with seller_scope(seller_id):
        _note(domain.pk, fault)
    return True


def asked(host: str, token: str) -> str:
    """Why a host does not lead here; "" when it does. Never in a transaction.

    Codes are those of OutboundError, `status` for another status than 200, `answer` for another
    text than ours.
    """
    fault = ""
    for address in settings.LINK_DOMAIN_ADDRESSES:
        try:
            url = f"{address.format(host=host)}{PROOF_PATH}"
            answer = fetch(url, seconds=SECONDS, most_bytes=MOST_BYTES)
        except OutboundError as error:
            fault = fault or error.code
            continue
        if answer.status == 200 and token in answer.text.split():
            return ""
        fault = fault or ("answer" if answer.status == 200 else "status")
    return fault


def _note(domain_id: uuid.UUID, fault: str) -> None:
    """Keep what a check found. A host that proved once goes on counting, with its fault shown."""
    domain = LinkDomain.objects.select_for_update(of=("self",)).filter(pk=domain_id).first()
    if domain is None:
        return
    now = timezone.now()
    is_new = not fault and domain.verified_at is None
    if is_new and not _verify(domain, now):
        fault, is_new = "taken", False
    counts = is_new or domain.verified_at is not None
    domain.due_at = now + AGAIN if counts else None
    domain.checked_at, domain.fault = now, fault
    domain.save(update_fields=["due_at", "checked_at", "fault"])
    if is_new:
        record(seller=domain.seller, actor=SYSTEM, verb="link_domain.verified", object=domain)


def _verify(domain: LinkDomain, now: datetime) -> bool:
    """Whether the host is this seller's from now on; another seller may have it."""
    try:
        with transaction.atomic():
            LinkDomain.objects.filter(pk=domain.pk).update(verified_at=now)
    except IntegrityError:
        return False
    return True


def _checked_host(text: str) -> str:
    host = ascii_host(text.strip())
    if "." not in host or host.rpartition(".")[2].isdigit():
        message = _("Give a host like go.shop.example, without https://.")
        raise Unacceptable(message, field="host", code="invalid")
    exact = [name for name in settings.ALLOWED_HOSTS if "*" not in name]
    ours = [*exact, urlsplit(settings.BASE_URL).hostname or ""]
    if validate_host(host, ours):
        message = _("This is our own host. Choose one of yours.")
        raise Unacceptable(message, field="host", code="ours")
    return host


WORK: Final = work.Kind(KIND, waiting, step, work.BACKGROUND_QUEUE)
