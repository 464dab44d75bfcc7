"""Figures reported for agreements, in the console: put in, looked at, agreed to or refused."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from activity.selectors import events_of_object
from commissions.models import SettlementEntry
from commissions.settlements import entries, selectors
from portal.access import actor_of, reader_of, requires
from portal.console import settlements
from portal.console.settlements_agreements import agreement_url
from portal.console.settlements_forms import RefuseForm
from portal.downloads import kept_file
from portal.refusals import try_on
from portal.settlement_entry_form import EntryForm
from portal.verbs import told


@requires("commissions.manage", room="console")
def new(request: HttpRequest, seller_slug: str, agreement_id: uuid.UUID) -> HttpResponse:
    """Put in a figure; what staff enter counts at once."""
    agreement = selectors.agreement_by_id(agreement_id)
    data = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = EntryForm(*data, agreement=agreement, parties=list(agreement.parties.all()))
    if request.method == "POST" and form.is_valid():
        entry = form.entry()
        if form.is_valid() and try_on(
            form,
            lambda: entries.report(
                party=form.chosen, entry=entry, actor=actor_of(request), agreed=True
            ),
        ):
            messages.success(request, _("The figure counts."))
            return HttpResponseRedirect(agreement_url(agreement))
    context = {
        "agreement": agreement,
        "form": form,
        "back": agreement_url(agreement),
        "crumbs": settlements.crumbs(seller_slug),
    }
    status = 422 if form.is_bound else 200
    return render(request, "console/settlements/entry_new.html", context, status=status)


@requires("commissions.view", room="console")
def detail(request: HttpRequest, seller_slug: str, entry_id: uuid.UUID) -> HttpResponse:
    """One figure with its proof; whoever may, agrees to it or refuses it."""
    entry = selectors.entry_by_id(entry_id)
    may_decide = reader_of(request).may("commissions.manage")
    return _page(request, seller_slug, entry, RefuseForm(), may_decide)


@requires("commissions.manage", room="console")
@require_POST
def decide(request: HttpRequest, seller_slug: str, entry_id: uuid.UUID) -> HttpResponse:
    """Agree to a figure, or refuse it with a reason."""
    entry = selectors.entry_by_id(entry_id)
    form = RefuseForm(request.POST if request.POST.get("act") == "refuse" else None)
    actor = actor_of(request)
    if not form.is_bound:
        entries.approve_entry(entry=entry, actor=actor)
        messages.success(request, _("The figure counts."))
        return HttpResponseRedirect(agreement_url(entry.agreement))
    if form.is_valid() and try_on(
        form,
        lambda: entries.reject_entry(entry=entry, reason=form.cleaned_data["reason"], actor=actor),
    ):
        messages.success(request, _("The figure does not count."))
        return HttpResponseRedirect(agreement_url(entry.agreement))
    return _page(request, seller_slug, entry, form, True)


@requires("commissions.view", room="console")
def proof(request: HttpRequest, seller_slug: str, entry_id: uuid.UUID) -> HttpResponse:
    """The file that proves a figure."""
    entry = selectors.entry_by_id(entry_id)
    return kept_file(entry)


def _page(
    request: HttpRequest,
    seller_slug: str,
    entry: SettlementEntry,
    form: RefuseForm,
    may_decide: bool,
) -> HttpResponse:
    context = {
        "entry": entry,
        "agreement": entry.agreement,
        "form": form,
        "may_decide": may_decide and entry.status != SettlementEntry.Status.REJECTED,
        "events": [told(event) for event in events_of_object(entry.pk)[:20]],
        "crumbs": settlements.crumbs(seller_slug),
        "agreement_url": agreement_url(entry.agreement),
    }
    status = 422 if form.is_bound else 200
    return render(request, "console/settlements/entry.html", context, status=status)
