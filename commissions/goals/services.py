"""Writing goals: drafted, made live, changed for windows to come, ended. And names in contests."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from activity.services import record
from campaigns.models import Enrollment, Group, Program, Tier
from commissions.goals import evaluation, spans, terms
from commissions.goals.evaluation import local_day
from commissions.goals.terms import Terms
from commissions.models import (
    Goal,
    GoalKind,
    GoalMetric,
    GoalName,
    GoalVersion,
    GoalWindow,
)
from partners.models import Partner
from prm.errors import Conflict, FieldError, Unacceptable
from prm.validation import changed_fields, refuse_if_any, require_valid
from sellers.actors import Actor

AUDIENCES: Final = ("tier", "group", "partner")
DRAFT_FIELDS: Final = ("metric", "window", "starts_on", "ends_on", *AUDIENCES)
ALWAYS_FIELDS: Final = ("name", "description")


@dataclass(frozen=True)
class GoalInput:
    """A goal or contest as it is given. At most one of tier, group and partner."""

    name: str
    metric: str
    window: str
    starts_on: date
    terms: Terms
    kind: str = GoalKind.GOAL
    description: str = ""
    ends_on: date | None = None
    tier: Tier | None = None
    group: Group | None = None
    partner: Partner | None = None


@transaction.atomic
def create_goal(*, program: Program, goal: GoalInput, actor: Actor) -> Goal:
    """A draft. Raises Unacceptable by the field."""
    row = Goal(
        seller_id=program.seller_id,
        program=program,
        kind=goal.kind,
        metric=goal.metric,
        window=goal.window,
        starts_on=goal.starts_on,
        ends_on=goal.ends_on,
        name=goal.name.strip(),
        description=goal.description.strip(),
        tier=goal.tier,
        group=goal.group,
        partner=goal.partner,
    )
    _check(row, goal.terms)
    row.save(force_insert=True)
    _write_version(row, 1, row.starts_on, goal.terms, actor)
    record(
        seller=program.seller,
        actor=actor,
        verb="goal.created",
        object=row,
        partner_id=row.partner_id,
        detail={"program": program.name, "kind": row.kind, **terms.stored(goal.terms)},
    )
    return row


@transaction.atomic
def change_goal(
    *,
    goal: Goal,
    actor: Actor,
    fields: Mapping[str, Any] | None = None,
    new_terms: Terms | None = None,
) -> Goal:
    """Change a goal. A draft may be changed in everything but its program and kind.

    Of a live goal name, description and terms may be changed; new terms hold for windows that
    have not begun. Raises Conflict when there are none, or when it has ended.
    """
    current = _locked(goal)
    wanted = {
        key: value.strip() if isinstance(value, str) else value
        for key, value in (fields or {}).items()
    }
    changes = changed_fields(current, wanted)
    fixed = sorted(set(changes) - set(ALWAYS_FIELDS))
    if current.status == Goal.Status.ENDED and (changes or new_terms):
        raise Conflict(_("This goal has ended."), code="state")
    if current.status == Goal.Status.LIVE and fixed:
        message = _("A live goal keeps this. End it and make another.")
        raise Unacceptable(message, field=fixed[0], code="live")
    for name, (_before, after) in changes.items():
        setattr(current, name, after)
    last = _newest(current)
    _check(current, new_terms or terms_of(last))
    if changes:
        current.save(update_fields=list(changes))
    number = last.number
    if new_terms is not None and terms.stored(new_terms) != terms.stored(terms_of(last)):
        number = _new_terms(current, last, new_terms, actor)
    elif "starts_on" in changes:
        GoalVersion.objects.filter(pk=last.pk).update(valid_from=current.starts_on)
    if changes or number != last.number or new_terms is not None:
        _record_change(current, actor, changes, number, new_terms)
    return current


@transaction.atomic
def publish_goal(*, goal: Goal, actor: Actor) -> Goal:
    """Make a draft live: partners see it, and it counts from its first day on.

    Raises Unacceptable where its days are over or lie in a window before this one.
    """
    current = _locked(goal)
    today = local_day(current.seller, timezone.now())
    _require_days(current, today)
    hit = Goal.objects.filter(pk=current.pk, status=Goal.Status.DRAFT).update(
        status=Goal.Status.LIVE
    )
    if not hit:
        raise Conflict(_("Only a draft can be made live."), code="state")
    current.status = Goal.Status.LIVE
    record(
        seller=current.seller,
        actor=actor,
        verb="goal.published",
        object=current,
        partner_id=current.partner_id,
        changes={"status": ("draft", "live")},
    )
    evaluation.look_soon(current)
    return current


@transaction.atomic
def end_goal(*, goal: Goal, actor: Actor) -> Goal:
    """Begin no further window. What has begun runs to its end and is paid as promised.

    Raises Conflict where it is not live.
    """
    current = _locked(goal)
    today = local_day(current.seller, timezone.now())
    running = spans.span_at(current.window, current.starts_on, current.ends_on, today)
    before = current.ends_on
    if running is not None:
        current.ends_on = running.last
    elif today < current.starts_on:
        # Nothing has begun: it never will.
        current.ends_on, current.look_at = current.starts_on, None
    hit = Goal.objects.filter(pk=current.pk, status=Goal.Status.LIVE).update(
        status=Goal.Status.ENDED, ends_on=current.ends_on, look_at=current.look_at
    )
    if not hit:
        raise Conflict(_("Only a live goal can be ended."), code="state")
    current.status = Goal.Status.ENDED
    record(
        seller=current.seller,
        actor=actor,
        verb="goal.ended",
        object=current,
        partner_id=current.partner_id,
        changes={
            "status": ("live", "ended"),
            "ends_on": (before and str(before), str(current.ends_on)),
        },
    )
    return current


@transaction.atomic
def delete_goal(*, goal: Goal, actor: Actor) -> None:
    """Throw a draft away. Raises Conflict for what has been live."""
    current = _locked(goal)
    if current.status != Goal.Status.DRAFT:
        message = _("Partners have seen this goal. It can be ended, not thrown away.")
        raise Conflict(message, code="state")
    record(
        seller=current.seller, actor=actor, verb="goal.deleted", object=current, label=current.name
    )
    current.versions.all().delete()
    current.delete()


@transaction.atomic
def show_name(*, partner: Partner, actor: Actor, shown: bool, goal: Goal | None = None) -> None:
    """Let a partner's name stand in leaderboards, or not: of one contest, or in general."""
    row, _made = GoalName.objects.select_for_update().get_or_create(
        seller_id=partner.seller_id, partner=partner, goal=goal
    )
    if row.shown == shown and not _made:
        return
    before, row.shown = row.shown, shown
    row.save(update_fields=["shown"])
    record(
        seller=partner.seller,
        actor=actor,
        verb="goal.name_shown" if shown else "goal.name_hidden",
        object=goal or partner,
        partner_id=partner.pk,
        changes={"shown": (before, shown)},
    )


