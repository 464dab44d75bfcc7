"""Forms about points, the catalogue, stamp cards and friends' rewards."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns import selectors as campaigns
from campaigns.models import Program
from commissions.loyalty import selectors
from commissions.models import FriendTerms, LoyaltyReward, LoyaltySettings, StampCard
from portal.console.sale_forms import MomentField, in_minor
from portal.money_format import number
from prm.money import to_major

_DAYS_HINT = gettext_lazy("Days before, separated by commas. Empty: nobody is told.")


class PointsForm(forms.Form):
    """How points are called and how long they live."""

    point_name = forms.CharField(
        label=gettext_lazy("One point is called"),
        max_length=24,
        required=False,
        help_text=gettext_lazy("Like “bean”. Empty: point."),
    )
    points_name = forms.CharField(
        label=gettext_lazy("Several are called"),
        max_length=24,
        required=False,
        help_text=gettext_lazy("Like “beans”."),
    )
    value_hint = forms.CharField(
        label=gettext_lazy("What they are worth, in words"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("Members read it below their balance, like “100 beans are a cup”."),
    )
    expire_months = forms.IntegerField(
        label=gettext_lazy("Months until points expire"),
        min_value=1,
        max_value=120,
        required=False,
        help_text=gettext_lazy("Counted from the purchase. Empty: they never expire."),
    )
    remind_days = forms.CharField(
        label=gettext_lazy("Tell members before"),
        max_length=40,
        required=False,
        help_text=_DAYS_HINT,
    )

    def clean_remind_days(self) -> list[int]:
        """Numbers of days."""
        text = self.cleaned_data["remind_days"].replace(",", " ")
        try:
            days = [int(part) for part in text.split()]
        except ValueError:
            message = _("Give days as numbers, like 30, 7.")
            raise forms.ValidationError(message, code="invalid") from None
        if len(days) > 4 or any(not 1 <= day <= 365 for day in days):
            raise forms.ValidationError(_("Give up to four numbers from 1 to 365."), code="range")
        return days


def points_initial(settings: LoyaltySettings) -> dict[str, Any]:
    """What the form shows of settings."""
    names = ("point_name", "points_name", "value_hint", "expire_months")
    days = ", ".join(str(day) for day in settings.remind_days)
    return {**{name: getattr(settings, name) for name in names}, "remind_days": days}


class RewardForm(forms.Form):
    """What may be changed of a reward."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    description = forms.CharField(
        label=gettext_lazy("Description"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    cost = forms.IntegerField(
        label=gettext_lazy("Cost in points"), min_value=1, max_value=1_000_000_000
    )
    stock = forms.IntegerField(
        label=gettext_lazy("How many are there"),
        min_value=0,
        max_value=1_000_000,
        required=False,
        help_text=gettext_lazy("Empty: as many as are asked for. A voucher counts its codes."),
    )
    per_member = forms.IntegerField(
        label=gettext_lazy("Most for one member"),
        min_value=1,
        max_value=30_000,
        required=False,
        help_text=gettext_lazy("Empty: no limit."),
    )
    tier = forms.ModelChoiceField(
        label=gettext_lazy("From which tier on"),
        queryset=campaigns.tiers().none(),
        required=False,
        empty_label=gettext_lazy("For all members"),
    )
    available_from = MomentField(label=gettext_lazy("On offer from"))
    available_until = MomentField(label=gettext_lazy("On offer until"))
    picture = forms.FileField(
        label=gettext_lazy("Picture"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("PNG, JPEG, WebP or GIF up to 10 MB."),
    )

    def __init__(self, *args: Any, program: Program, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = campaigns.tiers().filter(program=program)
        self.fields["tier"].queryset = rows  # type: ignore[attr-defined]
        if not rows:
            del self.fields["tier"]

    def values(self) -> dict[str, Any]:
        """Arguments of the service; an upload that was not made changes nothing."""
        data = dict(self.cleaned_data)
        data["picture"] = data.get("picture") or None
        return data


class NewRewardForm(RewardForm):
    """A reward with its kind, and the codes of a voucher."""

    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"),
        choices=LoyaltyReward.Kind.choices,
        widget=forms.RadioSelect,
        initial=LoyaltyReward.Kind.GIFT,
    )
    codes = forms.CharField(
        label=gettext_lazy("Codes of a voucher"),
        required=False,
        max_length=900_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("One in each line. Each is handed out once."),
    )
    field_order = (
        "kind", "name", "description", "cost", "stock", "codes", "per_member", "tier",
        "available_from", "available_until", "picture",
    )  # fmt: skip

    def values(self) -> dict[str, Any]:
        """The codes as a list."""
        data = super().values()
        return {**data, "codes": data["codes"].splitlines()}


class CodesForm(forms.Form):
    """More codes for a voucher or for friends."""

    codes = forms.CharField(
        label=gettext_lazy("More codes"),
        max_length=900_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("One in each line. Each is handed out once."),
    )

    def lines(self) -> list[str]:
        """The codes."""
        return str(self.cleaned_data["codes"]).splitlines()


class HandOverForm(forms.Form):
    """What the member needs to get it."""

    code = forms.CharField(
        label=gettext_lazy("Code for the member"),
        max_length=80,
        required=False,
        help_text=gettext_lazy("Only where the reward has one. The member reads it."),
    )


class WhyForm(forms.Form):
    """Why it is cancelled."""

    reason = forms.CharField(
        label=gettext_lazy("Reason, which the member will read"),
        max_length=300,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class CardForm(forms.Form):
    """A stamp card. It cannot be changed later, only ended."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    counts = forms.ChoiceField(
        label=gettext_lazy("What counts"),
        choices=StampCard.Counts.choices,
        widget=forms.RadioSelect,
        initial=StampCard.Counts.ITEMS,
    )
    every = forms.IntegerField(
        label=gettext_lazy("How many fill a card"), min_value=2, max_value=1000, initial=10
    )
    category = forms.CharField(
        label=gettext_lazy("Only this category"), max_length=120, required=False
    )
    skus = forms.CharField(
        label=gettext_lazy("Only these article numbers"),
        max_length=4000,
        required=False,
        help_text=gettext_lazy("Separated by commas. Empty: all."),
    )
    gift = forms.ChoiceField(
        label=gettext_lazy("A full card earns"),
        choices=StampCard.Gift.choices,
        widget=forms.RadioSelect,
        initial=StampCard.Gift.CHEAPEST,
    )
    amount = forms.DecimalField(
        label=gettext_lazy("How much"),
        min_value=0,
        max_digits=17,
        required=False,
        help_text=gettext_lazy("For a fixed amount of money, or for points."),
    )
    reward = forms.ModelChoiceField(
        label=gettext_lazy("Which voucher"),
        queryset=LoyaltyReward.objects.none(),
        required=False,
        empty_label=gettext_lazy("None"),
    )
    starts_at = MomentField(
        label=gettext_lazy("Counts purchases from"), help_text=gettext_lazy("Empty: from now on.")
    )

    def __init__(self, *args: Any, program: Program, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.program = program
        rows = selectors.rewards().filter(program=program, kind=LoyaltyReward.Kind.VOUCHER)
        self.fields["reward"].queryset = rows.order_by("name")  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        """Arguments of the service; may add mistakes about decimals."""
        data = dict(self.cleaned_data)
        points = data["gift"] == StampCard.Gift.POINTS
        data["amount"] = in_minor(self, "amount", "PTS" if points else self.program.currency)
        data["skus"] = data["skus"].split(",")
        return data


class FriendTermsForm(forms.Form):
    """What a friend gets for his first purchase."""

    kind = forms.ChoiceField(
        label=gettext_lazy("A friend gets"),
        choices=FriendTerms.Kind.choices,
        widget=forms.RadioSelect,
    )
    amount = forms.DecimalField(
        label=gettext_lazy("How much"),
        min_value=0,
        max_digits=17,
        required=False,
        help_text=gettext_lazy("In the program’s currency, or in points."),
    )
    minimum = forms.DecimalField(
        label=gettext_lazy("Smallest purchase that counts"),
        min_value=0,
        max_digits=17,
        required=False,
        help_text=gettext_lazy("Empty: any."),
    )
    moment = forms.ChoiceField(
        label=gettext_lazy("When"),
        choices=FriendTerms.Moment.choices,
        widget=forms.RadioSelect,
    )
    from_list = forms.BooleanField(
        label=gettext_lazy("Hand out my own codes"),
        required=False,
        help_text=gettext_lazy("Else we make a code that nobody can guess."),
    )

    def __init__(self, *args: Any, program: Program, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.program = program

    def values(self) -> dict[str, Any]:
        """Arguments of the service; may add mistakes about decimals."""
        data = dict(self.cleaned_data)
        points = data["kind"] == FriendTerms.Kind.POINTS
        data["amount"] = in_minor(self, "amount", "PTS" if points else self.program.currency)
        data["minimum_minor"] = in_minor(self, "minimum", self.program.currency)
        del data["minimum"]
        return data


def friend_initial(terms: FriendTerms) -> dict[str, Any]:
    """What the form shows of terms."""
    points = terms.kind == FriendTerms.Kind.POINTS
    currency = terms.program.currency
    minimum = terms.minimum_minor
    return {
        "kind": terms.kind,
        "amount": to_major(terms.amount, "PTS" if points else currency) if terms.amount else None,
        "minimum": to_major(minimum, currency) if minimum else None,
        "moment": terms.moment,
        "from_list": terms.from_list,
    }


def stock_words(reward: LoyaltyReward) -> str:
    """What is left in the catalogue: a number, or without end."""
    if reward.kind == LoyaltyReward.Kind.VOUCHER:
        return number(getattr(reward, "codes_left", 0))
    return _("no limit") if reward.stock is None else number(reward.stock)
