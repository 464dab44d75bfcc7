"""Tiers of a program in the console: the ladder, who stands where, one tier, one partner's."""

import uuid
from typing import Any

import django_filters
import django_tables2 as tables
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns import selectors as campaigns
from campaigns import services
from campaigns.models import Enrollment, Program, Tier
from commissions.tiering import previews, selectors, words
from portal.access import actor_of, reader_of, requires
from portal.columns import DayColumn, MarkupColumn, NameColumn
from portal.console import tier_words
from portal.console.tier_forms import PlaceForm, TierForm
from portal.filters import ChoicesFilter, SearchFilter
from portal.listing import Empty, Listing
from portal.partner import tier_cards
from portal.refusals import try_on
from prm.errors import Refusal

SHOWN = 50


def _place_url(row: Enrollment) -> str:
    return reverse("console:enrollments-tier", args=[row.program.seller.slug, row.pk])


class PlacedTable(tables.Table):
    """Partners of a program with their tiers."""

    partner = NameColumn(gettext_lazy("Partner"), accessor="partner__name", url=_place_url)
    tier = MarkupColumn(
        gettext_lazy("Tier"), show=tier_words.tier_name, plain=tier_words.tier_name, label=True
    )
    tier_since = DayColumn(gettext_lazy("Since"))
    stands = MarkupColumn(
        gettext_lazy("Stands"), show=tier_words.stands, plain=tier_words.stands, label=True
    )


class PlacedFilters(django_filters.FilterSet):
    """Search and tier."""

    q = SearchFilter("partner__name", hint=gettext_lazy("Partner"))
    tier = ChoicesFilter(
        field_name="tier_id",
        label=gettext_lazy("Tier"),
        all_label=gettext_lazy("All tiers"),
        choices=[],
    )

    class Meta:
        model = Enrollment
        fields: list[str] = []

    def __init__(self, *args: Any, rungs: list[Tier], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["tier"].extra["choices"] = [(str(one.pk), one.name) for one in rungs]


PLACED = Listing(
    table=PlacedTable,
    filters=PlacedFilters,
    name="program-tiers",
    default="partner",
    orders={"partner": "partner__name", "tier_since": "tier_since"},
)


@requires("programs.view", room="console")
def tiers(request: HttpRequest, seller_slug: str, program_id: uuid.UUID) -> HttpResponse:
    """The ladder of a program, and which partner stands where."""
    program = campaigns.program_by_id(program_id)
    rungs = list(selectors.tiers_of(program))
    empty = Empty(_("Nobody is in the program yet"), _("Partners stand here with their tiers."), ())
    page = PLACED.show(
        request, selectors.placed(program), empty=empty, filter_kwargs={"rungs": rungs}
    )
    context = {
        "program": program,
        "ladder": [
            (one, words.condition_text(one, program.currency), words.grace_text(one))
            for one in rungs
        ],
        "clock": selectors.clock_of(program),
        "page": page,
        "crumbs": _crumbs(program),
        "may_manage": reader_of(request).may("rules.manage"),
    }
    return page.download or render(request, "console/tiers/list.html", context)


@requires("rules.manage", room="console")
def new(request: HttpRequest, seller_slug: str, program_id: uuid.UUID) -> HttpResponse:
    """Make a tier; the preview says who would come into it."""
    program = campaigns.program_by_id(program_id)
    form = TierForm(request.POST or None, program=program)
    return _edit_page(request, program, form)


@requires("rules.manage", room="console")
def edit(request: HttpRequest, seller_slug: str, tier_id: uuid.UUID) -> HttpResponse:
    """Change a tier; the preview says who would move."""
    tier = selectors.tier_by_id(tier_id)
    form = TierForm(request.POST or None, program=tier.program, tier=tier)
    return _edit_page(request, tier.program, form)


def _edit_page(request: HttpRequest, program: Program, form: TierForm) -> HttpResponse:
    """The form; with `act=preview` who would move, else saved."""
    seen, status = None, 200
    if request.method == "POST":
        status = 422
        if form.is_valid() and (draft := form.draft()) is not None:
            if request.POST.get("act") == "preview":
                seen, status = previews.preview(program, draft), 200
            elif _saved(request, form):
                messages.success(request, _("Saved. Partners are looked at with it right away."))
                url = reverse("console:tiers", args=[program.seller.slug, program.pk])
                return HttpResponseRedirect(url)
    shown, more = previews.first(seen.movers, SHOWN) if seen else ([], 0)
    context = {
        "program": program,
        "tier": form.tier,
        "form": form,
        "seen": seen,
        "movers": shown,
        "more": more,
        "crumbs": [
            *_crumbs(program),
            {
                "label": _("Tiers"),
                "url": reverse("console:tiers", args=[program.seller.slug, program.pk]),
            },
        ],
    }
    return render(request, "console/tiers/edit.html", context, status=status)


def _saved(request: HttpRequest, form: TierForm) -> bool:
    """Whether it went through; else the form says what is wrong."""
    data, actor = form.given(), actor_of(request)
    try:
        if form.tier is None:
            services.create_tier(program=form.program, actor=actor, **data)
        else:
            services.change_tier(tier=form.tier, actor=actor, **data)
    except Refusal as refusal:
        form.show(refusal)
        return False
    return True


@requires("partners.view", room="console")
def enrollment(request: HttpRequest, seller_slug: str, enrollment_id: uuid.UUID) -> HttpResponse:
    """One partner's tier: where he stands, how he came there; staff may place and pin him."""
    row = selectors.enrollment_by_id(enrollment_id)
    reader = reader_of(request)
    form = PlaceForm(request.POST or None, enrollment=row)
    if request.method == "POST":
        reader.require("partners.manage", room="console")
        if form.is_valid() and try_on(form, lambda: _place(request, row, form.cleaned_data)):
            messages.success(request, _("Saved. Sales from now on earn by it."))
            return HttpResponseRedirect(_place_url(row))
    standing = selectors.standing_of(row)
    money = reader.may("commissions.view")
    currency = row.program.currency
    context = {
        "row": row,
        "form": form,
        "card": tier_cards.card(standing) if standing and money else None,
        "stands": tier_words.stands(row),
        "moves": [
            (move, words.move_reason(move, currency) if money else move.get_cause_display())
            for move in selectors.moves_of(row)[:SHOWN]
        ],
        "may_manage": reader.may("partners.manage"),
        "crumbs": [
            {
                "label": row.partner.name,
                "url": reverse("console:partners-detail", args=[seller_slug, row.partner_id]),
            },
            {
                "label": _("Tiers"),
                "url": reverse("console:tiers", args=[seller_slug, row.program_id]),
            },
        ],
    }
    return render(
        request, "console/tiers/enrollment.html", context, status=422 if form.is_bound else 200
    )


def _place(request: HttpRequest, row: Enrollment, data: dict[str, Any]) -> None:
    """Pinned with a reason, or placed and left to his figures."""
    actor = actor_of(request)
    if data["pinned"]:
        services.pin_tier(enrollment=row, tier=data["tier"], reason=data["reason"], actor=actor)
        return
    if row.tier_pinned_at is not None:
        services.unpin_tier(enrollment=row, actor=actor)
    services.place_enrollment(enrollment=row, actor=actor, tier=data["tier"])


def _crumbs(program: Program) -> list[dict[str, str]]:
    slug = program.seller.slug
    return [{"label": program.name,
             "url": reverse("console:programs-detail", args=[slug, program.pk])}]  # fmt: skip
