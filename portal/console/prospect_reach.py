"""Channels and references in the console, of prospects and of partners."""

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from partners import prospect_selectors as selectors
from partners.models import Prospect
from partners.prospect_selectors import Holder
from partners.selectors import partner_by_id
from partners.services import reach as services
from portal.access import actor_of, requires
from portal.console import partners as partner_pages
from portal.console import prospects as prospect_pages
from portal.console.reach_forms import RowsForm, channels_form, references_form
from prm.errors import Refusal


@requires("partners.manage", room="console")
def channels(request: HttpRequest, seller_slug: str, prospect_id: uuid.UUID) -> HttpResponse:
    """Where a prospect is heard."""
    return _channels(request, selectors.prospect_by_id(prospect_id))


@requires("partners.manage", room="console")
def references(request: HttpRequest, seller_slug: str, prospect_id: uuid.UUID) -> HttpResponse:
    """Who works with a prospect, and what is said of him."""
    return _references(request, selectors.prospect_by_id(prospect_id))


@requires("partners.manage", room="console")
def partner_channels(request: HttpRequest, seller_slug: str, partner_id: uuid.UUID) -> HttpResponse:
    """Where a partner is heard."""
    return _channels(request, partner_by_id(partner_id))


@requires("partners.manage", room="console")
def partner_references(
    request: HttpRequest, seller_slug: str, partner_id: uuid.UUID
) -> HttpResponse:
    """Who works with a partner, and what is said of him."""
    return _references(request, partner_by_id(partner_id))


def _channels(request: HttpRequest, holder: Holder) -> HttpResponse:
    kept = list(selectors.channels_of(holder))
    form = channels_form(request.POST, kept, services.MOST_CHANNELS)

    def save() -> None:
        services.set_channels(holder=holder, channels=form.channels(), actor=actor_of(request))

    return _page(request, holder, form, save, _("Channels"), "console/prospects/channels.html")


def _references(request: HttpRequest, holder: Holder) -> HttpResponse:
    kept = list(selectors.references_of(holder))
    form = references_form(request.POST, kept, services.MOST_REFERENCES)

    def save() -> None:
        services.set_references(
            holder=holder, references=form.references(), actor=actor_of(request)
        )

    return _page(request, holder, form, save, _("References"), "console/prospects/references.html")


def _page(
    request: HttpRequest,
    holder: Holder,
    form: RowsForm,
    save: Callable[[], None],
    title: str,
    template: str,
) -> HttpResponse:
    back = _back(holder)
    if request.method == "POST" and form.is_valid() and _saved(form, save):
        messages.success(request, _("Saved."))
        return HttpResponseRedirect(back)
    context: dict[str, Any] = {
        "form": form,
        "holder": holder,
        "back": back,
        "crumbs": _crumbs(holder, title),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, template, context, status=status)


def _saved(form: RowsForm, save: Callable[[], None]) -> bool:
    try:
        save()
    except Refusal as refusal:
        form.show(refusal)
        return False
    return True


def _back(holder: Holder) -> str:
    if isinstance(holder, Prospect):
        return prospect_pages.detail_url(holder)
    return reverse("console:partners-detail", args=[holder.seller.slug, holder.pk])


def _crumbs(holder: Holder, title: str) -> list[dict[str, str]]:
    if isinstance(holder, Prospect):
        return prospect_pages.crumbs(holder, title)
    return partner_pages.crumbs(holder, title)
