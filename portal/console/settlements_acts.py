"""What is done to an agreement: ended, given an advance, its next period drafted."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from commissions.models import Agreement
from commissions.settlements import agreements, selectors, settling
from portal.access import actor_of, requires
from portal.console import settlements
from portal.console.agreement_start import start_advance
from portal.console.sale_forms import in_minor
from portal.console.settlements_agreements import agreement_url, crumb, crumbs
from portal.console.settlements_forms import AdvanceForm, EndForm
from portal.refusals import try_on
from prm.errors import Unacceptable


@requires("rules.manage", room="console")
def end(request: HttpRequest, seller_slug: str, agreement_id: uuid.UUID) -> HttpResponse:
    """Say what ending means, then set the last day."""
    row = selectors.agreement_by_id(agreement_id)
    form = EndForm(
        request.POST or None, initial={"ends_on": row.ends_on or selectors.today_of(row)}
    )
    if (
        request.method == "POST"
        and form.is_valid()
        and try_on(
            form,
            lambda: agreements.end_agreement(
                agreement=row, ends_on=form.cleaned_data["ends_on"], actor=actor_of(request)
            ),
        )
    ):
        messages.success(request, _("The last day is set."))
        return HttpResponseRedirect(agreement_url(row))
    context = {
        **_act(row, seller_slug, _("End “%(name)s”?") % {"name": row.name}),
        "consequences": [
            _("Its last period ends with that day and is settled like the others."),
            _("Drafts that are not approved yet are worked out again."),
            _("Refunds that come later are still set off, in a settlement of their own."),
        ],
        "act": _("Set the last day"),
        "form": form,
    }
    status = 422 if form.is_bound else 200
    return render(request, "console/settlements/act.html", context, status=status)


@requires("commissions.manage", room="console")
def advance(request: HttpRequest, seller_slug: str, agreement_id: uuid.UUID) -> HttpResponse:
    """Grant an advance on royalties."""
    row = selectors.agreement_by_id(agreement_id)
    planned = None if row.advances.exists() else start_advance(row.program)
    first = {"granted_on": selectors.today_of(row), "amount": planned}
    form = AdvanceForm(request.POST or None, initial=first)
    form.fields["amount"].label = _("Amount, %(currency)s") % {"currency": row.currency}
    if request.method == "POST" and form.is_valid():
        amount = in_minor(form, "amount", row.currency)
        if form.is_valid() and try_on(
            form,
            lambda: agreements.grant_advance(
                agreement=row,
                amount_minor=amount,
                granted_on=form.cleaned_data["granted_on"],
                pay=form.cleaned_data["pay"],
                note=form.cleaned_data["note"],
                actor=actor_of(request),
            ),
        ):
            messages.success(request, _("The advance is granted."))
            return HttpResponseRedirect(agreement_url(row))
    context = {
        **_act(row, seller_slug, _("Grant an advance")),
        "consequences": [
            _("Royalties are set against it first; nothing is paid before it is recouped."),
            _("What is never recouped stays with the partner."),
        ],
        "act": _("Grant the advance"),
        "tone": "primary",
        "form": form,
    }
    status = 422 if form.is_bound else 200
    return render(request, "console/settlements/act.html", context, status=status)


@requires("commissions.manage", room="console")
@require_POST
def draft(request: HttpRequest, seller_slug: str, agreement_id: uuid.UUID) -> HttpResponse:
    """Draft the next period that is over, without waiting for the grace to end."""
    row = selectors.agreement_by_id(agreement_id)
    try:
        made = settling.draft_next(agreement=row, actor=actor_of(request))
    except Unacceptable as refusal:
        messages.warning(request, refusal.message)
        return HttpResponseRedirect(agreement_url(row))
    if made is None:
        messages.info(request, _("Nothing came late, so there is nothing to settle."))
        return HttpResponseRedirect(agreement_url(row))
    return HttpResponseRedirect(settlements.detail_url(made))


def _act(row: Agreement, seller_slug: str, title: str) -> dict[str, Any]:
    return {
        "agreement": row,
        "title": title,
        "back": agreement_url(row),
        "crumbs": [*crumbs(seller_slug), crumb(row)],
    }
