"""A partner's payout account and tax number as staff see them, and stopping a change of it."""

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partners import selectors
from partners.models import Partner
from payouts import selectors as payouts
from payouts import services
from portal.access import actor_of, reader_of, requires
from portal.refusals import try_on


class StopForm(forms.Form):
    """Why the change is stopped; the partner reads it."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=300,
        help_text=gettext_lazy("The partner reads it."),
    )


def account_context(request: HttpRequest, partner: Partner) -> dict[str, Any]:
    """What the partner's page shows of the account; {} for whoever sees no payouts."""
    reader = reader_of(request)
    if not reader.may("payouts.view"):
        return {}
    return {
        "sees_account": True,
        "account": payouts.current_method(partner.pk),
        "requested_account": payouts.requested_method(partner.pk),
        "tax_number": payouts.current_tax_number(partner.pk),
        "may_stop_account": reader.may("payouts.manage"),
    }


@requires("payouts.manage", room="console")
def stop(request: HttpRequest, seller_slug: str, partner_id: uuid.UUID) -> HttpResponse:
    """Stop a change that waits for its confirmation or is held."""
    partner = selectors.partner_by_id(partner_id)
    back = reverse("console:partners-detail", args=[seller_slug, partner.pk])
    form = StopForm(request.POST or None)
    if (
        request.method == "POST"
        and form.is_valid()
        and try_on(
            form,
            lambda: services.stop_change(
                partner=partner, actor=actor_of(request), reason=form.cleaned_data["reason"]
            ),
        )
    ):
        messages.success(request, _("Stopped. The partner’s people are told."))
        return HttpResponseRedirect(back)
    context = {"partner": partner, "form": form, "back": back, **account_context(request, partner)}
    status = 422 if request.method == "POST" else 200
    return render(request, "console/partners/stop_account.html", context, status=status)
