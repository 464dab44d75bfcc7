"""The form of who is credited with a program's sales, and a picture of each model."""

from datetime import UTC, datetime
from typing import Any, Final

from django import forms
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.models import Program
from campaigns.models.programs import Attribution, CustomerBinding, Precedence
from campaigns.rules import MAX_BINDING_MONTHS
from prm.money import largest_remainder
from tracking.attribution import weights

MEANINGS: Final[dict[str, str | Promise]] = {
    "last_click": gettext_lazy("All to whose link the customer followed last before he bought."),
    "first_click": gettext_lazy("All to who brought the customer first, inside the days below."),
    "linear": gettext_lazy("The same part for each click, whoever’s it was."),
    "position": gettext_lazy(
        "Two fifths for the first, two for the last, the rest for those between."
    ),
    "time_decay": gettext_lazy("A click weighs half as much as one seven days later."),
}
_EXAMPLE: Final = [datetime(2025, 3, day, tzinfo=UTC) for day in (1, 5, 9, 12)]
_WIDTH, _HEIGHT, _GAP = 18, 40, 6


class CreditForm(forms.Form):
    """How sales are credited; each choice in plain words."""

    attribution = forms.ChoiceField(
        label=gettext_lazy("When several partners brought the customer"),
        choices=Attribution.choices,
        widget=forms.RadioSelect,
    )
    window_days = forms.IntegerField(
        label=gettext_lazy("Days a click counts"),
        min_value=0,
        max_value=3650,
        help_text=gettext_lazy(
            "Of 24 hours each, the last instant included. 0: only links and coupons named count."
        ),
    )
    precedence = forms.ChoiceField(
        label=gettext_lazy("When a click and a coupon name different partners"),
        choices=Precedence.choices,
        widget=forms.RadioSelect,
        help_text=gettext_lazy("A partner whom you name with the sale goes before both."),
    )
    binding = forms.ChoiceField(
        label=gettext_lazy("How long a customer stays with who brought him first"),
        choices=CustomerBinding.choices,
        widget=forms.RadioSelect,
        help_text=gettext_lazy("Needs sales that say who the customer is, by number or e-mail."),
    )
    binding_months = forms.IntegerField(
        label=gettext_lazy("Months"),
        min_value=1,
        max_value=MAX_BINDING_MONTHS,
        required=False,
        help_text=gettext_lazy("Only where he stays for some months."),
    )
    claim_days = forms.IntegerField(
        label=gettext_lazy("Days to answer when a partner misses a sale"),
        min_value=1,
        max_value=365,
    )

    def __init__(self, data: Any = None, *, program: Program) -> None:
        names = ("attribution", "window_days", "precedence", "binding_months", "claim_days")
        initial = {name: getattr(program, name) for name in names}
        initial["binding"] = program.customer_binding
        super().__init__(data, initial=initial)

    def clean(self) -> dict[str, Any]:
        """Some months need their number."""
        data = super().clean() or {}
        wants = data.get("binding") == CustomerBinding.MONTHS and "binding_months" in data
        if wants and not data["binding_months"]:
            self.add_error("binding_months", _("Say for how many months."))
        return data

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        data = dict(self.cleaned_data)
        binding, months = data.pop("binding"), data.pop("binding_months")
        data["customer_binding"] = {"months": months} if binding == "months" else binding
        return data

    def models(self) -> list[tuple[Any, SafeString, str | Promise]]:
        """Each model's choice with its picture and meaning."""
        return [
            (option, picture(option.data["value"]), MEANINGS[option.data["value"]])
            for option in self["attribution"]
        ]


def picture(model: str) -> SafeString:
    """Four clicks over twelve days as bars of what each would have, computed as for a sale."""
    parts = largest_remainder(100, weights(model, _EXAMPLE))
    bars = format_html_join(
        "",
        '<rect x="{}" y="{}" width="{}" height="{}" rx="2" fill="currentColor"{}/>',
        (
            (
                place * (_WIDTH + _GAP),
                _HEIGHT - _tall(part),
                _WIDTH,
                _tall(part),
                "" if part else SafeString(' opacity=".25"'),
            )
            for place, part in enumerate(parts)
        ),
    )
    label = _("Of four clicks: %(parts)s %%") % {"parts": ", ".join(map(str, parts))}
    return format_html(
        '<svg class="model-pic" viewBox="0 0 {} {}" width="{}" height="{}" role="img" '
        'aria-label="{}">{}</svg>',
        4 * _WIDTH + 3 * _GAP,
        _HEIGHT,
        4 * _WIDTH + 3 * _GAP,
        _HEIGHT,
        label,
        bars,
    )


def _tall(part: int) -> int:
    return max(2, part * _HEIGHT // 100)
