"""A partner's own details, as the seller knows them."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partners import services
from partners.models import Partner
from portal import choices
from portal.access import actor_of, reader_of, requires
from portal.console.partners import country_name
from portal.partner.scope import partner_of
from portal.refusals import try_on

FIELDS = ("name", "kind", "email", "website", "country")


class ProfileForm(forms.Form):
    """What a partner may say about himself."""

    name = forms.CharField(label=gettext_lazy("Name of company or person"), max_length=160)
    kind = forms.ChoiceField(
        label=gettext_lazy("You are"), choices=Partner.Kind.choices, widget=forms.RadioSelect
    )
    email = forms.EmailField(
        label=gettext_lazy("E-mail"),
        max_length=254,
        required=False,
        help_text=gettext_lazy("Where the seller writes to."),
    )
    website = forms.URLField(
        label=gettext_lazy("Website"), max_length=500, required=False, assume_scheme="https"
    )
    country = forms.ChoiceField(label=gettext_lazy("Country"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = [("", _("Not given")), *choices.countries()]
        self.fields["country"].choices = rows  # type: ignore[attr-defined]


@requires("portal.view", room="partner")
def profile(request: HttpRequest, seller_slug: str) -> HttpResponse:
    """Read by all of the partner's people; changed by his admins."""
    partner = partner_of(request)
    may_change = reader_of(request).may("portal.profile")
    initial = {name: getattr(partner, name) for name in FIELDS}
    form = ProfileForm(request.POST or None, initial=initial)
    if request.method == "POST":
        reader_of(request).require("portal.profile", room="partner")
    if (
        request.method == "POST"
        and form.is_valid()
        and try_on(
            form,
            lambda: services.change_partner(
                partner=partner, actor=actor_of(request), **form.cleaned_data
            ),
        )
    ):
        messages.success(request, _("Saved."))
        return HttpResponseRedirect(request.path)
    context = {
        "form": form,
        "partner": partner,
        "country": country_name(partner.country),
        "may_change": may_change,
        "now": timezone.now(),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "partner/profile/detail.html", context, status=status)
