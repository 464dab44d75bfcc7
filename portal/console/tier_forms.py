"""Forms of tiers: what a tier asks for and gives, and where one partner is put."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns import services
from campaigns.models import Enrollment, Program, Tier
from campaigns.services.tiers import MAX_GRACE_DAYS
from commissions.goals.metrics import MONEY_METRICS
from commissions.tiering import selectors
from prm.errors import Refusal
from prm.money import exponent, to_major, to_minor

BY_HAND = ("", gettext_lazy("Nothing: people place partners here"))
NAMES = {"threshold": "from"}


class TierForm(forms.Form):
    """One tier of a program. After `is_valid`, `given()` is what the services take."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    key = forms.SlugField(
        label=gettext_lazy("Short key for rules"),
        max_length=40,
        help_text=gettext_lazy("Letters, digits and hyphen. It stays as it is."),
    )
    rank = forms.IntegerField(
        label=gettext_lazy("Rank"),
        min_value=0,
        max_value=1000,
        help_text=gettext_lazy("A higher one is better."),
    )
    metric = forms.ChoiceField(
        label=gettext_lazy("What counts"), choices=[BY_HAND, *Tier.Metric.choices], required=False
    )
    window = forms.ChoiceField(
        label=gettext_lazy("Over which time"),
        choices=[("", gettext_lazy("Choose")), *Tier.Window.choices],
        required=False,
        help_text=gettext_lazy(
            "A calendar window is looked at on the day after it, the others every day."
        ),
    )
    threshold = forms.DecimalField(
        label=gettext_lazy("From how much on"),
        min_value=Decimal(0),
        max_digits=18,
        decimal_places=4,
        required=False,
        widget=forms.NumberInput(attrs={"inputmode": "decimal", "step": "any"}),
    )
    grace_days = forms.IntegerField(
        label=gettext_lazy("Days of grace"),
        min_value=0,
        max_value=MAX_GRACE_DAYS,
        required=False,
        help_text=gettext_lazy("Who falls short keeps the tier so long. Zero: he leaves at once."),
    )
    benefits = forms.CharField(
        label=gettext_lazy("What it brings, a line each"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Partners read it. A higher rate is a rule for this tier."),
    )

    def __init__(self, *args: Any, program: Program, tier: Tier | None = None, **kwargs: Any):
        if tier is not None:
            kwargs["initial"] = _initial(tier, program.currency)
        super().__init__(*args, **kwargs)
        self.program, self.tier = program, tier
        self.fields["threshold"].help_text = _("Money is in %(currency)s.") % {
            "currency": program.currency
        }
        if tier is not None:
            del self.fields["key"]

    def given(self) -> dict[str, Any]:
        """The fields as the services take them; the threshold in minor units for money."""
        data = dict(self.cleaned_data)
        data["threshold"] = self._threshold(data["metric"], data["threshold"])
        data["grace_days"] = data["grace_days"] or 0
        data["benefits"] = data["benefits"].splitlines()
        if not data["metric"]:
            data |= {"window": "", "threshold": None, "grace_days": 0}
        return data

    def clean(self) -> dict[str, Any]:
        """A figure as fine as its metric allows."""
        data = super().clean() or {}
        value, metric = data.get("threshold"), data.get("metric", "")
        places = exponent(self.program.currency) if metric in MONEY_METRICS else 0
        if value is not None and value != round(value, places):
            self.add_error("threshold", _("This is finer than what is counted."))
        return data

    def _threshold(self, metric: str, value: Decimal | None) -> int | None:
        if value is None:
            return None
        return to_minor(value, self.program.currency) if metric in MONEY_METRICS else int(value)

    def draft(self) -> Tier | None:
        """The tier as it would be, not saved; None where the form now says what is wrong."""
        data = self.given()
        data.setdefault("key", self.tier.key if self.tier else "")
        try:
            tier = services.drafted_tier(program=self.program, **data)
        except Refusal as refusal:
            self.show(refusal)
            return None
        if self.tier is not None:
            tier.pk = self.tier.pk
        return tier

    def show(self, refusal: Refusal) -> None:
        """Each mistake by its field."""
        if not refusal.errors:
            self.add_error(None, refusal.message)
        public = {public: name for name, public in NAMES.items()}
        for error in refusal.errors:
            name = public.get(error.field, error.field.partition("[")[0])
            self.add_error(name if name in self.fields else None, error.message)


class PlaceForm(forms.Form):
    """Where one partner stands, and whether he stays there whatever his figures say."""

    tier = forms.ModelChoiceField(
        label=gettext_lazy("Tier"),
        queryset=Tier.objects.none(),
        required=False,
        empty_label=gettext_lazy("None"),
    )
    pinned = forms.BooleanField(
        label=gettext_lazy("Keep him there whatever his figures say"), required=False
    )
    reason = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("Needed where he is kept there. Staff read it."),
    )

    def __init__(self, *args: Any, enrollment: Enrollment, **kwargs: Any):
        kwargs["initial"] = {
            "tier": enrollment.tier_id,
            "pinned": enrollment.tier_pinned_at is not None,
            "reason": enrollment.tier_pin_reason,
        }
        super().__init__(*args, **kwargs)
        rows = selectors.tiers_of(enrollment.program)
        self.fields["tier"].queryset = rows  # type: ignore[attr-defined]


def _initial(tier: Tier, currency: str) -> dict[str, Any]:
    value: Any = tier.threshold
    if value is not None and tier.metric in MONEY_METRICS:
        value = to_major(value, currency)
    return {
        "name": tier.name,
        "rank": tier.rank,
        "metric": tier.metric,
        "window": tier.window,
        "threshold": value,
        "grace_days": tier.grace_days,
        "benefits": "\n".join(tier.benefits),
    }
