"""Where the partner wants his money: asked for, confirmed by mail, held for three days."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from partners.models import Partner
from payouts import selectors, services
from payouts.models import MethodKind
from payouts.services.method_events import missed_payout
from portal.access import actor_of, requires, user_of
from portal.partner.scope import partner_of
from portal.refusals import try_on
from prm.errors import Refusal


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


def _home(seller_slug: str) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("partner:payout-method", args=[seller_slug]))


@requires("portal.payout", room="partner")
def payout_method(request: HttpRequest, seller_slug: str) -> HttpResponse:
    """The account in force, a change that waits, and a form to ask for another one."""
    partner = partner_of(request)
    current = selectors.current_method(partner.pk)
    initial = {"kind": current.kind, "name": current.name} if current else {}
    form = MethodForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid() and _ask(request, partner, form):
        address = user_of(request).email
        words = _("Nearly done: open the link in the mail to %(address)s to confirm the account.")
        messages.success(request, words % {"address": address})
        return _home(seller_slug)
    context = {
        "form": form,
        "heading": _("Payout account"),
        "save": _("Change account") if current else _("Save account"),
        "current": current,
        "missed": missed_payout(partner.seller, current) if current else None,
        "requested": selectors.requested_method(partner.pk),
        "before": [each for each in selectors.methods_of(partner.pk)[:10] if each.replaced_at],
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "partner/payouts/method.html", context, status=status)


def _ask(request: HttpRequest, partner: Partner, form: MethodForm) -> bool:
    data: dict[str, Any] = form.cleaned_data
    user, actor = user_of(request), actor_of(request)
    return try_on(
        form,
        lambda: services.request_payout_method(partner=partner, user=user, actor=actor, **data),
    )


@requires("portal.payout", room="partner")
@never_cache
def confirm(request: HttpRequest, seller_slug: str, token: str) -> HttpResponse:
    """The link of the mail: shows what it is about; a press of the button confirms it.

    Opening it changes nothing, since mail programs open links by themselves.
    """
    partner, user = partner_of(request), user_of(request)
    if request.method == "POST":
        actor = actor_of(request)
        try:
            method = services.confirm_payout_method(
                partner=partner, token=token, user=user, actor=actor
            )
        except Refusal as error:
            messages.error(request, str(error))
            return _home(seller_slug)
        words = _("Confirmed. Payouts use %(account)s in three days; your people are told.")
        messages.success(request, words % {"account": method.shown})
        return _home(seller_slug)
    asked = selectors.requested_by_token(partner.pk, token)
    context = {
        "method": asked,
        "current": selectors.current_method(partner.pk),
        "is_asker": asked is not None and asked.requested_by_id == user.pk,
    }
    return render(request, "partner/payouts/method_confirm.html", context)


@requires("portal.payout", room="partner")
@require_POST
def resend(request: HttpRequest, seller_slug: str) -> HttpResponse:
    """Mail the link again."""
    partner, user, actor = partner_of(request), user_of(request), actor_of(request)
    try:
        services.resend_confirmation(partner=partner, user=user, actor=actor)
    except Refusal as error:
        messages.error(request, str(error))
    else:
        words = _("A new link is on its way to %(email)s.")
        messages.success(request, words % {"email": user.email})
    return _home(seller_slug)


@requires("portal.payout", room="partner")
@require_POST
def stop(request: HttpRequest, seller_slug: str) -> HttpResponse:
    """End the change that waits or is held."""
    try:
        services.stop_change(partner=partner_of(request), actor=actor_of(request))
    except Refusal as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Stopped. The account before counts again."))
    return _home(seller_slug)
