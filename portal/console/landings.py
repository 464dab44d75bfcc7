"""Landing pages in the console: written once, shown by each partner as his own."""

import uuid
from typing import Any

import django_filters
import django_tables2 as tables
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from campaigns import selectors as campaigns
from campaigns.models import Program
from partners.models import PartnerPage
from portal import partner_pages, statuses
from portal.access import actor_of, reader_of, requires
from portal.columns import DayColumn, NameColumn, NumberColumn, StatusColumn
from portal.console.landing_forms import CouponParameterForm, LandingForm, NewLandingForm
from portal.filters import ChoicesFilter, SearchFilter, named_choices
from portal.listing import Empty, Listing
from portal.refusals import put_on, try_on
from prm.errors import FieldError, Refusal, Unacceptable
from sellers.models import Seller
from tracking import services
from tracking.models import CouponParameter, Landing
from tracking.selectors import pages

NAMES = ("title", "slug", "text", "image_alt", "button", "destination", "campaign")


def _detail_url(landing: Landing) -> str:
    return reverse("console:landings-detail", args=[landing.seller.slug, landing.pk])


class LandingTable(tables.Table):
    """Landing pages with who took them and what they brought."""

    title = NameColumn(
        gettext_lazy("Landing page"), url=_detail_url, meta=lambda one: one.program.name
    )
    taken_count = NumberColumn(gettext_lazy("Partners"))
    click_count = NumberColumn(gettext_lazy("Clicks"))
    updated_at = DayColumn(gettext_lazy("Changed"))
    status = StatusColumn(gettext_lazy("Status"), kind="landing")


class LandingFilters(django_filters.FilterSet):
    """Search, status, program."""

    q = SearchFilter("title", "slug", "text", hint=gettext_lazy("Title or words"))
    status = ChoicesFilter(label=gettext_lazy("Status"), choices=statuses.labels("landing"))
    program = ChoicesFilter(
        label=gettext_lazy("Program"), all_label=gettext_lazy("All programs"), choices=[]
    )

    class Meta:
        model = Landing
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        programs = campaigns.programs().order_by("name").values_list("pk", "name")
        self.filters["program"].extra["choices"] = named_choices(programs)


LANDINGS = Listing(
    table=LandingTable,
    filters=LandingFilters,
    name="landings",
    default="-updated_at",
    orders={"title": "title", "updated_at": "updated_at", "taken_count": "taken_count"},
    chips=("status", "landing", "status"),
)


@requires("materials.view", room="console")
def landings(request: HttpRequest, seller_slug: str) -> HttpResponse:
    """All landing pages."""
    empty = Empty(
        _("No landing pages yet"),
        _("Write a page once: each partner shows it with his logo and his own link behind it."),
        ((_("Write a landing page"), reverse("console:landings-new", args=[seller_slug])),),
        "browser",
    )
    page = LANDINGS.show(request, pages.landings_with_clicks(), empty=empty)
    return page.download or render(request, "console/landings/list.html", {"page": page})


@requires("materials.manage", room="console")
def new(request: HttpRequest, seller_slug: str) -> HttpResponse:
    """Write one."""
    initial = {"program": request.GET.get("program", ""), "button": _("To the shop")}
    form = NewLandingForm(request.POST or None, request.FILES or None, initial=initial)
    made: list[Landing] = []
    actor = actor_of(request)

    def act() -> None:
        program = form.chosen_program
        made.append(services.create_landing(program=program, actor=actor, **form.values))

    if request.method == "POST" and form.is_valid() and try_on(form, act):
        messages.success(request, _("Made as a draft. Look it over, then put it up."))
        return HttpResponseRedirect(_detail_url(made[0]))
    context = {"form": form, "has_program": campaigns.programs().exists()}
    status = 422 if form.errors else 200
    return render(request, "console/landings/new.html", context, status=status)


