"""Under which number the partner pays his taxes."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from payouts import selectors, services
from portal import choices
from portal.access import actor_of, requires
from portal.console.partners import country_name
from portal.partner.scope import partner_of
from portal.refusals import try_on


class TaxForm(forms.Form):
    """Country and number. The number is never shown again."""

    country = forms.ChoiceField(label=gettext_lazy("Country of your taxes"))
    number = forms.CharField(
        label=gettext_lazy("Tax number"),
        max_length=60,
        help_text=gettext_lazy(
            "The VAT number of a company in the Union, NPWP in Indonesia, EIN or SSN in the United"
            " States, and so on. Kept encrypted; only its end is shown from then on."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = [("", _("Choose the country")), *choices.countries()]
        self.fields["country"].choices = rows  # type: ignore[attr-defined]


@requires("portal.payout", room="partner")
def tax(request: HttpRequest, seller_slug: str) -> HttpResponse:
    """The number in force, and a form for another one."""
    partner = partner_of(request)
    current = selectors.current_tax_number(partner.pk)
    form = TaxForm(
        request.POST or None,
        initial={"country": current.country if current else partner.country},
    )
    if (
        request.method == "POST"
        and form.is_valid()
        and try_on(
            form,
            lambda: services.set_tax_number(
                partner=partner, actor=actor_of(request), **form.cleaned_data
            ),
        )
    ):
        messages.success(request, _("Saved. Your admins and finance people are told."))
        return HttpResponseRedirect(request.path)
    context = {
        "form": form,
        "heading": _("Tax number"),
        "save": _("Change the number") if current else _("Save the number"),
        "current": current,
        "country": country_name(current.country) if current else "",
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "partner/payouts/tax.html", context, status=status)
