"""Forms for goals and contests: whole sentences and rows, never a data format."""

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns import selectors as campaigns
from campaigns.models import Program
from commissions.goals.metrics import MONEY_METRICS
from commissions.goals.terms import Terms
from commissions.models import Goal, GoalKind, GoalMetric, GoalVersion, GoalWindow
from prm.errors import FieldError, Refusal
from prm.money import exponent, to_major, to_minor

ROWS = 5
PRIZE_ROWS = 8
TIMINGS = (
    ("end", gettext_lazy("When the period is over")),
    ("at_once", gettext_lazy("As soon as reached; it stays paid")),
    ("take_back", gettext_lazy("As soon as reached; taken back if refunds bring it below again")),
)
PAYS = (
    ("flat", gettext_lazy("Money")),
    ("percent", gettext_lazy("percent on top")),
    ("points", gettext_lazy("Points")),
)
UNITS = (("money", gettext_lazy("Money")), ("points", gettext_lazy("Points")))
STEP_PATH = re.compile(r"steps\[(\d+)\]\.?(name|from|reward)?")
PRIZE_PATH = re.compile(r"prizes\[(\d+)\]")
FIELD_OF = {
    "at_once": "timing",
    "take_back": "timing",
    "steps": "step_1_from",
    "prizes": "prize_1_amount",
    "tier": "audience",
    "group": "audience",
    "partner": "audience",
}
Day = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def _number(label: Any, *, required: bool = False) -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        min_value=Decimal(0),
        max_digits=18,
        decimal_places=4,
        required=required,
        widget=forms.NumberInput(attrs={"inputmode": "decimal", "step": "any"}),
    )


