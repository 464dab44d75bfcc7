"""Forms of simulations: the period, what happens to each rule, and publishing."""

import re
from dataclasses import replace
from datetime import date
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.models import Program
from commissions import selectors
from commissions.models import Rule, RuleVersion
from commissions.reasons import rule_words
from commissions.reasons.condition_words import Names
from commissions.services.rulebook import RuleInput, content_of
from commissions.simulation.candidates import Candidate
from commissions.simulation.services import today_of
from portal import time_format
from portal.console.rules import figures
from portal.console.rules.words import names_of
from portal.console.sale_forms import MomentField
from portal.console.simulation_words import spans
from prm.errors import Refusal
from prm.money import LOYALTY_POINTS

KEEP, CHANGE, END = "keep", "change", "end"
ACTS = (
    (KEEP, gettext_lazy("Keep as it is")),
    (CHANGE, gettext_lazy("Change what it pays")),
    (END, gettext_lazy("End it")),
)
OWN = "own"
PLACE = re.compile(r"rules\[(\d+)\]")
Day = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class PeriodForm(forms.Form):
    """Over which past days. After `is_valid`, `days()` are the first and the last."""

    period = forms.ChoiceField(label=gettext_lazy("Over"), widget=forms.RadioSelect)
    since = forms.DateField(label=gettext_lazy("First day"), widget=Day, required=False)
    until = forms.DateField(label=gettext_lazy("Last day"), widget=Day, required=False)

    def __init__(self, *args: Any, program: Program, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.program = program
        self.spans = spans(today_of(program.seller))
        choices = [
            (key, f"{words}, {time_format.period_text(since, until)}")
            for key, words, since, until in self.spans
        ]
        field = self.fields["period"]
        field.choices = [*choices, (OWN, _("Own days, given below"))]  # type: ignore[attr-defined]
        field.initial = self.spans[0][0]

    def clean(self) -> dict[str, Any]:
        """Own days must both be given."""
        data: dict[str, Any] = super().clean() or {}
        if data.get("period") == OWN:
            for name in ("since", "until"):
                if not data.get(name) and name not in self.errors:
                    self.add_error(name, _("Give the day."))
        return data

    def days(self) -> tuple[date, date]:
        """First and last day of a valid form."""
        data = self.cleaned_data
        for key, _words, since, until in self.spans:
            if key == data["period"]:
                return since, until
        return data["since"], data["until"]

    def put(self, refusal: Refusal) -> None:
        """Show a refusal: the period's on its days, all else above."""
        if not refusal.errors:
            self.add_error(None, refusal.message)
        for error in refusal.errors:
            name = {"from": "since", "to": "until"}.get(error.field) or self.place_of(error.field)
            self.add_error(name if name in self.fields else None, error.message)

    def place_of(self, path: str) -> str:
        """The field that a path of a refusal stands in; "" for none."""
        return ""


class RulesForm(PeriodForm):
    """What happens to each rule of a program, perhaps a new one, and the period.

    After `is_valid`, `candidates()` are what is tried.
    """

    new_name = forms.CharField(label=gettext_lazy("Name"), max_length=120, required=False)
    new_rate = forms.CharField(label=gettext_lazy("Percent of net"), max_length=40, required=False)

    def __init__(self, *args: Any, program: Program, chosen: str = "", **kwargs: Any) -> None:
        super().__init__(*args, program=program, **kwargs)
        rules = [one for one in selectors.rules_of(program.pk) if one.ended_at is None]
        self.versions = [selectors.current_version(one) for one in rules]
        self.rules: list[Rule] = rules
        self.places: list[str] = []
        for number, version in enumerate(self.versions):
            act = forms.ChoiceField(label=_("What happens to it"), choices=ACTS, initial=KEEP)
            pays = forms.CharField(label=_pay_label(version), max_length=40, required=False)
            pays.initial = _pay_of(version, program.currency)
            if str(rules[number].pk) == chosen:
                act.initial = CHANGE
            self.fields[f"act_{number}"], self.fields[f"pays_{number}"] = act, pays

    def rows(self) -> list[dict[str, Any]]:
        """Each rule for the page: its version, its sentence, and the two fields."""
        tiers = names_of(self.program).tiers
        return [
            {
                "rule": rule,
                "version": version,
                "says": _says(rule, version, self.program.currency, tiers),
                "act": self[f"act_{number}"],
                "pays": self[f"pays_{number}"],
            }
            for number, (rule, version) in enumerate(zip(self.rules, self.versions, strict=True))
        ]

    def plain(self) -> list[BoundField]:
        """The fields of the period."""
        return [self[name] for name in ("period", "since", "until")]

    def clean(self) -> dict[str, Any]:
        """Numbers are read as the builder reads them."""
        data = super().clean()
        self.found: list[Candidate] = []
        self.places = []
        for number, rule in enumerate(self.rules):
            act = data.get(f"act_{number}")
            if act == END:
                self._add(f"act_{number}", Candidate(rule=rule, ends=True))
            elif act == CHANGE or self._is_retyped(number):
                self._change(number, rule)
        self._new(data)
        if not self.errors and not self.found:
            message = _("Change or end at least one rule, or add a new one.")
            self.add_error(None, message)
        return data

    def candidates(self) -> list[Candidate]:
        """What a valid form tries."""
        return self.found

    def place_of(self, path: str) -> str:
        """The field of the rule that the path names."""
        found = PLACE.match(path)
        return self.places[int(found[1])] if found and int(found[1]) < len(self.places) else ""

    def _add(self, place: str, candidate: Candidate) -> None:
        self.places.append(place)
        self.found.append(candidate)

    def _is_retyped(self, number: int) -> bool:
        """Whether another number was typed, though nothing was picked."""
        typed = self.cleaned_data.get(f"pays_{number}", "")
        return bool(typed) and typed != self.fields[f"pays_{number}"].initial

    def _change(self, number: int, rule: Rule) -> None:
        version, name = self.versions[number], f"pays_{number}"
        content = content_of(version)
        part = "rate" if "rate" in version.reward else "amount"
        typed = self.cleaned_data.get(name, "")
        try:
            pay = _read(typed, part, _unit(version, self.program.currency))
        except figures.Misread as fault:
            self.add_error(name, str(fault))
            return
        reward = {**content.reward, part: pay}
        self._add(name, Candidate(content=replace(content, reward=reward), rule=rule))

    def _new(self, data: dict[str, Any]) -> None:
        name, rate = data.get("new_name", ""), data.get("new_rate", "")
        if not name and not rate:
            return
        if not name:
            self.add_error("new_name", _("Give the new rule a name."))
        try:
            reward = {"type": "percent", "rate": str(figures.rate(rate)), "base": "net"}
        except figures.Misread as fault:
            self.add_error("new_rate", str(fault))
            return
        if name:
            self._add("new_rate", Candidate(content=RuleInput(name, reward)))


def _unit(version: RuleVersion, currency: str) -> str:
    return LOYALTY_POINTS if version.reward["type"] == "points" else currency


def _read(typed: str, part: str, unit: str) -> str | int:
    if part == "rate":
        return format(figures.rate(typed).normalize(), "f")
    return figures.minor(typed, unit)


def _pay_of(version: RuleVersion, currency: str) -> str:
    reward = version.reward
    if "rate" in reward:
        return figures.shown(reward["rate"])
    return figures.shown_minor(reward.get("amount", 0), _unit(version, currency))


def _pay_label(version: RuleVersion) -> str:
    reward = version.reward
    if version.brackets:
        return _("Pays below the first step")
    if reward["type"] == "percent":
        return _("Pays, in percent")
    return _("Pays")


def _says(rule: Rule, version: RuleVersion, currency: str, tiers: Any) -> str:
    names = Names(rule_words.whom(rule), tiers)
    return rule_words.sentence_of(rule_words.content_of(version), currency, names)


class PublishForm(forms.Form):
    """From when the rules are in force, and why."""

    valid_from = MomentField(label=gettext_lazy("In force from"))
    reason = forms.CharField(label=gettext_lazy("Why, for the history of versions"), max_length=300)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        hint = _("Empty means at once. Not before now. The time is that of %(zone)s.")
        zone = time_format.zone_name(timezone.localtime())
        self.fields["valid_from"].help_text = hint % {"zone": zone}
