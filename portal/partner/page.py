"""The partner's own public page: what he says of himself, and what stands on it."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from partners import pages, services
from partners.models import Partner, PartnerPage
from portal import partner_pages, qr
from portal.access import actor_of, requires
from portal.page_form import PageForm
from portal.partner.page_item_forms import AddItemForm
from portal.partner.scope import partner_of
from portal.refusals import try_on
from tracking import services as tracking
from tracking.selectors import pages as shown_pages


@requires("portal.profile", room="partner")
def page(request: HttpRequest, seller_slug: str) -> HttpResponse:
    """Where the page stands, what is on it, and landing pages to take."""
    partner = partner_of(request)
    settings = pages.settings_of(partner.seller)
    found = pages.page_or_blank(partner)
    saved = not found._state.adding
    context = {
        "own": found,
        "saved": saved,
        "settings": settings,
        "logo": partner_pages.logo_address(found),
        "open": saved and pages.is_open(found, settings),
        "address": partner_pages.address(found),
        "qr": qr.svg(partner_pages.address(found)),
        "state": found.state if saved else "private",  # type: ignore[attr-defined]
        "items": shown_pages.page_items(found) if saved else [],
        "offered": offers(partner, found),
        "form": AddItemForm(partner=partner, page=found if saved else None),
        "missing": missing(found),
    }
    return render(request, "partner/page/detail.html", context)


def offers(partner: Partner, own: PartnerPage) -> list[dict[str, Any]]:
    """Landing pages to take, those taken with their address and clicks of all time."""
    offered = shown_pages.landings_for(partner.pk)
    clicks = shown_pages.clicks_of_links([one.link.pk for one in offered if one.link])
    return [
        {
            "landing": one.landing,
            "link": one.link,
            "address": partner_pages.landing_address(own, one.landing),
            "clicks": clicks.get(one.link.pk, 0) if one.link else 0,
        }
        for one in offered
    ]


def missing(found: PartnerPage) -> list[str]:
    """What would make the page better, in words; empty for a whole one."""
    parts = (
        (bool(found.logo), _("a logo")),
        (bool(found.headline), _("a line that says what you do")),
        (bool(found.about), _("some words about you")),
        (bool(found.email or found.phone or found.website), _("a way to reach you")),
    )
    return [words for there, words in parts if not there]


@requires("portal.profile", room="partner")
def edit(request: HttpRequest, seller_slug: str) -> HttpResponse:
    """Write the page."""
    partner = partner_of(request)
    settings = pages.settings_of(partner.seller)
    found = pages.page_or_blank(partner)
    form = PageForm(request.POST or None, request.FILES or None, page=found, settings=settings)
    actor = actor_of(request)
    if (
        request.method == "POST"
        and form.is_valid()
        and try_on(form, lambda: services.save_page(partner=partner, actor=actor, **form.changes))
    ):
        messages.success(request, _("Your page is saved."))
        return redirect("partner:page", seller_slug)
    context = {"form": form, "own": found, "settings": settings}
    return render(request, "partner/page/edit.html", context, status=422 if form.errors else 200)


@requires("portal.profile", room="partner")
def preview(request: HttpRequest, seller_slug: str) -> HttpResponse:
    """The page as visitors would see it, before anybody does."""
    partner = partner_of(request)
    found = pages.page_or_blank(partner)
    items = [] if found._state.adding else shown_pages.shown_items(found)
    context = partner_pages.context(found, items, preview=True)
    response = render(request, "public/partners/page.html", context)
    response["X-Robots-Tag"] = "noindex"
    return response


@requires("portal.profile", room="partner")
def code(request: HttpRequest, seller_slug: str, form: str) -> HttpResponse:
    """The page's QR code as a file."""
    found = pages.page_or_blank(partner_of(request))
    return qr.download(partner_pages.address(found), form, found.slug)


@requires("portal.profile", room="partner")
def landing(request: HttpRequest, seller_slug: str, landing_id: uuid.UUID) -> HttpResponse:
    """A landing page as it would look with the partner's logo."""
    partner = partner_of(request)
    offered = shown_pages.landing_for(partner.pk, landing_id)
    context = partner_pages.landing_context(
        pages.page_or_blank(partner), offered.landing, offered.link, preview=True
    )
    context["back"] = reverse("partner:page", args=[seller_slug])
    response = render(request, "public/partners/landing.html", context)
    response["X-Robots-Tag"] = "noindex"
    return response


@requires("portal.profile", room="partner")
@require_POST
def take(request: HttpRequest, seller_slug: str, landing_id: uuid.UUID) -> HttpResponse:
    """Make the landing page the partner's own and put it on his page."""
    partner, actor = partner_of(request), actor_of(request)
    offered = shown_pages.landing_for(partner.pk, landing_id)
    link = tracking.take_landing(
        landing=offered.landing, enrollment=offered.enrollment, actor=actor
    )
    own = pages.page_of(partner.pk) or services.save_page(partner=partner, actor=actor)
    if not link.page_items.filter(page=own).exists():
        tracking.add_page_item(page=own, link=link, actor=actor)
    messages.success(request, _("%(name)s is yours now.") % {"name": offered.landing})
    return HttpResponseRedirect(reverse("partner:page", args=[seller_slug]) + "#items")
