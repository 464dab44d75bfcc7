"""Sending the welcome sequence: who is due which mail, each at most once.

A mail is due when its days after joining are over. Who joined before the mail was put to work,
so that it would have been due earlier, does not get it; what fell due while no worker ran, or
before one of the partner's people was there to read it, is made up for during two weeks.
"""

import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.db.models import (
    Count,
    DateTimeField,
    Exists,
    ExpressionWrapper,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Value,
)
from django.db.models.functions import Greatest
from django.utils import timezone

from activity import work
from activity.services import Notice, record
from campaigns import onboarding, rules
from campaigns.models import Enrollment, Program, WelcomeMail, WelcomeSent
from partners.models import Member, Partner
from sellers.actors import SYSTEM
from sellers.scope import seller_scope

NAME: Final = "welcome"
BATCH: Final = 50
MADE_UP: Final = timedelta(days=14)
READERS: Final = (Member.Role.ADMIN, Member.Role.MEMBER)


def waiting() -> Iterable[uuid.UUID]:
    """Sellers with a mail that is due to somebody."""
    now = timezone.now()
    due = _due(
        now, OuterRef("pk"), OuterRef("program_id"), OuterRef("delay"), OuterRef("started_at")
    )
    mails = WelcomeMail.objects.filter(Exists(due), stopped_at=None)
    return set(mails.order_by().values_list("seller_id", flat=True).distinct())


def step(seller_id: uuid.UUID) -> bool:
    """Send what is due of a seller, some at a time; whether there may be more."""
    with seller_scope(seller_id):
        now = timezone.now()
        rows = WelcomeMail.objects.filter(stopped_at=None).select_related("program__seller")
        for mail in rows.order_by("delay", "id"):
            due = _due(now, mail.pk, mail.program_id, mail.delay, mail.started_at)
            people = Member.objects.filter(is_active=True).select_related("user")
            due = due.select_related("partner").prefetch_related(
                Prefetch("partner__members", people)
            )
            found = list(due[:BATCH])
            if found:
                _send(mail, found)
                return True
    return False


def mails() -> "QuerySet[WelcomeMail]":
    """Mails of all of the seller's programs that are sent now, each with `sent_count`."""
    had = Count("sent", filter=Q(sent__left_out=False))
    rows = WelcomeMail.objects.filter(stopped_at=None)
    return rows.select_related("program__seller").annotate(sent_count=had)


def mails_of(program: Program) -> "QuerySet[WelcomeMail]":
    """The program's sequence in its order, each mail with `sent_count`."""
    return mails().filter(program=program).order_by("delay", "id")


def merged(mail: WelcomeMail, text: str, partner: Partner, person: str) -> str:
    """`text` with {partner}, {person}, {program}, {seller} and {portal} filled in."""
    program = mail.program
    values = {
        "partner": partner.name,
        "person": person,
        "program": program.name,
        "seller": program.seller.name,
        "portal": f"{settings.BASE_URL}/{program.seller.slug}/portal/",
    }
    return rules.merged(text, values)


def _due(
    now: datetime, mail: Any, program: Any, delay: Any, started: Any
) -> "QuerySet[Enrollment]":
    """Enrollments to which a mail is due; the values are the mail's, or references to it."""

    def back(moment: Any) -> "ExpressionWrapper[Any]":
        begin = moment if hasattr(moment, "resolve_expression") else Value(moment)
        less = delay if hasattr(delay, "resolve_expression") else Value(delay)
        return ExpressionWrapper(begin - less, output_field=DateTimeField())

    first = started if hasattr(started, "resolve_expression") else Value(started)
    earliest = Greatest(first, Value(now - MADE_UP), output_field=DateTimeField())
    # One query deeper, a reference to the mail must reach out once more.
    same = OuterRef(mail) if isinstance(mail, OuterRef) else mail
    had = WelcomeSent.objects.filter(mail=same, enrollment=OuterRef("pk"))
    readers = Member.objects.filter(
        seller=OuterRef("seller_id"),
        partner=OuterRef("partner_id"),
        is_active=True,
        role__in=READERS,
    )
    rows = Enrollment.objects.filter(program=program, status=Enrollment.Status.ACTIVE)
    return rows.filter(
        ~Exists(had),
        Exists(readers),
        created_at__gte=back(earliest),
        created_at__lte=back(Value(now)),
    ).order_by("created_at", "id")


def _send(mail: WelcomeMail, enrollments: list[Enrollment]) -> None:
    """One transaction for some partners: the row that says so, and the mail."""
    unfinished = {one.enrollment.pk for one in onboarding.progress(enrollments) if not one.finished}
    for enrollment in enrollments:
        left_out = enrollment.partner.status != Partner.Status.ACTIVE or (
            mail.only_unfinished and enrollment.pk not in unfinished
        )
        sent, made = WelcomeSent.objects.get_or_create(
            seller_id=mail.seller_id,
            mail=mail,
            enrollment=enrollment,
            defaults={"left_out": left_out},
        )
        if made and not left_out:
            _tell(mail, enrollment, sent)


def _tell(mail: WelcomeMail, enrollment: Enrollment, sent: WelcomeSent) -> None:
    partner, seller = enrollment.partner, mail.program.seller
    notices = [
        Notice(
            [member.user],
            "partner",
            merged(mail, mail.subject, partner, member.user.name),
            body=merged(mail, mail.body, partner, member.user.name),
            path=f"/{seller.slug}/portal/onboarding/",
        )
        for member in partner.members.all()
        if member.role in READERS
    ]
    record(
        seller=seller,
        actor=SYSTEM,
        verb="onboarding.welcomed",
        object=sent,
        label=f"{partner.name}: {mail.subject}"[:200],
        partner_id=partner.pk,
        notify=notices,
    )


KIND: Final = work.Kind(NAME, waiting, step, work.BACKGROUND_QUEUE)
