"""Writing rules. A rule's versions are never changed: an edit makes the next one."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from activity.services import record
from campaigns.models import Program
from commissions.models import Commission, Rule, RuleVersion
from partners.models import Partner
from prm.errors import Conflict, Unacceptable
from prm.money import MAX_MINOR
from sellers.actors import Actor

NOW_TOLERANCE = timedelta(minutes=1)
EVENTS = ("sale",)
BASES = ("net", "gross")
RATE_PLACES = 4


@dataclass(frozen=True)
class RuleInput:
    """A rule's content. `reward` is {type: percent, rate: "7.5", base} or {type: flat, amount}."""

    name: str
    reward: dict[str, Any]
    event: str = "sale"
    valid_from: datetime | None = None
    reason: str = ""


def create_rule(
    *,
    program: Program,
    rule: RuleInput,
    actor: Actor,
    partner: Partner | None = None,
    priority: int = 0,
) -> RuleVersion:
    """A rule of a program, or of one partner in it, with its first version.

    Raises Unacceptable for content that cannot pay, or a start in the past once events after it
    have earned.
    """
    reward = checked_reward(rule)
    with transaction.atomic():
        starts = _start(program, rule.valid_from)
        row = Rule.objects.create(
            seller_id=program.seller_id, program=program, partner=partner, priority=priority
        )
        version = _version(row, 1, rule, reward, starts, actor)
        _record(program, version, actor, "rule.created", {})
    return version


def change_rule(*, rule: Rule, content: RuleInput, actor: Actor) -> RuleVersion:
    """The next version of a rule; what was earned keeps the version it was earned by.

    Raises as `create_rule` does, and Conflict when two people change it at once.
    """
    reward = checked_reward(content)
    with transaction.atomic():
        last = rule.versions.select_for_update().latest("number")
        starts = _start(rule.program, content.valid_from)
        if starts <= last.valid_from:
            raise Unacceptable(
                _("The version before starts later. Choose a later start."),
                field="valid_from",
                code="before_last_version",
            )
        try:
            with transaction.atomic():
                version = _version(rule, last.number + 1, content, reward, starts, actor)
        except IntegrityError:
            raise Conflict(_("Somebody changed this rule just now. Look again.")) from None
        changes = {"reward": (last.reward, reward), "name": (last.name, content.name)}
        _record(rule.program, version, actor, "rule.changed", changes)
    return version


def end_rule(*, rule: Rule, actor: Actor) -> None:
    """Stop a rule from now on. Raises Conflict when it has ended already."""
    with transaction.atomic():
        if not Rule.objects.filter(pk=rule.pk, ended_at=None).update(ended_at=timezone.now()):
            raise Conflict(_("This rule has ended already."))
        version = rule.versions.latest("number")
        _record(rule.program, version, actor, "rule.ended", {})


def checked_reward(rule: RuleInput) -> dict[str, Any]:
    """The reward in its stored form. Raises Unacceptable, naming the field."""
    if rule.event not in EVENTS:
        raise Unacceptable(_("Rules pay for: sale."), field="event", code="unknown_choice")
    if not rule.name.strip():
        raise Unacceptable(_("Give the rule a name."), field="name", code="required")
    kind = rule.reward.get("type")
    if kind == "percent":
        base = rule.reward.get("base") or "net"
        if base not in BASES:
            raise _refuse("reward.base", "unknown_choice", _("The base is net or gross."))
        return {"type": "percent", "rate": str(_rate(rule.reward.get("rate"))), "base": base}
    if kind == "flat":
        amount = rule.reward.get("amount")
        if isinstance(amount, bool) or not isinstance(amount, int) or not 0 < amount <= MAX_MINOR:
            raise _refuse("reward.amount", "invalid", _("Give an amount above zero."))
        uncapped = bool(rule.reward.get("uncapped"))
        return {"type": "flat", "amount": amount, "uncapped": uncapped}
    raise _refuse("reward.type", "unknown_choice", _("A rule pays percent or flat."))


def _rate(value: Any) -> Decimal:
    try:
        rate = Decimal(str(value))
    except InvalidOperation:
        raise _refuse("reward.rate", "invalid", _("Give a rate like 7.5.")) from None
    if not rate.is_finite() or not 0 < rate <= 100:
        raise _refuse("reward.rate", "out_of_range", _("The rate is above 0 and up to 100."))
    exponent = rate.as_tuple().exponent
    if isinstance(exponent, int) and -exponent > RATE_PLACES:
        raise _refuse("reward.rate", "too_fine", _("A rate has at most four decimals."))
    return rate.normalize() if rate != rate.to_integral() else rate.quantize(Decimal(1))


def _refuse(field: str, code: str, message: str) -> Unacceptable:
    return Unacceptable(message, field=field, code=code)


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
    content: RuleInput,
    reward: dict[str, Any],
    starts: datetime,
    actor: Actor,
) -> RuleVersion:
    return RuleVersion.objects.create(
        seller_id=rule.seller_id,
        rule=rule,
        number=number,
        name=content.name.strip(),
        event=content.event,
        reward=reward,
        valid_from=starts,
        author=actor.user,
        reason=content.reason,
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
            "reward": version.reward,
            "valid_from": version.valid_from.isoformat(),
        },
    )
