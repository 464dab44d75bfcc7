"""The seller's settings: an overview of all of them, and the company's own."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal import choices
from portal.access import actor_of, reader_of, requires
from portal.refusals import try_on
from sellers import selectors, services
from sellers.services.company import CHANGEABLE


class CompanyForm(forms.Form):
    """Who the seller is and how he counts."""

    name = forms.CharField(label=gettext_lazy("Company"), max_length=120)
    support_email = forms.EmailField(
        label=gettext_lazy("Support e-mail"),
        max_length=254,
        required=False,
        help_text=gettext_lazy("Partners see it in the portal; mails to them are answered to it."),
    )
    website = forms.URLField(
        label=gettext_lazy("Website"), max_length=500, required=False, assume_scheme="https"
    )
    country = forms.ChoiceField(label=gettext_lazy("Country"), required=False)
    currency = forms.ChoiceField(
        label=gettext_lazy("Currency"),
        help_text=gettext_lazy("What new programs start with. Existing ones keep theirs."),
    )
    time_zone = forms.ChoiceField(
        label=gettext_lazy("Time zone"),
        help_text=gettext_lazy("Days, months and deadlines are counted in it, from now on."),
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language"),
        help_text=gettext_lazy("For mails to people who have not chosen one."),
    )
    payout_day = forms.TypedChoiceField(
        label=gettext_lazy("Day of payouts"),
        coerce=int,
        empty_value=None,
        required=False,
        help_text=gettext_lazy(
            "Partners read when to expect their money. You still draft and approve each batch."
        ),
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        for name, found in (
            ("country", [("", "–"), *choices.countries()]),
            ("currency", choices.currencies()),
            ("time_zone", choices.time_zones()),
            ("language", choices.languages()),
            ("payout_day", _payout_days()),
        ):
            self.fields[name].choices = found  # type: ignore[attr-defined]


def _payout_days() -> list[tuple[Any, Any]]:
    """No day, and each day that a month may have; 31 is the last of every month."""
    days = [(day, _("Day %(day)s of each month") % {"day": day}) for day in range(1, 31)]
    return [("", _("No fixed day")), *days, (31, _("The last day of each month"))]


@requires("settings.manage", room="console")
def settings(request: HttpRequest, seller_slug: str) -> HttpResponse:
    """Every setting at a glance."""
    context = {
        "people": selectors.team().filter(is_active=True).count(),
        "invited": selectors.team_invitations().count(),
        "keys": selectors.api_keys().filter(revoked_at=None).count(),
    }
    return render(request, "console/settings/overview.html", context)


@requires("settings.manage", room="console")
def company(request: HttpRequest, seller_slug: str) -> HttpResponse:
    """Name, contact, currency, time zone, language."""
    reader = reader_of(request)
    first = {name: getattr(reader.seller, name) for name in CHANGEABLE}
    form = CompanyForm(request.POST or None, initial=first)
    if (
        request.method == "POST"
        and form.is_valid()
        and try_on(
            form,
            lambda: services.change_seller(
                seller=reader.seller, actor=actor_of(request), **form.cleaned_data
            ),
        )
    ):
        messages.success(request, _("The company’s settings are saved."))
        return redirect("console:settings", seller_slug)
    status = 422 if form.errors else 200
    return render(request, "console/settings/company.html", {"form": form}, status=status)
