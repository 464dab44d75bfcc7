"""Setting sources up, and deciding about what arrived."""

import re
from datetime import timedelta
from typing import Final

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from activity import work
from activity.services import record
from campaigns.models import Program
from commissions.inbound import secrets
from commissions.inbound.kinds import KINDS
from commissions.inbound.receiving import WORK
from commissions.models import Arrival, Source, SourceKind, SourceSecret
from prm.errors import Conflict, Unacceptable
from sellers.actors import Actor
from sellers.models import Seller

OVERLAP: Final = timedelta(hours=24)
"""How long the secret before goes on opening the source."""

_PREFIX: Final = re.compile(r"[A-Za-z0-9_-]{0,12}\Z")


def create_source(
    *, seller: Seller, kind: str, name: str, actor: Actor, program: Program | None = None,
    prefix: str = "",
) -> Source:  # fmt: skip
    """A new source without a secret: it opens to nobody yet.

    An empty `prefix` is the kind's own, with a number where another source has it. Raises
    Unacceptable for an unknown kind or a bad prefix, Conflict for a taken name or prefix.
    """
    if kind not in SourceKind.values:
        raise Unacceptable(_("Choose one of the shop systems."), field="kind", code="unknown")
    if not _PREFIX.match(prefix):
        message = _("Up to 12 letters, digits, hyphens, underscores.")
        raise Unacceptable(message, field="number_prefix", code="invalid")
    try:
        with transaction.atomic():
            source = Source.objects.create(
                seller=seller,
                kind=kind,
                name=name,
                program=program,
                prefix=_free_prefix(kind, prefix),
            )
            record(
                seller=seller, actor=actor, verb="source.created", object=source,
                detail={"kind": kind, "program": program.name if program else ""},
            )  # fmt: skip
    except IntegrityError:
        message = _("Another source has this name.")
        raise Conflict(message, field="name", code="taken") from None
    return source


def _free_prefix(kind: str, wanted: str) -> str:
    used = set(Source.objects.filter(kind=kind, removed_at=None).values_list("prefix", flat=True))
    if wanted:
        if wanted in used:
            message = _("Another source puts the same before its numbers.")
            raise Conflict(message, field="number_prefix", code="taken")
        return wanted
    own = KINDS[kind].prefix
    if not own or own not in used:
        return own
    return next(found for n in range(2, 1000) if (found := f"{own.rstrip('-')}{n}-") not in used)


def change_source(*, source: Source, name: str, program: Program | None, actor: Actor) -> None:
    """Another name, or another program for what comes from now on. Raises Conflict."""
    before = (source.name, source.program.name if source.program else None)
    after = (name, program.name if program else None)
    pairs = zip(("name", "program"), before, after, strict=True)
    changes = {field: (old, new) for field, old, new in pairs if old != new}
    if not changes:
        return
    source.name, source.program = name, program
    try:
        with transaction.atomic():
            source.save(update_fields=["name", "program"])
            record(
                seller=source.seller, actor=actor, verb="source.changed", object=source,
                changes=changes,
            )  # fmt: skip
    except IntegrityError:
        message = _("Another source has this name.")
        raise Conflict(message, field="name", code="taken") from None


def put_secret(*, source: Source, actor: Actor, text: str = "") -> str:
    """Set the signing secret; the one before goes on for a day. The secret is answered, the only
    time. Without `text` one is made, where the system takes ours. Raises Unacceptable.
    """
    kind = KINDS[source.kind]
    text = text.strip()
    if not text:
        if kind.make_secret is None:
            message = _("Paste the signing secret that the shop system shows.")
            raise Unacceptable(message, field="secret", code="required")
        text = kind.make_secret()
    elif fault := kind.secret_fault(text):
        raise Unacceptable(secret_words(fault), field="secret", code=fault)
    now = timezone.now()
    with transaction.atomic():
        secrets.in_force(source, now).filter(ends_at=None).update(ends_at=now + OVERLAP)
        secrets.sealed_row(source, text).save(force_insert=True)
        Source.objects.filter(pk=source.pk).update(refused_at=None, refused_why="")
        record(seller=source.seller, actor=actor, verb="source.secret_set", object=source)
    return text


