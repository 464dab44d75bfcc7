"""A partner's own links: list, make, QR code, stop."""

import uuid
from typing import Any

import django_filters
import django_tables2 as tables
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from campaigns import selectors as campaigns
from commissions import selectors as commissions
from portal import link_changes, qr
from portal.access import actor_of, reader_of, requires
from portal.columns import DayColumn, MarkupColumn, MoneyColumn, NameColumn, NumberColumn
from portal.coupon_words import validity_text
from portal.filters import SearchFilter
from portal.link_address import link_url, link_words
from portal.link_preview import preview_of
from portal.listing import Empty, Listing
from portal.partner.link_forms import LinkForm, ShortLinkForm
from portal.refusals import try_on
from portal.templatetags import prm_states
from prm.periods import week_starts
from sellers.reader import Reader
from tracking import selectors, services
from tracking.models import Link

SPARK_WEEKS = 7


def state_of(link: Link) -> str:
    """The link's status in portal/statuses.py."""
    if link.disabled_at:
        return "retired"
    return "over" if link.expires_at and link.expires_at <= timezone.now() else "active"


class LinkTable(tables.Table):
    """Links with what they brought since they were made."""

    label = NameColumn(
        gettext_lazy("Link"),
        accessor="pk",
        url=lambda link: reverse("partner:links-detail", args=[link.seller.slug, link.pk]),
        meta=link_words,
    )
    url = MarkupColumn(
        gettext_lazy("Address"),
        show=lambda link: prm_states.copyable(link_url(link)),
        plain=link_url,
        css="fit",
    )
    click_count = NumberColumn(gettext_lazy("Clicks"))
    sale_count = NumberColumn(gettext_lazy("Sales"))
    earned_minor = MoneyColumn(
        gettext_lazy("Earned"), currency="enrollment.program.currency", strong=True
    )
    created_at = DayColumn(
        gettext_lazy("Made"), attrs={"td": {"class": "num hide-s"}, "th": {"class": "num hide-s"}}
    )
    state = MarkupColumn(
        gettext_lazy("Status"),
        show=lambda link: prm_states.state("link", state_of(link)),
        plain=state_of,
    )

    def render_label(self, record: Link) -> Any:
        """The link's name; its code where it has none."""
        return self.columns["label"].column.render(value=str(record), record=record)

    def value_label(self, record: Link) -> str:
        """The same for a file."""
        return str(record)


class LinkFilters(django_filters.FilterSet):
    """Search."""

    q = SearchFilter("label", "code", "destination", "sub1", hint=gettext_lazy("Name, code, page"))

    class Meta:
        model = Link
        fields: list[str] = []


LINKS = Listing(
    table=LinkTable,
    filters=LinkFilters,
    name="links",
    default="-created_at",
    orders={
        "created_at": "created_at",
        "click_count": "click_count",
        "sale_count": "sale_count",
        "earned_minor": "earned_minor",
    },
)


@requires("portal.links", room="partner")
def links(request: HttpRequest, seller_slug: str) -> HttpResponse:
    """Every link and every coupon of the partner."""
    rows = commissions.with_figures(selectors.links_of(_partner_id(request)))
    empty = Empty(
        _("No links yet"),
        _("A link is an address of your own. Sales of people who come by it are credited to you."),
        ((_("Make a link"), reverse("partner:links-new", args=[seller_slug])),),
        "link",
    )
    page = LINKS.show(request, rows, empty=empty)
    coupons = selectors.coupons_of(_partner_id(request)).order_by("key", "id")
    context = {"page": page, "coupons": [(one, validity_text(one)) for one in coupons]}
    return page.download or render(request, "partner/links/list.html", context)


@requires("portal.links", room="partner")
def new(request: HttpRequest, seller_slug: str) -> HttpResponse:
    """Make a link with everything it may have."""
    enrollments = list(campaigns.enrollments_of(_partner_id(request), only_active=True))
    checks = request.POST.get("act") == "check"
    data = request.POST if request.method == "POST" and not checks else None
    initial = request.POST.dict() if checks else request.GET.dict()
    form = LinkForm(data, enrollments=enrollments, initial=initial)
    made = make(request, form) if form.is_bound else None
    if made:
        return HttpResponseRedirect(reverse("partner:links-detail", args=[seller_slug, made.pk]))
    asked = request.POST.dict() if request.method == "POST" else _first_values(form)
    preview = preview_of(asked, enrollments)
    context = {"form": form, "enrollments": enrollments, "preview": preview}
    return render(request, "partner/links/new.html", context, status=422 if form.is_bound else 200)