class GoalForm(forms.Form):
    """A goal or contest of one program. With `fixed` only its words and terms can be changed.

    After `is_valid`, `fields_given()` and `terms()` are what the services take; what they find
    wrong in the figures is put on the form.
    """

    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    description = forms.CharField(
        label=gettext_lazy("In a sentence or two, for partners"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    audience = forms.ChoiceField(label=gettext_lazy("For whom"))
    metric = forms.ChoiceField(label=gettext_lazy("What counts"), choices=GoalMetric.choices)
    window = forms.ChoiceField(label=gettext_lazy("How often"), choices=GoalWindow.choices)
    starts_on = forms.DateField(label=gettext_lazy("First day"), widget=Day)
    ends_on = forms.DateField(
        label=gettext_lazy("Last day"),
        widget=Day,
        required=False,
        help_text=gettext_lazy(
            "Needed where it runs once. Else empty: it goes on until you end it."
        ),
    )
    pays_all = forms.ChoiceField(
        label=gettext_lazy("Where several targets are reached"),
        choices=(
            ("highest", gettext_lazy("The highest alone pays")),
            ("all", gettext_lazy("Each of them pays")),
        ),
    )
    timing = forms.ChoiceField(label=gettext_lazy("When it pays"), choices=TIMINGS)
    unit = forms.ChoiceField(label=gettext_lazy("Prizes are"), choices=UNITS)
    minimum = _number(gettext_lazy("To take part, at least"))
    net_of_refunds = forms.BooleanField(
        label=gettext_lazy("What is given back does not count"), required=False, initial=True
    )
    grace_days = forms.IntegerField(
        label=gettext_lazy("Days to wait for refunds before it is closed"),
        min_value=0,
        max_value=365,
        required=False,
    )

    def __init__(
        self, *args: Any, program: Program, kind: str, fixed: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.program, self.kind, self.fixed = program, kind, fixed
        self.used: list[int] = []
        self.fields["grace_days"].help_text = _(
            "Empty: as long as the program’s hold, %(days)d days."
        ) % {"days": program.hold_days}
        for name in self._left_out():
            del self.fields[name]
        if "audience" in self.fields:
            self.fields["audience"] = forms.ChoiceField(
                label=_("For whom"), choices=audience_choices(program, kind)
            )
        self.row_count = PRIZE_ROWS if self._is_contest else ROWS
        given = len([key for key in self.initial if re.fullmatch(r"\w+_\d+_amount", key)])
        self.row_count = max(self.row_count, given)
        self._add_rows()

    @property
    def _is_contest(self) -> bool:
        return self.kind == GoalKind.CONTEST

    def _left_out(self) -> list[str]:
        names = ["pays_all", "timing"] if self._is_contest else ["unit", "minimum"]
        if self.fixed:
            names += ["audience", "metric", "window", "starts_on", "ends_on"]
        return names

    def _add_rows(self) -> None:
        for number in range(1, self.row_count + 1):
            if self._is_contest:
                label = _("Prize, place %(place)d") % {"place": number}
                self.fields[f"prize_{number}_amount"] = _number(label)
                continue
            at = {"n": number}
            self.fields[f"step_{number}_name"] = forms.CharField(
                label=_("Name of target %(n)d") % at, max_length=60, required=False
            )
            self.fields[f"step_{number}_from"] = _number(_("Target %(n)d") % at)
            self.fields[f"step_{number}_type"] = forms.ChoiceField(
                label=_("What target %(n)d pays") % at, choices=PAYS
            )
            self.fields[f"step_{number}_amount"] = _number(_("Reward of target %(n)d") % at)

    @property
    def rows(self) -> list[list[tuple[str, BoundField]]]:
        """The fields of each target, or of each prize, with what stands above them."""
        numbers = range(1, self.row_count + 1)
        if self._is_contest:
            return [
                [(str(self[f"prize_{n}_amount"].label), self[f"prize_{n}_amount"])] for n in numbers
            ]
        parts = {"name": _("Name"), "from": _("Target"), "type": _("Pays"), "amount": _("Reward")}
        return [
            [(words, self[f"step_{n}_{part}"]) for part, words in parts.items()] for n in numbers
        ]

    @property
    def plain_fields(self) -> list[BoundField]:
        """What stands above the rows."""
        names = ("name", "description", "audience", "metric", "window", "starts_on", "ends_on")
        return [self[name] for name in names if name in self.fields]

    @property
    def option_fields(self) -> list[BoundField]:
        """What stands below the rows."""
        names = ("unit", "minimum", "pays_all", "timing", "net_of_refunds", "grace_days")
        return [self[name] for name in names if name in self.fields]

    # What was given

    def fields_given(self) -> dict[str, Any]:
        """Name, description and, where they may be set, the other columns of the goal."""
        data = self.cleaned_data
        found = {"name": data["name"], "description": data["description"]}
        if self.fixed:
            return found
        found |= {name: data[name] for name in ("metric", "window", "starts_on", "ends_on")}
        return found | audience_of(data["audience"])

    def terms(self, metric: str) -> Terms:
        """The terms in minor units; a figure that is too fine is put on the form as a mistake."""
        data = self.cleaned_data
        shared: dict[str, Any] = {
            "net_of_refunds": data["net_of_refunds"],
            "grace_days": data["grace_days"],
        }
        if self._is_contest:
            prizes = self._prizes()
            least = self._value("minimum", metric) if data["minimum"] is not None else 1
            in_points = data["unit"] == "points"
            return Terms(prizes=prizes, minimum=least, in_points=in_points, **shared)
        return Terms(
            steps=self._steps(metric),
            all_steps=data["pays_all"] == "all",
            at_once=data["timing"] != "end",
            take_back=data["timing"] == "take_back",
            **shared,
        )

    def _steps(self, metric: str) -> list[dict[str, Any]]:
        data, steps = self.cleaned_data, []
        self.used = []
        for number in range(1, self.row_count + 1):
            target, amount = data.get(f"step_{number}_from"), data.get(f"step_{number}_amount")
            if target is None and amount is None and not data.get(f"step_{number}_name"):
                continue
            self.used.append(number)
            kind = data[f"step_{number}_type"]
            reward: dict[str, Any] = {"type": kind}
            if kind == "percent":
                reward["rate"] = str(amount) if amount is not None else ""
            else:
                unit = self.program.currency if kind == "flat" else ""
                reward["amount"] = self._whole(f"step_{number}_amount", unit)
            steps.append(
                {
                    "name": data[f"step_{number}_name"],
                    "from": self._value(f"step_{number}_from", metric),
                    "reward": reward,
                }
            )
        return steps

    def _prizes(self) -> list[int]:
        unit = self.program.currency if self.cleaned_data["unit"] == "money" else ""
        names = [f"prize_{number}_amount" for number in range(1, self.row_count + 1)]
        given = [name for name in names if self.cleaned_data.get(name) is not None]
        self.used = [names.index(name) + 1 for name in given]
        return [self._whole(name, unit) for name in given]

    def _value(self, name: str, metric: str) -> int:
        return self._whole(name, self.program.currency if metric in MONEY_METRICS else "")

    def _whole(self, name: str, unit: str) -> int:
        """A field in minor units of `unit`, or as a plain number; 0 where it is empty."""
        value: Decimal | None = self.cleaned_data.get(name)
        if value is None:
            return 0
        places = exponent(unit) if unit else 0
        if value != round(value, places):
            self.add_error(
                name, _("Give a whole number.") if not places else _("At most two decimals.")
            )
        return to_minor(value, unit) if unit else int(value)

    # What a service refused

    def show(self, refusal: Refusal) -> None:
        """Put each error of a refusal by the row or field where the person can act on it."""
        for error in refusal.errors or [FieldError("", "", refusal.message)]:
            name = self._name_of(error.field)
            self.add_error(name if name in self.fields else None, error.message)

    def _name_of(self, path: str) -> str:
        if found := STEP_PATH.match(path):
            number = self.used[int(found[1])] if int(found[1]) < len(self.used) else 0
            part = "amount" if found[2] == "reward" else found[2] or "from"
            return f"step_{number}_{part}"
        if found := PRIZE_PATH.match(path):
            number = self.used[int(found[1])] if int(found[1]) < len(self.used) else 0
            return f"prize_{number}_amount"
        words = {"at_once": "timing", "take_back": "timing", "steps": "step_1_from"}
        words |= {
            "prizes": "prize_1_amount",
            **dict.fromkeys(("tier", "group", "partner"), "audience"),
        }
        return words.get(path, path)


def audience_choices(program: Program, kind: str) -> list[Any]:
    """Everybody, then the program's tiers, groups and, for a goal, its partners."""
    choices: list[Any] = [("all", _("Every partner of the program"))]
    tiers = campaigns.tiers().filter(program=program).order_by("-rank")
    groups = campaigns.groups().filter(program=program).order_by("name")
    found: list[tuple[str, Iterable[tuple[str, str]]]] = [
        (_("A tier"), [(f"tier:{one.pk}", one.name) for one in tiers]),
        (_("A group"), [(f"group:{one.pk}", one.name) for one in groups]),
    ]
    if kind != GoalKind.CONTEST:
        rows = campaigns.enrollments().filter(program=program, status="active")
        names = [
            (f"partner:{one.partner_id}", one.partner.name)
            for one in rows.order_by("partner__name", "id")
        ]
        found.append((_("One partner"), names))
    return choices + [(label, list(rows)) for label, rows in found if rows]


def audience_of(value: str) -> dict[str, Any]:
    """The chosen tier, group or partner; the others none."""
    kind, _colon, key = value.partition(":")
    found: dict[str, Any] = {"tier": None, "group": None, "partner": None}
    if kind == "tier":
        found["tier"] = campaigns.tiers().get(pk=key)
    elif kind == "group":
        found["group"] = campaigns.groups().get(pk=key)
    elif kind == "partner":
        rows = campaigns.enrollments().filter(partner_id=key)
        found["partner"] = rows.select_related("partner")[0].partner
    return found


def initial_of(goal: Goal, version: GoalVersion) -> dict[str, Any]:
    """A stored goal as the form shows it."""
    timing = "take_back" if version.take_back else "at_once" if version.at_once else "end"
    named = next((one for one in ("tier", "group", "partner") if getattr(goal, f"{one}_id")), "")
    currency = goal.program.currency
    in_money = goal.metric in MONEY_METRICS
    found: dict[str, Any] = {
        "name": goal.name,
        "description": goal.description,
        "audience": f"{named}:{getattr(goal, f'{named}_id')}" if named else "all",
        "metric": goal.metric,
        "window": goal.window,
        "starts_on": goal.starts_on,
        "ends_on": goal.ends_on,
        "pays_all": "all" if version.all_steps else "highest",
        "timing": timing,
        "unit": "points" if version.in_points else "money",
        "minimum": _major(version.minimum, currency if in_money else ""),
        "net_of_refunds": version.net_of_refunds,
        "grace_days": version.grace_days,
    }
    for number, step in enumerate(version.steps, start=1):
        found |= _row_of(number, step, currency, in_money=in_money)
    for number, prize in enumerate(version.prizes, start=1):
        found[f"prize_{number}_amount"] = _major(prize, "" if version.in_points else currency)
    return found


def _row_of(
    number: int, step: Mapping[str, Any], currency: str, *, in_money: bool
) -> dict[str, Any]:
    reward = step["reward"]
    amount = (
        reward["rate"]
        if reward["type"] == "percent"
        else _major(reward["amount"], currency if reward["type"] == "flat" else "")
    )
    return {
        f"step_{number}_name": step["name"],
        f"step_{number}_from": _major(step["from"], currency if in_money else ""),
        f"step_{number}_type": reward["type"],
        f"step_{number}_amount": amount,
    }


def _major(minor: int, unit: str) -> Decimal | int:
    return to_major(minor, unit) if unit else minor
