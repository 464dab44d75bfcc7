"""The form of one mail of a welcome sequence."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from campaigns.models import WelcomeMail
from campaigns.services.welcome import MOST_DAYS


class WelcomeForm(forms.Form):
    """When it goes, to whom, and what it says."""

    days = forms.IntegerField(
        label=gettext_lazy("Days after joining"),
        min_value=0,
        max_value=MOST_DAYS,
        help_text=gettext_lazy("0: at once. Else at the time of day at which the partner joined."),
    )
    subject = forms.CharField(label=gettext_lazy("Subject"), max_length=160)
    body = forms.CharField(
        label=gettext_lazy("Text"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=gettext_lazy(
            "{person}, {partner}, {program}, {seller} and {portal} are filled in."
        ),
    )
    only_unfinished = forms.BooleanField(
        label=gettext_lazy("Only to partners who have open steps in the check-list"),
        required=False,
    )


def initial_of(mail: WelcomeMail) -> dict[str, Any]:
    """A mail as the form shows it."""
    names = ("days", "subject", "body", "only_unfinished")
    return {name: getattr(mail, name) for name in names}