@requires("materials.view", room="console")
def detail(request: HttpRequest, seller_slug: str, landing_id: uuid.UUID) -> HttpResponse:
    """One landing page: its state, who took it, and its words to change."""
    landing = pages.landing_by_id(landing_id)
    initial = {name: getattr(landing, name) for name in NAMES}
    form = LandingForm(
        request.POST or None, request.FILES or None, initial=initial, landing=landing
    )
    if request.method == "POST":
        reader_of(request).require("materials.manage", room="console")
    actor = actor_of(request)
    if (
        request.method == "POST"
        and form.is_valid()
        and try_on(
            form, lambda: services.change_landing(landing=landing, actor=actor, **form.values)
        )
    ):
        messages.success(request, _("Saved, for all partners who show it."))
        return HttpResponseRedirect(_detail_url(landing))
    context = {
        "landing": landing,
        "form": form,
        "takers": pages.takers(landing)[:50],
        "may_manage": reader_of(request).may("materials.manage"),
    }
    status = 422 if form.errors else 200
    return render(request, "console/landings/detail.html", context, status=status)


@requires("materials.view", room="console")
def preview(request: HttpRequest, seller_slug: str, landing_id: uuid.UUID) -> HttpResponse:
    """The page as it looks with a partner who has no logo."""
    landing = pages.landing_by_id(landing_id)
    seller: Seller = reader_of(request).seller
    nobody = PartnerPage(seller=seller, name=_("Your partner"), slug="partner")
    context = partner_pages.landing_context(nobody, landing, None, preview=True)
    context["back"] = _detail_url(landing)
    response = render(request, "public/partners/landing.html", context)
    response["X-Robots-Tag"] = "noindex"
    return response


@requires("materials.manage", room="console")
@require_POST
def publish(request: HttpRequest, seller_slug: str, landing_id: uuid.UUID) -> HttpResponse:
    """Offer it to the program's partners."""
    landing = pages.landing_by_id(landing_id)
    services.publish_landing(landing=landing, actor=actor_of(request))
    messages.success(request, _("Partners find %(name)s under “Your page”.") % {"name": landing})
    return HttpResponseRedirect(_detail_url(landing))


@requires("materials.manage", room="console")
def withdraw(request: HttpRequest, seller_slug: str, landing_id: uuid.UUID) -> HttpResponse:
    """Say what will happen, then take it off all partners' pages."""
    landing = pages.landing_by_id(landing_id)
    if request.method == "POST":
        services.withdraw_landing(landing=landing, actor=actor_of(request))
        messages.success(request, _("%(name)s is withdrawn.") % {"name": landing})
        return HttpResponseRedirect(_detail_url(landing))
    count = landing.taken_count  # type: ignore[attr-defined]
    consequences = [
        _("It is gone from the pages of %(count)s partners at once.") % {"count": count},
        _("Their links to it lead to the shop as before, and earn."),
        _("You can put it up again."),
    ]
    context = {"landing": landing, "consequences": consequences, "back": _detail_url(landing)}
    return render(request, "console/landings/withdraw.html", context)


@requires("programs.manage", room="console")
def coupons_in_links(request: HttpRequest, seller_slug: str) -> HttpResponse:
    """Say how each program's shop takes a coupon from an address."""
    programs = list(campaigns.programs().order_by("name")[:100])
    rows = CouponParameter.objects.filter(program__in=programs)
    form = CouponParameterForm(
        request.POST or None,
        programs=programs,
        now=dict(rows.values_list("program_id", "name")),
    )
    if request.method == "POST" and form.is_valid() and _set_all(request, form):
        messages.success(request, _("Saved. New links with a coupon carry it."))
        return redirect("console:coupons", seller_slug)
    status = 422 if form.errors else 200
    context = {"form": form, "has_program": bool(programs)}
    return render(request, "console/coupons/in_links.html", context, status=status)


def _set_all(request: HttpRequest, form: CouponParameterForm) -> bool:
    """Whether every program's word was taken; a refusal stands by its program."""
    for program, name in form.values:
        try:
            services.set_coupon_parameter(program=program, name=name, actor=actor_of(request))
        except Refusal as refusal:
            put_on(form, _by_program(program, refusal))
    return not form.errors


def _by_program(program: Program, refusal: Refusal) -> Refusal:
    errors = [FieldError(str(program.pk), one.code, one.message) for one in refusal.errors]
    return Unacceptable(refusal.message, errors=errors)
