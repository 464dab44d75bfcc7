"""The form by which staff add a coupon."""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy

from campaigns.models import Enrollment
from tracking.services.coupons import LENGTH


class _Day(forms.DateField):
    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        super().__init__(widget=widget, required=False, **kwargs)


class CouponForm(forms.Form):
    """A coupon by whole days of the seller's time zone."""

    enrollment = forms.ChoiceField(label=gettext_lazy("Partner"))
    code = forms.CharField(
        label=gettext_lazy("Code"),
        max_length=LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "mono"}),
        help_text=gettext_lazy("As your shop knows it. Small letters and capitals are alike."),
    )
    valid_from = _Day(label=gettext_lazy("First day"), help_text=gettext_lazy("Empty: any day."))
    valid_until = _Day(label=gettext_lazy("Last day"), help_text=gettext_lazy("Empty: for good."))

    def __init__(self, *args: Any, enrollments: list[Enrollment], zone: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._zone = ZoneInfo(zone)
        self._known = {str(one.pk): one for one in enrollments}
        named = [
            (pk, f"{one.partner.name} · {one.program.name}") for pk, one in self._known.items()
        ]
        self.fields["enrollment"].choices = [("", "–"), *named]  # type: ignore[attr-defined]

    @property
    def chosen(self) -> Enrollment:
        """The chosen one of a valid form."""
        return self._known[self.cleaned_data["enrollment"]]

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        last = self.cleaned_data["valid_until"]
        return {
            "enrollment": self.chosen,
            "code": self.cleaned_data["code"],
            "valid_from": self._start(self.cleaned_data["valid_from"]),
            "valid_until": self._start(last + timedelta(days=1)) if last else None,
        }

    def _start(self, day: date | None) -> datetime | None:
        return datetime.combine(day, time(), self._zone) if day else None
