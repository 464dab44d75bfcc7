"""Forms about commissions."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.models import Enrollment
from commissions.models import Commission
from portal import choices
from portal.console.sale_forms import in_minor
from prm.money import LOYALTY_POINTS, to_major

DIRECTIONS = (
    ("add", gettext_lazy("Add to the earnings")),
    ("take", gettext_lazy("Take from them")),
)
HOLDS = (
    ("question", gettext_lazy("A question is open")),
    ("review", gettext_lazy("Review for fraud: the partner sees “under review”")),
)


class ReasonForm(forms.Form):
    """Why, in words that the partner will read."""

    reason = forms.CharField(
        label=gettext_lazy("Reason, which the partner will read"), max_length=500
    )

    def values(self) -> dict[str, Any]:
        """Arguments of the service."""
        return {"reason": self.cleaned_data["reason"]}


class HoldForm(ReasonForm):
    """Why a line is held: for a question, or for a review of fraud."""

    field_order = ("why", "reason")
    why = forms.ChoiceField(
        label=gettext_lazy("Why"),
        choices=HOLDS,
        widget=forms.RadioSelect,
        initial="question",
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason, which the partner will read"),
        max_length=400,
        required=False,
        help_text=gettext_lazy("A review can go without one: the partner reads what to do."),
    )

    def clean(self) -> dict[str, Any]:
        """A question needs its reason."""
        data = super().clean() or self.cleaned_data
        if data.get("why") != "review" and not data.get("reason", "").strip():
            self.add_error("reason", _("Say why. The partner will read it."))
        return data

    def values(self) -> dict[str, Any]:
        """Arguments of the service."""
        data = self.cleaned_data
        return {"reason": data["reason"], "review": data["why"] == "review"}


class AdjustmentForm(forms.Form):
    """An amount for or against a partner, set by hand; to undo another, its opposite."""

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

    def __init__(
        self,
        *args: Any,
        enrollments: list[Enrollment],
        with_points: bool = False,
        undoes: Commission | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.enrollments = {str(one.pk): one for one in enrollments}
        named = [(str(one.pk), f"{one.partner.name} · {one.program.name}") for one in enrollments]
        units = choices.currencies()
        if with_points:
            units = [(LOYALTY_POINTS, _("Points")), *units]
        self.fields["enrollment"].choices = [("", _("Choose a partner")), *named]  # type: ignore[attr-defined]
        self.fields["currency"].choices = units  # type: ignore[attr-defined]
        if undoes is not None:
            self._undo(undoes)

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

    def _undo(self, line: Commission) -> None:
        """Everything but the reason is settled by the line that is undone."""
        settled = {
            "enrollment": str(line.enrollment_id),
            "direction": "take" if line.amount_minor > 0 else "add",
            "amount": to_major(abs(line.amount_minor), line.currency),
            "currency": line.currency,
        }
        for name, value in settled.items():
            self.initial[name] = value
            self.fields[name].disabled = True
        before = line.trace["adjustment"].get("reason", line.reason)
        self.initial["reason"] = (_("Undone: %(reason)s") % {"reason": before})[:500]
