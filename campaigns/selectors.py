"""Reads about programs, applications, enrollments, campaigns and materials."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, Count, Exists, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns import onboarding
from campaigns.models import (
    Application,
    Campaign,
    Enrollment,
    Group,
    Material,
    MaterialUse,
    OnboardingStep,
    Program,
    Terms,
    Tier,
)
from campaigns.models.onboarding import Gate
from partners.models import Partner
from prm.errors import NotFound, Unacceptable
from sellers.models import User

ACTIVE = Enrollment.Status.ACTIVE


def programs() -> QuerySet[Program]:
    """All programs of the seller in scope."""
    return Program.objects.all()


def open_programs() -> QuerySet[Program]:
    """Programs that take applications, by name."""
    return Program.objects.filter(status=Program.Status.OPEN).order_by("name", "id")


def kinds_in_use() -> set[str]:
    """Kinds of the seller's programs."""
    return set(Program.objects.order_by().values_list("kind", flat=True).distinct())


def kinds_joined(partner_id: uuid.UUID) -> dict[str, bool]:
    """Kinds of the programs that the partner is or was in: what he earned there stays his.

    Of each, whether one that he is in now has a check-list.
    """
    steps = OnboardingStep.objects.filter(program=OuterRef("program"), removed_at=None)
    listed = Exists(steps) & Q(status=ACTIVE)
    mine = Enrollment.objects.filter(partner_id=partner_id).order_by()
    pairs = mine.values_list("program__kind", Case(When(listed, then=True), default=False))
    # False comes first, so that one program with a list says yes for its kind.
    return dict(sorted(pairs.distinct()))


def program_by_id(program_id: uuid.UUID | str) -> Program:
    """The program; raises NotFound."""
    found = Program.objects.filter(pk=program_id).select_related("seller").first()
    if found is None:
        raise NotFound("program")
    return found


def program_by_text_id(text: str) -> Program:
    """The program whose id a form sent; raises NotFound, and Unacceptable for what is no id."""
    try:
        return program_by_id(uuid.UUID(text))
    except ValueError:
        raise Unacceptable(_("Choose a program."), field="program", code="choice") from None


def public_program(slug: str) -> Program:
    """The program behind a public address, open or closed; raises NotFound, for drafts too."""
    found = (
        Program.objects.filter(slug=slug)
        .exclude(status=Program.Status.DRAFT)
        .select_related("seller")
        .first()
    )
    if found is None:
        raise NotFound("program")
    return found


def program_figures() -> QuerySet[Program]:
    """Programs with `partner_count`, `waiting_count` and `material_count`."""
    waiting = Application.Status.SUBMITTED
    return Program.objects.annotate(
        partner_count=_count(Enrollment.objects.filter(status=ACTIVE), "program"),
        waiting_count=_count(Application.objects.filter(status=waiting), "program"),
        material_count=_count(Material.objects.filter(withdrawn_at=None), "program"),
    )


@dataclass(frozen=True)
class Figures:
    """How many partners are in a program, applications wait, and materials stand."""

    partner_count: int
    waiting_count: int
    material_count: int


def figures_of(program: Program) -> Figures:
    """One program's figures."""
    names = ("partner_count", "waiting_count", "material_count")
    return Figures(**program_figures().values(*names).get(pk=program.pk))


def _count(rows: QuerySet[Any], key: str) -> Coalesce:
    """How many of `rows` name the outer row, as a subquery: joins would multiply each other."""
    own = rows.filter(**{key: OuterRef("pk")}).order_by().values(key)
    return Coalesce(Subquery(own.annotate(n=Count("pk")).values("n")), 0)


def terms_versions(program: Program) -> QuerySet[Terms]:
    """Every version of the program's terms, newest first."""
    return Terms.objects.filter(program=program).order_by("-version")


def terms_of(program: Program, version: int) -> Terms:
    """One version of the terms; raises NotFound."""
    found = Terms.objects.filter(program=program, version=version).first()
    if found is None:
        raise NotFound("terms")
    return found


def applications() -> QuerySet[Application]:
    """All applications with what a list shows."""
    return Application.objects.select_related(
        "partner", "program__seller", "applicant", "decided_by"
    )


def application_by_id(application_id: uuid.UUID | str) -> Application:
    """The application; raises NotFound."""
    found = applications().filter(pk=application_id).first()
    if found is None:
        raise NotFound("application")
    return found


def waiting_applications() -> QuerySet[Application]:
    """Applications that wait for an answer."""
    return Application.objects.filter(status=Application.Status.SUBMITTED)


def open_applications(partner: Partner) -> QuerySet[Application]:
    """The partner's applications that wait for an answer."""
    return applications().filter(partner=partner, status=Application.Status.SUBMITTED)


def open_application(program: Program, partner: Partner) -> Application | None:
    """The partner's waiting application to this program."""
    return open_applications(partner).filter(program=program).first()


def latest_application(program: Program, user: User) -> Application | None:
    """What `user` last handed in to this program."""
    return applications().filter(program=program, applicant=user).order_by("-id").first()


def applicant_of(user: User) -> Partner | None:
    """The partner that `user` applied for at this seller before, newest first."""
    earlier = applications().filter(applicant=user).order_by("-id").first()
    return earlier.partner if earlier else None


def enrollments() -> QuerySet[Enrollment]:
    """All enrollments with program and partner."""
    return Enrollment.objects.select_related("program", "partner")


