"""The parts of a rule as they may be sent, each of its own type."""

from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError

from commissions.schema import vocabulary as words
from commissions.schema.conditions import Conditions
from commissions.schema.values import ExactRate
from prm.money import MAX_MINOR
from sellers.rest.fields import Choice, Minor, Text, Whole, Yes, choices
from sellers.rest.serializers import Input, input_of

MAX_MONTHS = 1200
MAX_CHARGES = 10_000
MAX_LEVEL = 10
MAX_STEPS = 50
MAX_LIMITS = 10
FIELDS_OF = {
    "percent": ("rate", "base", "allow_over_100"),
    "flat": ("amount", "uncapped"),
    "per_unit": ("amount", "uncapped"),
    "per_thousand": ("amount",),
    "points": ("rate", "amount"),
}
"""What a reward of each type may carry besides `type`."""


def one_of(values: tuple[str, ...], **options: Any) -> Choice:
    """A choice whose refusal names what may be chosen."""
    message = format_lazy(_("Choose one of: {names}."), names=", ".join(values))
    return Choice(choices=choices(values), error_messages={"invalid_choice": message}, **options)


def paid_amount(**options: Any) -> Minor:
    """An amount above zero in minor units."""
    errors = {"min_value": _("Give an amount above zero.")}
    return Minor(min_value=1, error_messages=errors, **options)


class RewardFields(Input):
    """What is paid.

    percent: `rate` of net, gross or margin. flat: `amount` once. per_unit: `amount` for each unit.
    per_thousand: `amount` per 1,000 impressions, a thousandth of it for each, rounded once a day.
    points: `rate` for each major unit of net, or `amount` once. Money in minor units.
    """

    type = one_of(words.REWARDS)
    rate = ExactRate(required=False)
    base = one_of(words.BASES, required=False)
    amount = paid_amount(required=False)
    uncapped = Yes(required=False, help_text="A flat amount may exceed the amount sold.")
    allow_over_100 = Yes(required=False, help_text="A percentage may exceed 100.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Only the fields of its own type, and all that it needs, in the stored form."""
        kind = attrs["type"]
        allowed = FIELDS_OF[kind]
        errors = {
            name: [
                ErrorDetail(gettext("A reward of this type has no such field."), "unknown_field")
            ]
            for name in attrs
            if name not in {"type", "allow_over_100", *allowed}
        }
        if not any(name in attrs for name in allowed[: 2 if kind == "points" else 1]):
            needed = gettext("A reward of this type needs this.")
            errors[allowed[0]] = [ErrorDetail(needed, "required")]
        if kind == "points" and {"rate", "amount"} <= set(attrs):
            either = gettext("Points are by rate or a fixed amount. Leave one of them out.")
            errors["amount"] = [ErrorDetail(either, "unknown_field")]
        if errors:
            raise ValidationError(errors)
        return _stored_reward(attrs)


def _stored_reward(attrs: dict[str, Any]) -> dict[str, Any]:
    kind = attrs["type"]
    stored: dict[str, Any] = {"type": kind}
    if "rate" in attrs:
        stored["rate"] = attrs["rate"]
    if "amount" in attrs:
        stored["amount"] = attrs["amount"]
    if kind == "percent":
        stored["base"] = attrs.get("base", "net")
    if kind in {"flat", "per_unit"}:
        stored["uncapped"] = attrs.get("uncapped", False)
    if attrs.get("allow_over_100"):
        stored["allow_over_100"] = True
    return stored


StepFields = input_of(
    "StepFields",
    {
        "from": Whole(
            min_value=0,
            max_value=MAX_MINOR,
            help_text="Included.",
            error_messages={"min_value": _("Start a step at 0 or above.")},
        ),
        "rate": ExactRate(required=False),
        "amount": paid_amount(required=False),
    },
)


class BracketFields(Input):
    """Another rate or amount from each step on. Below the first step the reward's own applies."""

    metric = one_of(words.METRICS)
    window = one_of(words.BRACKET_WINDOWS)
    mode = one_of(words.MODES)
    steps = serializers.ListField(
        child=StepFields(),
        allow_empty=False,
        max_length=MAX_STEPS,
        error_messages={"empty": _("Give at least one step.")},
    )


class DurationFields(Input):
    """How long one customer pays: calendar months, or so many charges. One of the two."""

    months = Whole(
        min_value=0, max_value=MAX_MONTHS, required=False, help_text="0: the first sale only."
    )
    charges = Whole(
        min_value=1,
        max_value=MAX_CHARGES,
        required=False,
        error_messages={"min_value": _("Count at least one charge.")},
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Exactly one of the two."""
        if len(attrs) != 1:
            message = gettext("Give months or charges, one of the two.")
            raise ValidationError({"non_field_errors": [ErrorDetail(message, "malformed")]})
        return attrs


class LimitFields(Input):
    """The most that the rule pays per something in a window, in minor units."""

    per = one_of(words.LIMITS_PER)
    window = one_of(words.LIMIT_WINDOWS, required=False)
    amount = paid_amount()

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """A limit per sale has no other window."""
        if "window" not in attrs and attrs["per"] != "sale":
            message = gettext("Say in which window the limit counts.")
            raise ValidationError({"window": [ErrorDetail(message, "required")]})
        window = attrs.get("window", "sale")
        return {"per": attrs["per"], "window": window, "amount": attrs["amount"]}


class OverrideFields(Input):
    """Whose recruit's commission it is: 1 is the recruiter, 2 the recruiter's recruiter."""

    level = Whole(
        min_value=1,
        max_value=MAX_LEVEL,
        error_messages={
            "min_value": _("The recruiter is level 1."),
            "max_value": _("At most 10 levels up are paid."),
        },
    )


class ContentFields(Input):
    """What a version of a rule says. What belongs together is checked by `checked`."""

    name = Text(max_length=120)
    event = one_of(words.EVENTS, required=False)
    reward = RewardFields()
    conditions = Conditions(required=False, allow_null=True)
    brackets = BracketFields(required=False, allow_null=True)
    duration = DurationFields(required=False, allow_null=True)
    limits = serializers.ListField(child=LimitFields(), max_length=MAX_LIMITS, required=False)
    adds = Yes(required=False, help_text="Paid on top of the rule that wins.")
    override = OverrideFields(required=False, allow_null=True)
