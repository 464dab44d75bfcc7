"""How far partners are with a program's check-list, and what stays closed to them until then.

Steps of what this app knows are looked up here; a higher app registers the check of a step that
it knows, at start-up. Each check takes many enrollments and answers which of them have done it.
"""

import uuid
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils.translation import gettext as _

from campaigns.models import Application, Enrollment, MaterialUse, OnboardingStep, StepTick
from campaigns.models.onboarding import Gate, StepKind
from partners.models import Member, Partner
from prm.errors import Conflict
from sellers.actors import Actor
from sellers.models import Staff

Check = Callable[[Sequence[Enrollment]], set[uuid.UUID]]
_checks: dict[str, Check] = {}
GATES: Final = tuple(Gate.values)


@dataclass(frozen=True)
class Item:
    """One step and whether the partner has done it; `at` is when it was ticked by hand."""

    step: OnboardingStep
    done: bool
    at: datetime | None = None


@dataclass(frozen=True)
class Progress:
    """A partner's check-list in one program."""

    enrollment: Enrollment
    items: tuple[Item, ...]

    @property
    def total(self) -> int:
        """How many steps there are."""
        return len(self.items)

    @property
    def done(self) -> int:
        """How many of them are done."""
        return sum(item.done for item in self.items)

    @property
    def finished(self) -> bool:
        """Whether nothing is left to do."""
        return self.done == self.total

    @property
    def closed(self) -> list[str]:
        """The gates that are still closed, in their order."""
        waiting = {gate for item in self.items if not item.done for gate in item.step.gates}
        return [gate for gate in GATES if gate in waiting]


def register(kind: str, check: Check) -> None:
    """Name the check of a built-in step; called at start-up."""
    _checks[kind] = check


def steps() -> "dict[uuid.UUID, list[OnboardingStep]]":
    """The steps of every program of the seller in scope, in their order."""
    found: defaultdict[uuid.UUID, list[OnboardingStep]] = defaultdict(list)
    for step in OnboardingStep.objects.filter(removed_at=None).order_by("position", "id"):
        found[step.program_id].append(step)
    return dict(found)


def progress(enrollments: Iterable[Enrollment]) -> list[Progress]:
    """The check-lists of these enrollments, read with their partners; none for programs without.

    The number of statements does not grow with the number of enrollments.
    """
    known = list(enrollments)
    by_program = steps() if known else {}
    rows = [one for one in known if one.program_id in by_program]
    if not rows:
        return []
    return _progress(rows, by_program)


def closed(partner_id: uuid.UUID, gate: str) -> set[uuid.UUID]:
    """Programs in which `gate` is still closed to the partner."""
    return {enrollment.program_id for enrollment in _closed({partner_id}, gate)}


def closed_to(partner_ids: Collection[uuid.UUID], gate: str) -> set[tuple[uuid.UUID, uuid.UUID]]:
    """(partner, program) for all of these partners to whom `gate` is still closed."""
    return {(one.partner_id, one.program_id) for one in _closed(partner_ids, gate)}


def require_open(enrollment: Enrollment, gate: str, actor: Actor) -> None:
    """Raise Conflict where `gate` is closed to the partner and the actor is one of his people.

    The seller's own team and programs with his keys are not held up.
    """
    if actor.user is None or enrollment.program_id not in closed(enrollment.partner_id, gate):
        return
    own = Member.objects.filter(
        partner_id=enrollment.partner_id, user=actor.user, is_active=True
    ).exists()
    if own and not Staff.objects.filter(user=actor.user, is_active=True).exists():
        message = _("Finish the first steps of %(program)s before you do this.")
        values = {"program": enrollment.program.name}
        raise Conflict(message % values, code="onboarding")


def _closed(partner_ids: Collection[uuid.UUID], gate: str) -> list[Enrollment]:
    gating = OnboardingStep.objects.filter(removed_at=None, gates__contains=[gate])
    found: defaultdict[uuid.UUID, list[OnboardingStep]] = defaultdict(list)
    for step in gating:
        found[step.program_id].append(step)
    if not found:
        return []
    rows = list(
        Enrollment.objects.filter(
            partner_id__in=partner_ids, program_id__in=found, status=Enrollment.Status.ACTIVE
        ).select_related("partner")
    )
    return [one.enrollment for one in _progress(rows, dict(found)) if not one.finished]


def _progress(
    rows: Sequence[Enrollment], by_program: "dict[uuid.UUID, list[OnboardingStep]]"
) -> list[Progress]:
    kinds = {step.kind for row in rows for step in by_program[row.program_id]}
    done = {kind: _checks[kind](rows) for kind in kinds if kind in _checks}
    ticks = {
        (tick.enrollment_id, tick.step_id): tick.created_at
        for tick in StepTick.objects.filter(enrollment__in=rows)
    }
    return [
        Progress(
            row,
            tuple(
                Item(
                    step,
                    row.pk in done.get(step.kind, ()) or (row.pk, step.pk) in ticks,
                    ticks.get((row.pk, step.pk)),
                )
                for step in by_program[row.program_id]
            ),
        )
        for row in rows
    ]


def _with_profile(rows: Sequence[Enrollment]) -> set[uuid.UUID]:
    """A profile is filled in with a country and a website."""
    partners = Partner.objects.filter(pk__in={row.partner_id for row in rows})
    whole = set(partners.exclude(country="").exclude(website="").values_list("pk", flat=True))
    return {row.pk for row in rows if row.partner_id in whole}


def _with_terms(rows: Sequence[Enrollment]) -> set[uuid.UUID]:
    """Who applied has accepted the very terms; whom staff put in ticks that he read them."""
    approved = Application.objects.filter(
        partner_id__in={row.partner_id for row in rows}, status=Application.Status.APPROVED
    )
    pairs = set(approved.values_list("partner_id", "program_id"))
    return {row.pk for row in rows if (row.partner_id, row.program_id) in pairs}


def _with_material(rows: Sequence[Enrollment]) -> set[uuid.UUID]:
    uses = MaterialUse.objects.filter(partner_id__in={row.partner_id for row in rows})
    pairs = set(uses.order_by().values_list("partner_id", "material__program_id").distinct())
    return {row.pk for row in rows if (row.partner_id, row.program_id) in pairs}


register(StepKind.PROFILE, _with_profile)
register(StepKind.TERMS, _with_terms)
register(StepKind.MATERIAL, _with_material)