def _first_values(form: LinkForm) -> dict[str, str]:
    return {
        name: str(form.get_initial_for_field(one, name) or "") for name, one in form.fields.items()
    }


@requires("portal.links", room="partner")
@require_POST
def check(request: HttpRequest, seller_slug: str) -> HttpResponse:
    """What the link being typed would be; part of a page. Nothing is written."""
    enrollments = list(campaigns.enrollments_of(_partner_id(request), only_active=True))
    context = {"preview": preview_of(request.POST.dict(), enrollments)}
    return render(request, "partner/links/preview.html", context)


@requires("portal.links", room="partner")
def detail(request: HttpRequest, seller_slug: str, link_id: uuid.UUID) -> HttpResponse:
    """One link: its address, QR code, figures and an end to it."""
    partner_id = _partner_id(request)
    link = selectors.link_by_id(link_id, partner_id)
    figures = commissions.with_figures(selectors.links_of(partner_id)).get(pk=link.pk)
    starts = week_starts(timezone.localtime(), 12)
    weekly = selectors.weekly_clicks([link.pk], starts)[link.pk]
    context = {
        "link": figures,
        "url": link_url(link),
        "targets": link.targets,
        "qr": qr.svg(link_url(link)),
        "weeks": weekly,
        "state": state_of(link),
        "subs": [(name, getattr(link, name)) for name in ("sub1", "sub2", "sub3", "sub4", "sub5")],
    }
    return render(request, "partner/links/detail.html", context)


@requires("portal.links", room="partner")
def code(request: HttpRequest, seller_slug: str, link_id: uuid.UUID, form: str) -> HttpResponse:
    """The link's QR code as a file."""
    link = selectors.link_by_id(link_id, _partner_id(request))
    return qr.download(link_url(link), form, link.code)


@requires("portal.links", room="partner")
def edit(request: HttpRequest, seller_slug: str, link_id: uuid.UUID) -> HttpResponse:
    """Change what the link leads to, until when and for whom."""
    link = selectors.link_by_id(link_id, _partner_id(request))
    back = reverse("partner:links-detail", args=[seller_slug, link.pk])
    return link_changes.change(request, link, template="partner/links/edit.html", back=back)


@requires("portal.links", room="partner")
def disable(request: HttpRequest, seller_slug: str, link_id: uuid.UUID) -> HttpResponse:
    """Say what will happen, then stop the link from earning."""
    link = selectors.link_by_id(link_id, _partner_id(request))
    if request.method == "POST":
        services.disable_link(link=link, actor=actor_of(request))
        messages.success(request, _("%(link)s no longer earns.") % {"link": link})
        return HttpResponseRedirect(reverse("partner:links", args=[seller_slug]))
    context = {"link": link, "consequences": consequences_of_disabling()}
    return render(request, "partner/links/disable.html", context)


def make(request: HttpRequest, form: ShortLinkForm) -> Link | None:
    """The new link of a posted form, or None when it has mistakes, which the form shows."""
    made: list[Link] = []

    def act() -> None:
        made.append(
            services.create_link(
                enrollment=form.enrollment,
                destination=form.page,
                actor=actor_of(request),
                code=form.cleaned_data.get("code", ""),
                label=form.label_text,
                subs=form.subs,
                **form.more,
            )
        )

    if not form.is_valid() or not try_on(form, act):
        return None
    return made[0]


def consequences_of_disabling() -> list[str]:
    """What disabling a link means."""
    return [
        _("People who follow it still reach the page, but their sales are credited to nobody."),
        _("What it earned stays."),
        _("It cannot be switched on again; a new link can be made at any time."),
    ]


def _partner_id(request: HttpRequest) -> uuid.UUID:
    return seat_of(reader_of(request))


def seat_of(reader: Reader) -> uuid.UUID:
    """The partner whose portal this is."""
    if reader.seat is None:  # never behind `requires`, which asks for a seat
        raise Http404
    return reader.seat.partner_id
