"""Forms of the payout pages."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


class DraftForm(forms.Form):
    """Which currency, and up to which day in the seller's time."""

    currency = forms.ChoiceField(label=gettext_lazy("Currency"))
    until = forms.DateField(
        label=gettext_lazy("Free to pay by the end of"),
        help_text=gettext_lazy("Lines that become payable later wait for the next batch."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, currencies: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["currency"].choices = [(code, code) for code in currencies]  # type: ignore[attr-defined]

    def clean_until(self) -> date:
        """A day that has been, or today."""
        day: date = self.cleaned_data["until"]
        if not date(2000, 1, 1) <= day <= timezone.localdate():
            raise forms.ValidationError(_("Choose today or a day before."), code="future")
        return day

    def cutoff(self) -> datetime:
        """The last instant of the chosen day, or now where that day is not over."""
        after = datetime.combine(self.cleaned_data["until"] + timedelta(days=1), time.min)
        end = timezone.make_aware(after) - timedelta(microseconds=1)
        return min(end, timezone.now())


class ReturnForm(forms.Form):
    """Why a payout came back."""

    reason = forms.CharField(
        label=gettext_lazy("Reason, which the partner will read"),
        max_length=300,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
