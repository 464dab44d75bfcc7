"""What stands on the partner's page: put there, called otherwise, moved, taken off."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from partners import pages, services
from partners.models import PartnerPage
from portal.access import actor_of, requires
from portal.partner.page_item_forms import AddItemForm, ItemForm
from portal.partner.scope import partner_of
from portal.refusals import try_on
from prm.errors import NotFound
from tracking import services as tracking
from tracking.models import PageItem
from tracking.selectors import pages as shown_pages


@requires("portal.profile", room="partner")
def add(request: HttpRequest, seller_slug: str) -> HttpResponse:
    """Put a link or a coupon on the page."""
    partner, actor = partner_of(request), actor_of(request)
    found = pages.page_of(partner.pk)
    form = AddItemForm(request.POST or None, partner=partner, page=found)

    def act() -> None:
        own = found or services.save_page(partner=partner, actor=actor)
        tracking.add_page_item(page=own, actor=actor, **form.values)

    if request.method == "POST" and form.is_valid() and try_on(form, act):
        messages.success(request, _("It stands on your page."))
        return _back(seller_slug)
    context = {"form": form}
    return render(request, "partner/page/add.html", context, status=422 if form.errors else 200)


@requires("portal.profile", room="partner")
def edit(request: HttpRequest, seller_slug: str, item_id: uuid.UUID) -> HttpResponse:
    """Say it in other words."""
    item = _item(request, item_id)
    form = ItemForm(request.POST or None, initial={"title": item.title, "note": item.note})
    actor = actor_of(request)
    if (
        request.method == "POST"
        and form.is_valid()
        and try_on(
            form,
            lambda: tracking.change_page_item(item=item, actor=actor, **form.cleaned_data),
        )
    ):
        messages.success(request, _("Saved."))
        return _back(seller_slug)
    context = {"form": form, "item": item}
    return render(request, "partner/page/item.html", context, status=422 if form.errors else 200)


@requires("portal.profile", room="partner")
@require_POST
def move(request: HttpRequest, seller_slug: str, item_id: uuid.UUID) -> HttpResponse:
    """One place up or down."""
    tracking.move_page_item(item=_item(request, item_id), up=request.POST.get("to") != "down")
    return _back(seller_slug)


@requires("portal.profile", room="partner")
@require_POST
def remove(request: HttpRequest, seller_slug: str, item_id: uuid.UUID) -> HttpResponse:
    """Take it off the page; the link or coupon stays."""
    item = _item(request, item_id)
    tracking.remove_page_item(item=item, actor=actor_of(request))
    messages.success(request, _("%(title)s is off your page.") % {"title": item.title})
    return _back(seller_slug)


def _item(request: HttpRequest, item_id: uuid.UUID) -> PageItem:
    found: PartnerPage | None = pages.page_of(partner_of(request).pk)
    if found is None:
        raise NotFound("item")
    return shown_pages.item_by_id(found, item_id)


def _back(seller_slug: str) -> HttpResponse:
    return HttpResponseRedirect(reverse("partner:page", args=[seller_slug]) + "#items")
