"""All partners' coupons in the seller's console: list, add, stop."""

import uuid
from typing import Any

import django_filters
import django_tables2 as tables
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns import selectors as campaigns
from partners.selectors import partner_name
from portal.access import actor_of, reader_of, requires
from portal.columns import MarkupColumn, StatusColumn, TextColumn
from portal.console.coupon_forms import CouponForm
from portal.coupon_words import validity_text
from portal.filters import ChoicesFilter, OnlyFilter, SearchFilter, named_choices
from portal.listing import Empty, Listing
from portal.refusals import try_on
from portal.statuses import labels
from tracking import selectors
from tracking.models import Coupon
from tracking.services import coupons as services


def _code_cell(coupon: Coupon) -> SafeString:
    partner = coupon.enrollment.partner
    url = reverse("console:partners-detail", args=[coupon.seller.slug, partner.pk])
    return format_html(
        '<span class="strong mono">{}</span>'
        '<div class="tiny dim"><a class="q" href="{}">{}</a></div>',
        coupon.code,
        url,
        partner.name,
    )


def _act_cell(coupon: Coupon) -> SafeString | str:
    if coupon.disabled_at:
        return ""
    url = reverse("console:coupons-disable", args=[coupon.seller.slug, coupon.pk])
    return format_html('<a class="btn btn-ghost tuck-b" href="{}">{}</a>', url, _("Stop"))


class CouponTable(tables.Table):
    """Coupons with whose they are and when they hold."""

    code = MarkupColumn(
        gettext_lazy("Coupon"),
        show=_code_cell,
        plain=lambda coupon: coupon.code,
        attrs={"td": {"class": "name-cell"}, "th": {}},
    )
    program = TextColumn(gettext_lazy("Program"), accessor="enrollment__program__name", label=True)
    validity = MarkupColumn(
        gettext_lazy("Valid"), show=validity_text, plain=validity_text, label=True
    )
    state = StatusColumn(gettext_lazy("Status"), kind="coupon")
    acts = MarkupColumn(gettext_lazy("Acts"), show=_act_cell, css="r w1", exclude_from_export=True)


class CouponFilters(django_filters.FilterSet):
    """Search, status, program; a partner, from its page."""

    q = SearchFilter("code", "enrollment__partner__name", hint=gettext_lazy("Code or partner"))
    state = ChoicesFilter(label=gettext_lazy("Status"), choices=labels("coupon"))
    program = ChoicesFilter(
        label=gettext_lazy("Program"),
        all_label=gettext_lazy("All programs"),
        choices=[],
        field_name="enrollment__program",
    )
    partner = OnlyFilter(partner_name, field_name="enrollment__partner")

    class Meta:
        model = Coupon
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        programs = campaigns.programs().order_by("name").values_list("pk", "name")
        self.filters["program"].extra["choices"] = named_choices(programs)


COUPONS = Listing(
    table=CouponTable,
    filters=CouponFilters,
    name="coupons",
    default="-created_at",
    orders={"created_at": "created_at", "code": "key"},
    chips=("state", "coupon", "state"),
    keep=("partner",),
)


@requires("partners.view", room="console")
def coupons(request: HttpRequest, seller_slug: str) -> HttpResponse:
    """Every coupon of every partner."""
    may_manage = reader_of(request).may("links.manage")
    acts = ((_("Add a coupon"), reverse("console:coupons-new", args=[seller_slug])),)
    empty = Empty(
        _("No coupons yet"),
        _("A code that customers enter at the till. The sale is credited to the partner it is of."),
        acts if may_manage else (),
        "discount",
    )
    page = COUPONS.show(
        request,
        selectors.coupons(),
        empty=empty,
        table_kwargs={} if may_manage else {"exclude": ("acts",)},
    )
    return page.download or render(request, "console/coupons/list.html", {"page": page})


@requires("links.manage", room="console")
def new(request: HttpRequest, seller_slug: str) -> HttpResponse:
    """Add a coupon to a partner."""
    enrollments = list(
        campaigns.enrollments()
        .filter(status="active")
        .select_related("seller")
        .order_by("partner__name")
    )
    form = CouponForm(
        request.POST or None, enrollments=enrollments, zone=reader_of(request).seller.time_zone
    )
    if request.method == "POST" and form.is_valid():
        actor = actor_of(request)
        if try_on(form, lambda: services.create_coupon(actor=actor, **form.values())):
            values = {"code": form.cleaned_data["code"], "partner": form.chosen.partner.name}
            messages.success(request, _("%(code)s now credits %(partner)s.") % values)
            return HttpResponseRedirect(reverse("console:coupons", args=[seller_slug]))
    context = {"form": form, "has_partner": bool(enrollments)}
    return render(
        request, "console/coupons/new.html", context, status=422 if form.is_bound else 200
    )


@requires("links.manage", room="console")
def disable(request: HttpRequest, seller_slug: str, coupon_id: uuid.UUID) -> HttpResponse:
    """Say what will happen, then stop the coupon."""
    coupon = selectors.coupon_by_id(coupon_id)
    back = reverse("console:coupons", args=[seller_slug])
    if request.method == "POST":
        services.disable_coupon(coupon=coupon, actor=actor_of(request))
        messages.success(request, _("%(code)s credits nobody any more.") % {"code": coupon})
        return HttpResponseRedirect(back)
    partner = coupon.enrollment.partner.name
    consequences = [
        _("Sales from now on are no longer credited by it, though the shop may still take it."),
        _("What it earned stays. Sales of before that come in late are still credited."),
        _("%(partner)s reads in the portal that it was stopped.") % {"partner": partner},
    ]
    context = {"coupon": coupon, "consequences": consequences, "back": back}
    return render(request, "console/coupons/disable.html", context)
