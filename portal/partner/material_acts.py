"""What a partner does with a material: takes his link of it, puts his name on it."""

import uuid
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from campaigns import selectors, services
from campaigns.materials import selectors as materials
from campaigns.models import BrandedMaterial, Material
from partners.models import Partner
from portal import qr
from portal.access import actor_of, requires, user_of
from portal.downloads import kept_file
from portal.link_address import link_url
from portal.partner.material_forms import NameForm, PlaceForm
from portal.partner.materials import page_of
from portal.partner.scope import partner_of, seat_of
from portal.refusals import try_on
from tracking import selectors as tracking
from tracking import services as links
from tracking.models import Link


@requires("portal.links", room="partner")
@require_POST
def link(request: HttpRequest, seller_slug: str, material_id: uuid.UUID) -> HttpResponse:
    """His own link of the material, for one place; made when there is none."""
    partner = partner_of(request)
    material = selectors.material_for(partner.pk, material_id)
    form = PlaceForm(request.POST)
    made: list[Link] = []
    if form.is_valid() and try_on(
        form, lambda: made.append(_link(request, partner, material, form.cleaned_data["where"]))
    ):
        return _back(seller_slug, material, made[0].sub1)
    return _again(request, partner, material, place_form=form)


@requires("portal.links", room="partner")
@require_POST
def name(request: HttpRequest, seller_slug: str, material_id: uuid.UUID) -> HttpResponse:
    """Have his name put on the material, by a worker."""
    partner = partner_of(request)
    material = selectors.material_for(partner.pk, material_id)
    form = NameForm(request.POST)
    if form.is_valid() and try_on(form, lambda: _ask(request, partner, material, form)):
        if material.co_brand == Material.CoBrand.APPROVED:
            text = _("It is being made. You can take it once it is approved.")
        else:
            text = _("It is being made. Look again in a moment.")
        messages.success(request, text)
        return _back(seller_slug, material)
    return _again(request, partner, material, name_form=form)


@requires("portal.materials", room="partner")
def named(request: HttpRequest, seller_slug: str, branded_id: uuid.UUID) -> HttpResponse:
    """A piece with his name: to look at while it waits, to take when it is ready."""
    seat = seat_of(request)
    piece = materials.branded_by_id(branded_id)
    if piece.partner_id != seat.partner_id:
        raise Http404
    material = selectors.material_for(seat.partner_id, piece.material_id)
    inline = "inline" in request.GET
    if not inline:
        if piece.status != BrandedMaterial.Status.READY:
            raise Http404
        services.record_material_use(
            material=material, partner_id=seat.partner_id, user=user_of(request)
        )
    return kept_file(piece, inline=inline)


@requires("portal.links", room="partner")
def code(request: HttpRequest, seller_slug: str, material_id: uuid.UUID, form: str) -> HttpResponse:
    """A code to scan with a link of its own, counted apart as "qr"."""
    partner = partner_of(request)
    material = selectors.material_for(partner.pk, material_id)
    for one in tracking.links_of(partner.pk).filter(material=material, disabled_at=None):
        if one.sub1 == "qr":
            return qr.download(link_url(one), form, one.code)
    raise Http404


def _link(request: HttpRequest, partner: Partner, material: Material, where: str) -> Link:
    enrollment = selectors.active_enrollment(material.program, partner)
    if enrollment is None:  # never where the material may be used
        raise Http404
    return links.link_of_material(
        enrollment=enrollment, material=material, actor=actor_of(request), where=where
    )


def _ask(request: HttpRequest, partner: Partner, material: Material, form: NameForm) -> None:
    own = _link(request, partner, material, "")
    services.ask_for_branding(
        material=material,
        partner_id=partner.pk,
        actor=actor_of(request),
        name=form.cleaned_data["name"],
        contact=form.cleaned_data["contact"],
        link_url=link_url(own),
    )


def _back(seller_slug: str, material: Material, where: str = "") -> HttpResponse:
    place = {"open": str(material.pk)} | ({"where": where} if where else {})
    address = reverse("partner:materials", args=[seller_slug])
    return HttpResponseRedirect(f"{address}?{urlencode(place)}#detail")


def _again(
    request: HttpRequest, partner: Partner, material: Material, **shown: forms.Form
) -> HttpResponse:
    """The opened material again, with the mistakes by their fields."""
    opened = request.GET.copy()
    opened["open"] = str(material.pk)
    request.GET = opened  # type: ignore[assignment]
    context = page_of(request, partner, dict(shown))
    return render(request, "partner/materials/list.html", context, status=422)
