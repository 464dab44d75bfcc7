"""Forms by which staff answer applications."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.services.application_decisions import MOST_DAYS

BY_PROGRAM, IN_DAYS, NEVER = "program", "days", "never"
REASONS_LIST = "reasons-given"


class RejectForm(forms.Form):
    """Why, which the applicant reads, and when he may apply again."""

    reason = forms.CharField(
        label=gettext_lazy("Reason, which the applicant will read"),
        max_length=500,
        widget=forms.TextInput(attrs={"list": REASONS_LIST, "autocomplete": "off"}),
    )
    again = forms.ChoiceField(
        label=gettext_lazy("May apply again"),
        choices=[
            (BY_PROGRAM, gettext_lazy("After the program’s number of days")),
            (IN_DAYS, gettext_lazy("After another number of days")),
            (NEVER, gettext_lazy("Never, to this program")),
        ],
        initial=BY_PROGRAM,
        required=False,
    )
    days = forms.IntegerField(
        label=gettext_lazy("Days"),
        min_value=0,
        max_value=MOST_DAYS,
        required=False,
        widget=forms.NumberInput(attrs={"data-when": f"again={IN_DAYS}"}),
    )

    def clean(self) -> dict[str, Any]:
        """Days are needed where they are chosen."""
        data = super().clean() or self.cleaned_data
        if data.get("again") == IN_DAYS and data.get("days") is None and "days" in data:
            self.add_error("days", _("Say after how many days."))
        return data

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        data = self.cleaned_data
        return {
            "reason": data["reason"],
            "may_reapply": data["again"] != NEVER,
            "reapply_days": data["days"] if data["again"] == IN_DAYS else None,
        }