def terms_of(version: GoalVersion) -> Terms:
    """A stored version as terms."""
    return Terms(**{name: getattr(version, name) for name in Terms.__dataclass_fields__})


def _locked(goal: Goal) -> Goal:
    rows = Goal.objects.select_related("seller", "program", "tier", "group", "partner")
    return rows.select_for_update(of=("self",)).get(pk=goal.pk)


def _newest(goal: Goal) -> GoalVersion:
    return goal.versions.latest("number")


def _new_terms(goal: Goal, last: GoalVersion, new_terms: Terms, actor: Actor) -> int:
    """Write terms for windows to come; a draft's are simply replaced. The version's number."""
    if goal.status == Goal.Status.DRAFT:
        for name, value in terms.stored(new_terms).items():
            setattr(last, name, value)
        last.valid_from, last.author = goal.starts_on, actor.user
        last.save()
        return last.number
    today = local_day(goal.seller, timezone.now())
    coming = spans.next_span(goal.window, goal.starts_on, goal.ends_on, today)
    if coming is None:
        message = _("Its last period has begun: what it asks and pays stays as it is.")
        raise Conflict(message, code="begun")
    _write_version(goal, last.number + 1, coming.first, new_terms, actor)
    return last.number + 1


def _write_version(goal: Goal, number: int, first: date, content: Terms, actor: Actor) -> None:
    GoalVersion.objects.create(
        seller_id=goal.seller_id,
        goal=goal,
        number=number,
        valid_from=first,
        author=actor.user,
        **terms.stored(content),
    )


