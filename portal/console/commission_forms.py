"""Forms about commissions."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.models import Enrollment
from portal import choices
from portal.console.sale_forms import in_minor

DIRECTIONS = (
    ("add", gettext_lazy("Add to the earnings")),
    ("take", gettext_lazy("Take from them")),
)


class ReasonForm(forms.Form):
    """Why, in words that the partner will read."""

    reason = forms.CharField(
        label=gettext_lazy("Reason, which the partner will read"), max_length=500
    )


class AdjustmentForm(forms.Form):
    """An amount for or against a partner, set by hand."""

    enrollment = forms.ChoiceField(label=gettext_lazy("Partner and program"))
    direction = forms.ChoiceField(
        label=gettext_lazy("Direction"),
        choices=DIRECTIONS,
        widget=forms.RadioSelect,
        initial="add",
    )
    amount = forms.DecimalField(label=gettext_lazy("Amount"), min_value=0, max_digits=17)
    currency = forms.ChoiceField(label=gettext_lazy("Currency"))
    reason = forms.CharField(
        label=gettext_lazy("Reason, which the partner will read"), max_length=500
    )

    def __init__(self, *args: Any, enrollments: list[Enrollment], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.enrollments = {str(one.pk): one for one in enrollments}
        named = [(str(one.pk), f"{one.partner.name} · {one.program.name}") for one in enrollments]
        self.fields["enrollment"].choices = [("", _("Choose a partner")), *named]  # type: ignore[attr-defined]
        self.fields["currency"].choices = choices.currencies()  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        """Arguments of the service; may add mistakes about decimals."""
        data = self.cleaned_data
        amount = in_minor(self, "amount", data["currency"])
        return {
            "enrollment": self.enrollments[data["enrollment"]],
            "amount_minor": -amount if data["direction"] == "take" else amount,
            "currency": data["currency"],
            "reason": data["reason"],
        }
