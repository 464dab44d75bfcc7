"""Forms of a partner's review."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from commissions.models import ActionSide, Review
from commissions.performance.reviews import CRITERIA, METRICS, MONEY, ReviewInput
from portal import performance_words as words
from portal.console.sale_forms import in_minor, money_field
from prm.money import to_major


def _day_field(label: Any, *, required: bool = True, **kwargs: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=required, widget=widget, **kwargs)


class ReviewForm(forms.Form):
    """The days, targets, scores and notes of a review."""

    first_on = _day_field(gettext_lazy("First day"))
    last_on = _day_field(gettext_lazy("Last day"))

    def __init__(self, *args: Any, currency: str, review: Review | None = None, **kwargs: Any):
        self.currency = currency
        if review is not None:
            kwargs["initial"] = _initial(review)
        super().__init__(*args, **kwargs)
        for metric in METRICS:
            self.fields[f"target_{metric}"] = self._target(metric)
        for criterion in CRITERIA:
            self.fields[f"score_{criterion}"] = forms.TypedChoiceField(
                label=str(words.CRITERION_NAMES[criterion]),
                choices=[("", gettext_lazy("Not scored")), *words.SCORE_NAMES.items()],
                coerce=int,
                empty_value=None,
                required=False,
            )
        area = forms.Textarea(attrs={"rows": 4})
        self.fields["notes"] = forms.CharField(
            label=gettext_lazy("Notes, which the partner will read"),
            max_length=5000,
            required=False,
            widget=area,
        )
        self.fields["private_notes"] = forms.CharField(
            label=gettext_lazy("Notes for the team only"),
            max_length=5000,
            required=False,
            widget=forms.Textarea(attrs={"rows": 3}),
        )
        self.fields["next_on"] = _day_field(gettext_lazy("Next review on"), required=False)

    def _target(self, metric: str) -> forms.Field:
        label = gettext_lazy("Target: %(what)s")
        if metric in MONEY:
            named = f"{words.METRIC_NAMES[metric]}, {self.currency}"
            return money_field(label % {"what": named}, required=False)
        return forms.IntegerField(
            label=label % {"what": words.METRIC_NAMES[metric]}, min_value=0, required=False
        )

    def content(self) -> ReviewInput:
        """What the service takes; may add mistakes about decimals."""
        data = self.cleaned_data
        given = [name for name in METRICS if data.get(f"target_{name}") is not None]
        return ReviewInput(
            first_on=data["first_on"],
            last_on=data["last_on"],
            targets={name: self._minor(name) for name in given},
            scores={name: data[f"score_{name}"] for name in CRITERIA if data.get(f"score_{name}")},
            notes=data["notes"],
            private_notes=data["private_notes"],
            next_on=data["next_on"],
        )

    def _minor(self, metric: str) -> int:
        name = f"target_{metric}"
        if metric in MONEY:
            return in_minor(self, name, self.currency)
        return int(self.cleaned_data[name])


def _initial(review: Review) -> dict[str, Any]:
    found: dict[str, Any] = {
        "first_on": review.first_on,
        "last_on": review.last_on,
        "notes": review.notes,
        "private_notes": review.private_notes,
        "next_on": review.next_on,
    }
    for one in review.targets:
        value = one["target"]
        if value is not None and one["metric"] in MONEY:
            value = to_major(value, review.currency)
        found[f"target_{one['metric']}"] = value
    return found | {f"score_{one['criterion']}": one["score"] for one in review.scores}


def quarter_before(today: date) -> tuple[date, date]:
    """First and last day of the last full quarter: what a review is mostly about."""
    number = today.year * 4 + (today.month - 1) // 3 - 1
    first = date(number // 4, number % 4 * 3 + 1, 1)
    after = number + 1
    return first, date.fromordinal(date(after // 4, after % 4 * 3 + 1, 1).toordinal() - 1)


class ActionForm(forms.Form):
    """Something agreed."""

    text = forms.CharField(label=gettext_lazy("What is to be done"), max_length=300)
    side = forms.ChoiceField(label=gettext_lazy("By whom"), choices=ActionSide.choices)
    due_on = _day_field(gettext_lazy("Until"), required=False)
