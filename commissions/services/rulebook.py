"""Writing rules. A rule's versions are never changed: an edit makes the next one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from activity.services import record
from campaigns import selectors as campaigns
from campaigns.models import Campaign, Group, Program, Tier
from commissions import schema
from commissions.engine import recounting
from commissions.models import Commission, Rule, RuleVersion
from partners.models import Partner
from prm.errors import Conflict, FieldError, Unacceptable
from sellers.actors import Actor

NOW_TOLERANCE = timedelta(minutes=1)
PARTS = (
    "name", "event", "reward", "conditions", "brackets", "duration", "limits", "adds",
    "override_level",
)  # fmt: skip
"""What a version says, by the names of its columns."""


@dataclass(frozen=True)
class RuleInput:
    """A rule's content, in the shapes of `commissions.schema`; money in minor units.

    `override_level` N pays the recruiter N levels up, and goes with the event commission.
    """

    name: str
    reward: Mapping[str, Any]
    event: str = "sale"
    valid_from: datetime | None = None
    reason: str = ""
    conditions: Mapping[str, Any] | None = None
    brackets: Mapping[str, Any] | None = None
    duration: Mapping[str, Any] | None = None
    limits: Sequence[Mapping[str, Any]] = ()
    adds: bool = False
    override_level: int | None = None


def create_rule(
    *,
    program: Program,
    rule: RuleInput,
    actor: Actor,
    partner: Partner | None = None,
    group: Group | None = None,
    campaign: Campaign | None = None,
    tier: Tier | None = None,
    priority: int = 0,
) -> RuleVersion:
    """A rule of a program, or of a part of its partners, with its first version.

    Raises Malformed or Unacceptable by the path for content that cannot pay, for a scope outside
    the program or more than one, and for a start in the past once events after it have earned.
    """
    content = checked_content(program, rule)
    scope = {"partner": partner, "group": group, "campaign": campaign, "tier": tier}
    with transaction.atomic():
        check_scope(program, scope)
        starts = _start(program, rule.valid_from)
        row = Rule.objects.create(
            seller_id=program.seller_id, program=program, priority=priority, **scope
        )
        version = _version(row, 1, content, rule.reason, starts, actor)
        _record(program, version, actor, "rule.created", {})
    return version


def change_rule(*, rule: Rule, content: RuleInput, actor: Actor) -> RuleVersion:
    """The next version of a rule; what was earned keeps the version it was earned by.

    Where nothing differs the last version is answered and nothing is written. Raises as
    `create_rule` does, Unacceptable for a start before the last version's, and Conflict for a
    rule that has ended.
    """
    wanted = checked_content(rule.program, content)
    with transaction.atomic():
        ended = Rule.objects.select_for_update().values_list("ended_at", flat=True).get(pk=rule.pk)
        if ended is not None:
            raise Conflict(_("This rule has ended. Make a new one."), code="state")
        last = rule.versions.latest("number")
        changes = {
            part: (getattr(last, part), wanted[part])
            for part in PARTS
            if getattr(last, part) != wanted[part]
        }
        if not changes:
            return last
        starts = _start(rule.program, content.valid_from)
        if starts <= last.valid_from:
            raise Unacceptable(
                _("The version before starts later. Choose a later start."),
                field="valid_from",
                code="before_last_version",
            )
        version = _version(rule, last.number + 1, wanted, content.reason, starts, actor)
        if version.limits != last.limits:
            recounting.recount_uses(rule)
        _record(rule.program, version, actor, "rule.changed", changes)
    return version


def end_rule(*, rule: Rule, actor: Actor, at: datetime | None = None) -> None:
    """Stop a rule from now on, or from a later moment. Raises Conflict when its end is set."""
    with transaction.atomic():
        ends = max(at or timezone.now(), timezone.now())
        if not Rule.objects.filter(pk=rule.pk, ended_at=None).update(ended_at=ends):
            raise Conflict(_("This rule has ended already."))
        version = rule.versions.latest("number")
        _record(rule.program, version, actor, "rule.ended", {})


def checked_content(program: Program, rule: RuleInput) -> dict[str, Any]:
    """The content in its stored form, by the names of a version's columns. Writes nothing.

    Raises Malformed or Unacceptable with every wrong field by its path.
    """
    level = None if rule.override_level is None else {"level": rule.override_level}
    sent = {part: getattr(rule, part) for part in PARTS if part != "override_level"}
    found = schema.checked({**sent, "limits": list(rule.limits), "override": level})
    override = found.pop("override")
    _check_tiers(program, found["conditions"])
    return {**found, "override_level": override["level"] if override else None}


def content_of(version: RuleVersion) -> RuleInput:
    """What a version says, as the starting point of the next one."""
    return RuleInput(**{part: getattr(version, part) for part in PARTS})


def check_scope(program: Program, scope: Mapping[str, Any]) -> None:
    """Raise Unacceptable unless `scope` is at most one of the four, and of this program."""
    given = {name: one for name, one in scope.items() if one is not None}
    if len(given) > 1:
        message = _("A rule is for one of partner, group, campaign or tier. Choose one.")
        raise Unacceptable(message, field="scope", code="one_scope")
    for name, one in given.items():
        if name == "partner":
            if not campaigns.is_enrolled(program, one.pk):
                message = _("This partner is not in the program. Enroll the partner first.")
                raise Unacceptable(message, field="scope.partner", code="not_enrolled")
        elif one.program_id != program.pk:
            message = _("This belongs to another program. Choose one of this program.")
            raise Unacceptable(message, field=f"scope.{name}", code="other_program")


def _check_tiers(program: Program, conditions: Mapping[str, Any] | None) -> None:
    """Tiers that conditions name must be there, or the rule would silently never pay."""
    named = [
        (f"{path}.value{f'[{index}]' if isinstance(leaf['value'], list) else ''}", key)
        for path, leaf in schema.leaves(conditions)
        if leaf["field"] == "partner.tier"
        for index, key in enumerate(
            leaf["value"] if isinstance(leaf["value"], list) else [leaf["value"]]
        )
    ]
    if not named:
        return
    known = list(Tier.objects.filter(program=program).values_list("key", flat=True))
    message = _("This program has no such tier. It has: %(names)s.")
    values = {"names": ", ".join(sorted(known)) or "–"}
    errors = [
        FieldError(path, "unknown", message % values) for path, key in named if key not in known
    ]
    if errors:
        raise Unacceptable(f"{errors[0].field}: {errors[0].message}", errors=errors)


def _start(program: Program, wanted: datetime | None) -> datetime:
    """When a version starts. The past is open only while nothing after it has earned."""
    now = timezone.now()
    if wanted is None or abs(wanted - now) < NOW_TOLERANCE:
        return now
    if (
        wanted < now
        and Commission.objects.filter(program=program, occurred_at__gte=wanted).exists()
    ):
        raise Unacceptable(
            _("Sales after this moment have earned already. Choose a moment from now on."),
            field="valid_from",
            code="in_the_past",
        )
    return wanted


def _version(
    rule: Rule,
    number: int,
    content: Mapping[str, Any],
    reason: str,
    starts: datetime,
    actor: Actor,
) -> RuleVersion:
    return RuleVersion.objects.create(
        seller_id=rule.seller_id,
        rule=rule,
        number=number,
        valid_from=starts,
        author=actor.user,
        reason=reason,
        **content,
    )


def _record(
    program: Program,
    version: RuleVersion,
    actor: Actor,
    verb: str,
    changes: dict[str, tuple[Any, Any]],
) -> None:
    record(
        seller=program.seller,
        actor=actor,
        verb=verb,
        object=version.rule,
        label=version.name,
        partner_id=version.rule.partner_id,
        changes=changes,
        detail={
            "version": version.number,
            "content": {part: getattr(version, part) for part in PARTS if part != "name"},
            "currency": program.currency,
            "valid_from": version.valid_from.isoformat(),
            **({"reason": version.reason} if version.reason else {}),
        },
    )