def secret_words(fault: str) -> str:
    """Why a pasted text is no secret, and where to find it."""
    words = {
        "no_stripe_secret": _("Stripe’s signing secrets begin with whsec_. It is on the page of "
                              "the endpoint, under “Signing secret”."),
        "no_whsec": _("The secret begins with whsec_ and goes on in base64."),
    }  # fmt: skip
    return words.get(fault, _("A secret has at least 16 letters, digits or signs."))


def end_old_secrets(*, source: Source, actor: Actor) -> int:
    """Stop the secrets before the newest at once; how many there were."""
    now = timezone.now()
    with transaction.atomic():
        newest = SourceSecret.objects.filter(source=source, ends_at=None).order_by("-id").first()
        old = secrets.in_force(source, now)
        rows = old.exclude(pk=newest.pk) if newest else old
        ended = rows.update(ends_at=now)
        if ended:
            record(seller=source.seller, actor=actor, verb="source.secret_ended", object=source)
    return ended


def pause_source(*, source: Source, actor: Actor) -> None:
    """Keep what arrives and process none of it. Raises Conflict unless it runs."""
    _turn(source, actor, "source.paused", paused=True)


def resume_source(*, source: Source, actor: Actor) -> None:
    """Process what was kept, and go on. Raises Conflict unless it is paused."""
    _turn(source, actor, "source.resumed", paused=False)
    work.nudge(WORK, source.seller_id)


def _turn(source: Source, actor: Actor, verb: str, *, paused: bool) -> None:
    with transaction.atomic():
        rows = Source.objects.filter(pk=source.pk, removed_at=None, paused_at__isnull=paused)
        if not rows.update(paused_at=timezone.now() if paused else None):
            raise Conflict(_("The source has changed meanwhile."), code="wrong_status")
        record(seller=source.seller, actor=actor, verb=verb, object=source)


def remove_source(*, source: Source, actor: Actor) -> None:
    """Close the address for good and forget the secrets; what arrived stays in the log."""
    with transaction.atomic():
        rows = Source.objects.filter(pk=source.pk, removed_at=None)
        if not rows.update(removed_at=timezone.now()):
            raise Conflict(_("The source is removed already."), code="wrong_status")
        SourceSecret.objects.filter(source=source).delete()
        Arrival.objects.filter(source=source).exclude(due_at=None).update(
            due_at=None, state=Arrival.State.IGNORED, why="source_removed"
        )
        record(seller=source.seller, actor=actor, verb="source.removed", object=source)


def process_again(*, arrival: Arrival, actor: Actor) -> None:
    """Put an arrival back into the queue; what it became already stays. Raises Conflict."""
    with transaction.atomic():
        rows = Arrival.objects.filter(
            pk=arrival.pk, body__isnull=False, source__removed_at=None
        ).exclude(state=Arrival.State.PENDING)
        now = timezone.now()
        if not rows.update(state=Arrival.State.PENDING, due_at=now, attempts=0):
            message = _("This message cannot be processed again: it is in the queue, or too old.")
            raise Conflict(message, code="wrong_status")
        _told(arrival, actor, "source.processed_again")
    work.nudge(WORK, arrival.seller_id)


def dismiss(*, arrival: Arrival, actor: Actor) -> None:
    """Say that a person has dealt with it. Raises Conflict unless it needs a look."""
    with transaction.atomic():
        rows = Arrival.objects.filter(pk=arrival.pk, state=Arrival.State.FAILED)
        if not rows.update(state=Arrival.State.IGNORED):
            raise Conflict(_("This message needs no look."), code="wrong_status")
        _told(arrival, actor, "source.dismissed")


def _told(arrival: Arrival, actor: Actor, verb: str) -> None:
    detail = {"message": arrival.delivery_id, "topic": arrival.topic}
    record(seller=arrival.seller, actor=actor, verb=verb, object=arrival.source, detail=detail)
