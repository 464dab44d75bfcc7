"""Check-lists of programs: set, ticked, unticked."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from activity.services import record
from campaigns import answers
from campaigns.models import Enrollment, OnboardingStep, Program, StepTick
from campaigns.models.onboarding import Gate, StepKind, TickedBy
from prm.errors import Conflict, FieldError, NotAllowed
from prm.validation import refuse_if_any
from sellers.actors import Actor

MAX_STEPS: Final = 15
_OWN_GATE: Final = {StepKind.LINK: Gate.LINKS, StepKind.MATERIAL: Gate.MATERIALS}
"""What a step is done by: it cannot open the very thing that it needs."""


@transaction.atomic
def set_checklist(
    *, program: Program, steps: Sequence[Mapping[str, Any]], actor: Actor
) -> list[OnboardingStep]:
    """Replace a program's check-list by `steps`: {id, kind, label, text, url, ticked_by, gates}.

    A step with the `id` of a present one is changed and keeps its ticks; what is not named is
    taken out. Raises Unacceptable by the field (`steps[0].label`).
    """
    program = Program.objects.select_for_update().get(pk=program.pk)
    present = {step.pk: step for step in _present(program)}
    refuse_if_any(_faults(steps, present))
    before = [_words(step) for step in present.values()]
    kept = []
    for position, row in enumerate(steps):
        step = present.pop(row["id"]) if row.get("id") else None
        kept.append((step or OnboardingStep(seller_id=program.seller_id, program=program), row))
        kept[-1][0].position = position
    # First out, then in: a built-in step stands once in a list.
    gone = OnboardingStep.objects.filter(pk__in=list(present))
    gone.update(removed_at=timezone.now())
    for step, row in kept:
        _fill(step, row)
        step.save()
    after = [_words(step) for step, _row in kept]
    if before != after:
        record(
            seller=program.seller,
            actor=actor,
            verb="program.onboarding_changed",
            object=program,
            changes={"onboarding": ("; ".join(before), "; ".join(after))},
        )
    return [step for step, _row in kept]


@transaction.atomic
def tick_step(
    *, enrollment: Enrollment, step: OnboardingStep, actor: Actor, as_staff: bool
) -> StepTick:
    """Mark a step as done. Repeating it changes nothing.

    The partner ticks his own steps and that he read the terms, staff any step of the seller's
    own. Raises NotAllowed for others, Conflict for a step of another program or taken out.
    """
    _require_present(enrollment, step)
    by_partner = step.kind == StepKind.TERMS or (
        step.kind == StepKind.OWN and step.ticked_by == TickedBy.PARTNER
    )
    if not (step.kind == StepKind.OWN if as_staff else by_partner):
        raise NotAllowed(_("This step is not yours to tick."), code="ticked_by")
    tick, made = StepTick.objects.get_or_create(
        seller_id=enrollment.seller_id,
        enrollment=enrollment,
        step=step,
        defaults={"user": actor.user},
    )
    if made:
        _record_tick(enrollment, step, actor, "onboarding.done")
    return tick


@transaction.atomic
def untick_step(*, enrollment: Enrollment, step: OnboardingStep, actor: Actor) -> None:
    """Staff take a tick back. Raises Conflict where there is none."""
    hit, _rows = StepTick.objects.filter(enrollment=enrollment, step=step).delete()
    if not hit:
        raise Conflict(_("This was already done."), code="state")
    _record_tick(enrollment, step, actor, "onboarding.undone")


def step_of(program_id: uuid.UUID, step_id: uuid.UUID) -> OnboardingStep | None:
    """A step that stands in the program's list now."""
    rows = OnboardingStep.objects.filter(program_id=program_id, removed_at=None)
    return rows.filter(pk=step_id).first()


def _present(program: Program) -> list[OnboardingStep]:
    rows = OnboardingStep.objects.filter(program=program, removed_at=None)
    return list(rows.order_by("position", "id"))