def enrollment_by_id(enrollment_id: uuid.UUID | str) -> Enrollment:
    """The enrollment; raises NotFound."""
    found = enrollments().select_related("program__seller").filter(pk=enrollment_id).first()
    if found is None:
        raise NotFound("enrollment")
    return found


def enrollments_of(partner_id: uuid.UUID, *, only_active: bool = False) -> QuerySet[Enrollment]:
    """The partner's enrollments, by program name."""
    found = enrollments().filter(partner_id=partner_id).order_by("program__name", "id")
    return found.filter(status=ACTIVE) if only_active else found


def with_programs(partner_id: uuid.UUID) -> QuerySet[Enrollment]:
    """The partner's enrollments with their programs, by program name."""
    rows = Enrollment.objects.filter(partner_id=partner_id).select_related("program")
    return rows.order_by("program__name", "id")


def tiers() -> QuerySet[Tier]:
    """All tiers, the highest rank first within a program."""
    return Tier.objects.order_by("program_id", "-rank")


def groups() -> QuerySet[Group]:
    """All groups, by name within a program."""
    return Group.objects.order_by("program_id", "name")


def active_enrollment(program: Program, partner: Partner) -> Enrollment | None:
    """The partner's live enrollment in the program."""
    return enrollments().filter(program=program, partner=partner, status=ACTIVE).first()


def is_enrolled(program: Program, partner_id: uuid.UUID) -> bool:
    """Whether the partner is in the program now."""
    return Enrollment.objects.filter(program=program, partner_id=partner_id, status=ACTIVE).exists()


def campaigns() -> QuerySet[Campaign]:
    """All campaigns with their program and `material_count`."""
    return Campaign.objects.select_related("program").annotate(
        material_count=_count(Material.objects.filter(withdrawn_at=None), "campaign")
    )


def campaign_by_id(campaign_id: uuid.UUID | str) -> Campaign:
    """The campaign; raises NotFound."""
    found = campaigns().filter(pk=campaign_id).first()
    if found is None:
        raise NotFound("campaign")
    return found


def running(today: date | None = None) -> Q:
    """Condition: the campaign runs on `today` (default: today in the active time zone)."""
    day = today or timezone.localdate()
    return Q(starts_on__lte=day) & (Q(ends_on=None) | Q(ends_on__gte=day))


def materials() -> QuerySet[Material]:
    """All materials with program, campaign and `use_count`."""
    return Material.objects.select_related("program", "campaign", "tier").annotate(
        use_count=_count(MaterialUse.objects.all(), "material")
    )


def material_by_id(material_id: uuid.UUID | str) -> Material:
    """The material; raises NotFound."""
    found = (
        Material.objects.select_related("program__seller", "campaign", "tier")
        .filter(pk=material_id)
        .first()
    )
    if found is None:
        raise NotFound("material")
    return found


def usable_materials(
    partner_id: uuid.UUID, closed: Collection[uuid.UUID] | None = None
) -> QuerySet[Material]:
    """What an active partner may use: of his programs and tier, in force, campaign begun.

    `closed` are the programs whose check-list keeps materials from him, where they are at hand.
    """
    if closed is None:
        closed = onboarding.closed(partner_id, Gate.MATERIALS)
    mine = Enrollment.objects.filter(
        partner_id=partner_id, status=ACTIVE, partner__status=Partner.Status.ACTIVE
    )
    today = timezone.localdate()
    begun = Q(campaign=None) | Q(campaign__starts_on__lte=today)
    lasts = Q(expires_on=None) | Q(expires_on__gte=today)
    ranked = mine.filter(program=OuterRef("program"), tier__rank__gte=OuterRef("tier__rank"))
    return Material.objects.filter(
        begun,
        lasts,
        Q(tier=None) | Exists(ranked),
        program__in=mine.values("program"),
        withdrawn_at=None,
    ).exclude(program__in=closed)


def materials_for(partner_id: uuid.UUID) -> QuerySet[Material]:
    """The same with what a list of them shows."""
    return (
        usable_materials(partner_id)
        .select_related("program__seller", "campaign")
        .annotate(
            own_use_count=_count(MaterialUse.objects.filter(partner_id=partner_id), "material")
        )
    )


def material_for(partner_id: uuid.UUID, material_id: uuid.UUID | str) -> Material:
    """One material that the partner may use; raises NotFound for any other."""
    found = materials_for(partner_id).filter(pk=material_id).first()
    if found is None:
        raise NotFound("material")
    return found


def uses_by_partner(material: Material) -> list[dict[str, Any]]:
    """Who took the material how often: rows of partner, name, `times`, the most first."""
    rows = (
        MaterialUse.objects.filter(material=material)
        .values("partner_id", "partner__name")
        .annotate(times=Count("id"))
        .order_by("-times", "partner__name")[:20]
    )
    return [dict(row) for row in rows]


def public_banner(material_id: uuid.UUID | str) -> Material:
    """A banner or image that partners may show; raises NotFound for any other material."""
    found = (
        Material.objects.filter(
            Q(expires_on=None) | Q(expires_on__gte=timezone.localdate()),
            pk=material_id,
            kind__in=[Material.Kind.BANNER, Material.Kind.IMAGE],
            withdrawn_at=None,
        )
        .exclude(program__status=Program.Status.DRAFT)
        .first()
    )
    if found is None:
        raise NotFound("material")
    return found
