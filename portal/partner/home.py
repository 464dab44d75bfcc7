"""The partner's home: what he earned, where his money is, his links, and what is new."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import pgettext

from campaigns import kinds
from campaigns import selectors as campaigns
from campaigns.models import Enrollment
from partners import selectors as partners
from portal.access import reader_of, requires, user_of
from portal.partner import links
from portal.partner.home_cards import first_steps, goals, money, news, selling, tiers
from portal.partner.home_cards.place import Card, Place
from portal.partner.link_forms import ShortLinkForm
from sellers.models import User

# Each adds its own to the page; its template is the file in templates/partner/home/.
CARDS: tuple[Card, ...] = (
    money.card,
    selling.card,
    tiers.card,
    goals.card,
    first_steps.card,
    news.card,
)


@requires("portal.view", room="partner")
def home(request: HttpRequest, seller_slug: str) -> HttpResponse:
    """The home page; a posted form makes a link."""
    reader = reader_of(request)
    partner_id = links.seat_of(reader)
    every = list(campaigns.with_programs(partner_id).select_related("partner__manager__user"))
    enrollments = [one for one in every if one.status == Enrollment.Status.ACTIVE]
    form = ShortLinkForm(request.POST or None, enrollments=enrollments)
    if request.method == "POST":
        reader.require("portal.links", room="partner")
        made = links.make(request, form)
        if made:
            address = reverse("partner:home", args=[seller_slug])
            return HttpResponseRedirect(f"{address}?made={made.pk}#make")
    partner = every[0].partner if every else partners.partner_by_id(partner_id)
    place = Place(request, reader, user_of(request), partner, enrollments)
    context: dict[str, Any] = {"form": form, "greeting": greeting(place.user)}
    context["nav_rooms"] = {"partner": kinds.rooms_of(one.program.kind for one in every)}
    for card in CARDS:
        context |= card(place)
    return render(request, "partner/home.html", context, status=422 if form.is_bound else 200)


def greeting(user: User) -> str:
    """`Good morning, Rani` by the reader's clock and language."""
    hour = timezone.localtime().hour
    if 4 <= hour < 11:
        words = pgettext("from 4 to 11", "Good morning")
    elif hour == 11:
        words = pgettext("from 11 to 12", "Good morning")
    elif 12 <= hour < 15:
        words = pgettext("from 12 to 15", "Good afternoon")
    elif 15 <= hour < 18:
        words = pgettext("from 15 to 18", "Good afternoon")
    else:
        words = pgettext("from 18 to 4", "Good evening")
    first = user.name.split()[0] if user.name.strip() else ""
    return f"{words}, {first}" if first else words
