"""Reads about briefs and deliverables."""

import uuid
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import (
    BigIntegerField,
    Case,
    CharField,
    Count,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.utils import timezone

from campaigns import kinds
from campaigns.models import Enrollment, Program
from commissions.models import Brief, Commission, Deliverable, LinkLook, Occasion, Rule
from partners.models import Member, Partner
from prm.errors import NotFound
from sellers.models import User

Status = Deliverable.Status
CLOSED = (Status.APPROVED, Status.DECLINED)


def briefs(today: date | None = None) -> QuerySet[Any]:
    """All briefs with counts of their pieces and `state`: open, late, done or ended.

    One with everybody in the program is never done: somebody may yet join.
    """
    return (
        Brief.objects.select_related("program", "partner", "seller")
        .annotate(
            waiting_count=_pieces(Deliverable.objects.filter(status=Status.SUBMITTED)),
            approved_count=_pieces(Deliverable.objects.filter(status=Status.APPROVED)),
            handed_count=_pieces(Deliverable.objects.all()),
        )
        .annotate(state=_state(today or timezone.localdate()))
    )


def brief_by_id(brief_id: uuid.UUID | str) -> Any:
    """One brief with its counts; raises NotFound."""
    return _found(briefs().filter(pk=brief_id), "brief")


def briefs_for(partner_id: uuid.UUID, today: date | None = None) -> QuerySet[Any]:
    """What is agreed with a partner: of programs he is in, and whatever he handed pieces in for.

    `own_count`, `own_waiting`, `own_back`, `own_approved` count his pieces; `state` is what he has
    to do: open, late, sent_back, waiting (for the seller), done or ended.
    """
    live = Enrollment.objects.filter(partner_id=partner_id, status=Enrollment.Status.ACTIVE)
    own = Deliverable.objects.filter(partner_id=partner_id)
    agreed = Q(program__in=live.values("program"), ended_at=None)
    return (
        Brief.objects.select_related("program", "seller")
        .filter(Q(partner=None) | Q(partner_id=partner_id))
        .filter(agreed | Q(pk__in=own.values("brief")))
        .annotate(
            own_count=_pieces(own),
            own_waiting=_pieces(own.filter(status=Status.SUBMITTED)),
            own_back=_pieces(own.filter(status=Status.SENT_BACK)),
            own_approved=_pieces(own.filter(status=Status.APPROVED)),
        )
        .annotate(state=_own_state(today or timezone.localdate()))
    )


def brief_for(partner_id: uuid.UUID, brief_id: uuid.UUID | str) -> Any:
    """One brief of the partner's; raises NotFound for any other."""
    return _found(briefs_for(partner_id).filter(pk=brief_id), "brief")


def deliverables() -> QuerySet[Any]:
    """All pieces with what lists and decisions show.

    `earned_minor` is what the piece earned its partner, in its program's currency; `points`
    likewise. What was taken back again is not in it: see `taken_back_at`.
    """
    return Deliverable.objects.select_related(
        "brief__program", "partner", "enrollment", "seller", "decided_by", "occasion"
    ).annotate(
        earned_minor=_earned(currency=OuterRef("brief__program__currency")),
        points=_earned(currency=Value("PTS")),
    )


def deliverable_by_id(deliverable_id: uuid.UUID | str) -> Any:
    """One piece; raises NotFound."""
    return _found(deliverables().filter(pk=deliverable_id), "deliverable")


def deliverables_for(partner_id: uuid.UUID) -> QuerySet[Any]:
    """A partner's own pieces."""
    return deliverables().filter(partner_id=partner_id)


def deliverable_for(partner_id: uuid.UUID, deliverable_id: uuid.UUID | str) -> Any:
    """One of the partner's own pieces; raises NotFound for any other."""
    return _found(deliverables_for(partner_id).filter(pk=deliverable_id), "deliverable")


def lines_of(deliverable: Deliverable) -> QuerySet[Commission]:
    """What a piece earned and what was taken back of it, oldest first, recruiters' shares too."""
    back = Occasion.objects.filter(key__startswith=f"deliverable:{deliverable.pk}:")
    return (
        Commission.objects.filter(Q(occasion_id=deliverable.occasion_id) | Q(occasion__in=back))
        .exclude(occasion=None)
        .select_related("partner", "program", "occasion", "seller", "rule_version")
        .order_by("id")
    )


def looks_at(deliverable: Deliverable) -> QuerySet[LinkLook]:
    """The looks at a piece's link, newest first."""
    return LinkLook.objects.filter(deliverable=deliverable).order_by("-id")


def waiting() -> QuerySet[Deliverable]:
    """Pieces that wait for somebody at the seller."""
    rows = Deliverable.objects.filter(status=Status.SUBMITTED, agreed_at=None)
    return rows.select_related("brief", "partner")


def owing(brief: Brief) -> list[uuid.UUID]:
    """Partners who have not handed in every piece of the brief, or have one to do again."""
    done = dict(
        Deliverable.objects.filter(brief=brief)
        .exclude(status=Status.SENT_BACK)
        .values_list("partner_id")
        .annotate(Count("id"))
    )
    rows = Enrollment.objects.filter(
        program_id=brief.program_id,
        status=Enrollment.Status.ACTIVE,
        partner__status=Partner.Status.ACTIVE,
    )
    if brief.partner_id:
        rows = rows.filter(partner_id=brief.partner_id)
    partners = rows.values_list("partner_id", flat=True)
    return [partner_id for partner_id in partners if done.get(partner_id, 0) < brief.pieces]


def owing_partners(brief: Brief) -> list[Partner]:
    """The same as partners, by name."""
    return list(Partner.objects.filter(pk__in=owing(brief)).order_by("name", "id"))


def users_of_partners(partner_ids: Iterable[uuid.UUID]) -> list[User]:
    """Log-ins of the active people of these partners, each once."""
    members = Member.objects.filter(partner_id__in=list(partner_ids), is_active=True)
    return list({member.user_id: member.user for member in members.select_related("user")}.values())


def delivering_programs() -> QuerySet[Program]:
    """Programs of a kind whose partners earn by what they hand in, by name."""
    codes = kinds.kinds_with(kinds.DELIVERABLES)
    return Program.objects.filter(kind__in=codes).order_by("name", "id")


def pays_by_rule(program_id: uuid.UUID) -> bool:
    """Whether a rule of the program pays for approved deliverables."""
    rules = Rule.objects.filter(program_id=program_id, ended_at=None)
    return rules.filter(versions__event="deliverable").exists()


def _found(rows: QuerySet[Any], what: str) -> Any:
    row = rows.first()
    if row is None:
        raise NotFound(what)
    return row


def _pieces(rows: QuerySet[Deliverable]) -> Coalesce:
    """How many of `rows` belong to the outer brief, as a subquery."""
    own = rows.filter(brief=OuterRef("pk")).order_by().values("brief")
    counted = own.annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def _earned(**currency: Any) -> Coalesce:
    """Sum of the outer piece's lines of its partner that were not rejected."""
    lines = Commission.objects.filter(
        occasion_id=OuterRef("occasion_id"), partner_id=OuterRef("partner_id"), **currency
    ).exclude(status=Commission.Status.REJECTED)
    total = lines.order_by().values("occasion").annotate(total=Sum("amount_minor")).values("total")
    return Coalesce(Subquery(total, output_field=BigIntegerField()), 0)


def _state(today: date) -> Case:
    return Case(
        When(ended_at__isnull=False, then=Value("ended")),
        When(partner__isnull=False, approved_count__gte=F("pieces"), then=Value("done")),
        When(partner__isnull=False, handed_count__gte=F("pieces"), then=Value("open")),
        When(due_on__lt=today, then=Value("late")),
        default=Value("open"),
        output_field=CharField(),
    )


def _own_state(today: date) -> Case:
    return Case(
        When(own_back__gt=0, ended_at=None, then=Value("sent_back")),
        When(own_count__gte=F("pieces"), own_waiting__gt=0, then=Value("waiting")),
        When(own_count__gte=F("pieces"), then=Value("done")),
        When(ended_at__isnull=False, then=Value("ended")),
        When(due_on__lt=today, then=Value("late")),
        default=Value("open"),
        output_field=CharField(),
    )
