"""The mails that a program sends to its new partners: written, changed, stopped."""

from datetime import timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from activity.services import record
from campaigns import rules
from campaigns.models import Program, WelcomeMail
from prm.errors import Conflict, Unacceptable
from prm.validation import require_valid
from sellers.actors import Actor

MOST_DAYS: Final = 365
MOST_MAILS: Final = 12
FIELDS: Final = ("delay", "subject", "body", "only_unfinished")


@transaction.atomic
def create_welcome_mail(
    *,
    program: Program,
    actor: Actor,
    days: int,
    subject: str,
    body: str,
    only_unfinished: bool = False,
) -> WelcomeMail:
    """A mail for those for whom `days` after joining are still to come.

    Raises Unacceptable by the field, Conflict when the sequence is full.
    """
    program = Program.objects.select_for_update().get(pk=program.pk)
    present = WelcomeMail.objects.filter(program=program, stopped_at=None).count()
    if present >= MOST_MAILS:
        message = _("A welcome sequence has at most %(most)d mails.") % {"most": MOST_MAILS}
        raise Conflict(message, code="full")
    mail = WelcomeMail(
        seller_id=program.seller_id,
        program=program,
        delay=_delay(days),
        subject=subject.strip(),
        body=rules.unified(body),
        only_unfinished=only_unfinished,
        started_at=timezone.now(),
    )
    require_valid(mail, only={"subject", "body"})
    mail.save(force_insert=True)
    _record(mail, actor, "welcome_mail.created", {})
    return mail


@transaction.atomic
def change_welcome_mail(
    *,
    mail: WelcomeMail,
    actor: Actor,
    days: int,
    subject: str,
    body: str,
    only_unfinished: bool = False,
) -> WelcomeMail:
    """Set all of a mail. Who had it does not get it again; nobody gets it late by the change.

    Raises Unacceptable by the field, Conflict for a mail that was stopped.
    """
    current = WelcomeMail.objects.select_for_update().get(pk=mail.pk)
    if current.stopped_at is not None:
        raise Conflict(_("This mail was stopped. Write a new one."), code="state")
    before = {name: getattr(current, name) for name in FIELDS}
    current.delay, current.subject = _delay(days), subject.strip()
    current.body, current.only_unfinished = rules.unified(body), only_unfinished
    if current.delay != before["delay"]:
        current.started_at = timezone.now()
    require_valid(current, only={"subject", "body"})
    changes = {
        name: (_plain(before[name]), _plain(getattr(current, name)))
        for name in FIELDS
        if before[name] != getattr(current, name)
    }
    if changes:
        current.save()
        _record(current, actor, "welcome_mail.changed", changes)
    return current


@transaction.atomic
def stop_welcome_mail(*, mail: WelcomeMail, actor: Actor) -> None:
    """Send it to nobody any more. Raises Conflict when it was stopped."""
    hit = WelcomeMail.objects.filter(pk=mail.pk, stopped_at=None).update(stopped_at=timezone.now())
    if hit != 1:
        raise Conflict(_("This was already done."), code="state")
    _record(mail, actor, "welcome_mail.stopped", {})


def _delay(days: int) -> timedelta:
    if not 0 <= days <= MOST_DAYS:
        message = _("Give 0 to %(most)d days.") % {"most": MOST_DAYS}
        raise Unacceptable(message, field="days", code="range")
    return timedelta(days=days)


def _plain(value: object) -> object:
    return value.days if isinstance(value, timedelta) else value


def _record(
    mail: WelcomeMail, actor: Actor, verb: str, changes: dict[str, tuple[object, object]]
) -> None:
    record(
        seller=mail.program.seller,
        actor=actor,
        verb=verb,
        object=mail,
        label=f"{mail.program.name}: {mail.subject}"[:200],
        changes={name: pair for name, pair in changes.items() if name != "body"},
    )