def _record_change(
    goal: Goal,
    actor: Actor,
    changes: Mapping[str, tuple[object, object]],
    number: int,
    new_terms: Terms | None,
) -> None:
    detail = {"version": number, **(terms.stored(new_terms) if new_terms else {})}
    record(
        seller=goal.seller,
        actor=actor,
        verb="goal.changed",
        object=goal,
        partner_id=goal.partner_id,
        changes={name: (_plain(old), _plain(new)) for name, (old, new) in changes.items()},
        detail=detail,
    )


def _plain(value: object) -> object:
    return value if value is None or isinstance(value, str | int) else str(value)


def _check(goal: Goal, content: Terms) -> None:
    """Raises Unacceptable with everything wrong."""
    found = terms.faults(content, goal.kind)
    if not goal.name:
        found.append(FieldError("name", "required", _("Give it a name.")))
    found += _choice_faults(goal)
    if goal.ends_on is not None and goal.ends_on < goal.starts_on:
        message = _("The last day cannot be before the first.")
        found.append(FieldError("ends_on", "order", message))
    if goal.window == GoalWindow.FIXED and goal.ends_on is None:
        found.append(FieldError("ends_on", "required", _("Give the last day.")))
    found += _audience_faults(goal)
    refuse_if_any(found)
    require_valid(goal, only=("name", "description", "starts_on", "ends_on"))


def _choice_faults(goal: Goal) -> list[FieldError]:
    known = {
        "kind": GoalKind.values,
        "metric": GoalMetric.values,
        "window": GoalWindow.values,
    }
    message = _("This must be one of the listed values.")
    return [
        FieldError(name, "unknown_choice", message)
        for name, values in known.items()
        if getattr(goal, name) not in values
    ]


def _audience_faults(goal: Goal) -> list[FieldError]:
    named = [name for name in AUDIENCES if getattr(goal, f"{name}_id")]
    if len(named) > 1:
        message = _("Choose a tier, a group or a partner, not several.")
        return [FieldError(named[1], "several", message)]
    if goal.kind == GoalKind.CONTEST and goal.partner_id:
        return [FieldError("partner", "not_here", _("A contest needs more than one partner."))]
    message = _("This is not of the goal’s program.")
    return [FieldError(name, "other_program", message) for name in named if not _is_inside(goal)]


def _is_inside(goal: Goal) -> bool:
    """Whether the tier, group or partner that is set belongs to the goal's program."""
    if goal.tier is not None:
        return bool(goal.tier.program_id == goal.program_id)
    if goal.group is not None:
        return bool(goal.group.program_id == goal.program_id)
    rows = Enrollment.objects.filter(program=goal.program)
    return goal.partner is not None and rows.filter(partner=goal.partner).exists()


def _require_days(goal: Goal, today: date) -> None:
    """A goal may begin within the present window, not before it, and must not be over."""
    if goal.ends_on is not None and goal.ends_on < today:
        raise Unacceptable(_("Its last day is over."), field="ends_on", code="in_the_past")
    if goal.window == GoalWindow.FIXED:
        return
    if goal.starts_on < spans.calendar_span(goal.window, today).first:
        message = _("Its first day lies in a period that is over. Choose one in this period.")
        raise Unacceptable(message, field="starts_on", code="in_the_past")
