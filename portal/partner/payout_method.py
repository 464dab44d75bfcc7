"""Where the partner wants his money."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from payouts import selectors, services
from payouts.models import MethodKind
from portal.access import actor_of, requires
from portal.partner.scope import partner_of
from portal.refusals import try_on


class MethodForm(forms.Form):
    """Kind of account, holder, number. The number is never shown again."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind of account"), choices=MethodKind.choices)
    name = forms.CharField(
        label=gettext_lazy("Account holder"),
        max_length=120,
        help_text=gettext_lazy("As it stands at the bank."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    account = forms.CharField(
        label=gettext_lazy("Account"),
        max_length=200,
        help_text=gettext_lazy(
            "IBAN, the e-mail address of a PayPal or Wise account, or routing number / account"
            " number. Kept encrypted; only its end is shown from then on."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


@requires("portal.payout", room="partner")
def payout_method(request: HttpRequest, seller_slug: str) -> HttpResponse:
    """The account in force, and a form for another one."""
    partner = partner_of(request)
    current = selectors.current_method(partner.pk)
    initial = {"kind": current.kind, "name": current.name} if current else {}
    form = MethodForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        data: dict[str, Any] = form.cleaned_data
        actor = actor_of(request)
        if try_on(form, lambda: services.set_payout_method(partner=partner, actor=actor, **data)):
            messages.success(
                request, _("Saved. Payouts go to this account from now on; your people are told.")
            )
            return HttpResponseRedirect(reverse("partner:payout-method", args=[seller_slug]))
    context = {
        "form": form,
        "current": current,
        "before": [each for each in selectors.methods_of(partner.pk)[:10] if each.replaced_at],
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "partner/payouts/method.html", context, status=status)