def _require_present(enrollment: Enrollment, step: OnboardingStep) -> None:
    if step.program_id != enrollment.program_id or step.removed_at is not None:
        raise Conflict(_("This step is not in the check-list any more."), code="state")
    if enrollment.status != Enrollment.Status.ACTIVE:
        raise Conflict(_("This enrollment has ended."), code="ended")


def _fill(step: OnboardingStep, row: Mapping[str, Any]) -> None:
    own = row["kind"] == StepKind.OWN
    step.kind = row["kind"]
    step.label = (row.get("label") or "").strip()
    step.text = (row.get("text") or "").strip()
    step.url = (row.get("url") or "").strip() if own else ""
    step.ticked_by = (row.get("ticked_by") or TickedBy.PARTNER) if own else TickedBy.PARTNER
    step.gates = [gate for gate in Gate.values if gate in (row.get("gates") or [])]


def _words(step: OnboardingStep) -> str:
    """A step as the trail keeps it."""
    gates = f" [{', '.join(step.gates)}]" if step.gates else ""
    return f"{step.label or step.kind}{gates}"


def _faults(
    steps: Sequence[Mapping[str, Any]], present: Mapping[uuid.UUID, OnboardingStep]
) -> list[FieldError]:
    if len(steps) > MAX_STEPS:
        message = _("Give a list of at most %(limit)d steps.") % {"limit": MAX_STEPS}
        return [FieldError("steps", "invalid", message)]
    faults = []
    kinds = [row.get("kind") for row in steps]
    ids = [row["id"] for row in steps if row.get("id")]
    for index, row in enumerate(steps):
        faults += [
            FieldError(f"steps[{index}].{name}", code, message)
            for name, code, message in _step_faults(row)
        ]
        kind, path = row.get("kind"), f"steps[{index}].kind"
        if kind != StepKind.OWN and kinds.index(kind) != index:
            faults.append(FieldError(path, "unique", _("This step is in the list already.")))
        if row.get("id") and (row["id"] not in present or ids.count(row["id"]) > 1):
            faults.append(FieldError(f"steps[{index}].id", "unknown", _("There is no such step.")))
        elif row.get("id") and present[row["id"]].kind != kind:
            faults.append(FieldError(path, "fixed", _("A step keeps its kind. Make another.")))
    return faults


def _step_faults(row: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    faults = []
    kind, label = row.get("kind"), (row.get("label") or "").strip()
    texts = (("label", label, 160), ("text", row.get("text") or "", 500))
    if kind not in StepKind.values:
        faults.append(("kind", "choice", _("Choose a step.")))
    if kind == StepKind.OWN and not label:
        faults.append(("label", "required", _("Say what there is to do.")))
    for name, text, limit in texts:
        if len(text) > limit or "\x00" in text:
            message = _("At most %(limit)d characters.") % {"limit": limit}
            faults.append((name, "max_length", message))
    url = (row.get("url") or "").strip()
    if url and (len(url) > 500 or not answers.is_web_address(url)):
        message = _("Give the whole address, like https://example.com/page.")
        faults.append(("url", "invalid", message))
    if (row.get("ticked_by") or TickedBy.PARTNER) not in TickedBy.values:
        faults.append(("ticked_by", "choice", _("Choose who ticks it.")))
    gates = row.get("gates") or []
    if any(gate not in Gate.values for gate in gates):
        faults.append(("gates", "choice", _("Choose from the list.")))
    elif kind in StepKind.values and _OWN_GATE.get(StepKind(kind)) in gates:
        message = _("This step needs the very thing that it would keep closed.")
        faults.append(("gates", "circle", message))
    return faults


def _record_tick(enrollment: Enrollment, step: OnboardingStep, actor: Actor, verb: str) -> None:
    detail: dict[str, Any] = {"step": str(step)}
    if step.kind == StepKind.TERMS:
        detail["terms_version"] = enrollment.program.terms_version
    record(
        seller=enrollment.program.seller,
        actor=actor,
        verb=verb,
        object=enrollment,
        label=f"{enrollment.partner.name}, {enrollment.program.name}: {step}"[:200],
        partner_id=enrollment.partner_id,
        detail=detail,
    )
