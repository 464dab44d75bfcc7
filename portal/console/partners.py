"""Partners in the seller's console."""

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import django_filters
import django_tables2 as tables
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from activity import selectors as activity
from campaigns import selectors as campaigns
from campaigns import services as enrollments
from commissions import selectors as commissions
from partners import selectors, services
from partners.models import Partner
from portal import money_format, statuses
from portal.access import actor_of, reader_of, requires
from portal.columns import DayColumn, KindColumn, MarkupColumn, NameColumn, StatusColumn, TextColumn
from portal.console import reach_shown, tier_words
from portal.console.partner_forms import InviteForm, NewPartnerForm, PartnerForm, ReasonForm
from portal.console.payout_account import account_context
from portal.filters import ChoicesFilter, SearchFilter, named_choices
from portal.listing import Empty, Listing
from portal.money_format import reader_locale
from portal.refusals import try_on
from portal.templatetags import prm_figures
from portal.verbs import Told, told

FIELDS = ("name", "kind", "email", "country", "website", "external_id", "manager", "notes")
# What the engine records for each sale: many, and none of them a decision.
ROUTINE = ("commission.earned", "commission.payable", "sale.recorded")


def country_name(code: str) -> str:
    """The country in the reader's language, "" for none."""
    return str(reader_locale().territories.get(code, code)) if code else ""


def _detail_url(partner: Partner) -> str:
    return reverse("console:partners-detail", args=[partner.seller.slug, partner.pk])


def _meta(partner: Partner) -> str:
    return " · ".join(filter(None, [country_name(partner.country), partner.email]))


def _earned(partner: Any) -> Any:
    sums = getattr(partner, "earned", {})
    lines = ((prm_figures.money(row["earned"], code),) for code, row in sorted(sums.items()))
    return format_html_join(" ", '<div class="num">{}</div>', lines) or "–"


def _earned_plain(partner: Any) -> str:
    sums = getattr(partner, "earned", {})
    return "; ".join(money_format.plain(row["earned"], code) for code, row in sorted(sums.items()))


class PartnerTable(tables.Table):
    """Partners with what they earned this month."""

    name = NameColumn(gettext_lazy("Partner"), url=_detail_url, meta=_meta)
    kind = KindColumn(gettext_lazy("Kind"), words=lambda partner: partner.get_kind_display())
    earned = MarkupColumn(
        gettext_lazy("Earned this month"), show=_earned, plain=_earned_plain, css="r", label=True
    )
    manager = TextColumn(gettext_lazy("Manager"), accessor="manager__user", label=True)
    created_at = DayColumn(gettext_lazy("Since"))
    status = StatusColumn(gettext_lazy("Status"), kind="partner")

    def __init__(self, data: Any, **kwargs: Any) -> None:
        rows = list(data)
        if rows and "earned" not in kwargs.get("exclude", ()):
            start, end = this_month()
            totals = commissions.partner_totals([row.pk for row in rows], start, end)
            for row in rows:
                row.earned = totals.get(row.pk, {})
        super().__init__(rows, **kwargs)


class PartnerFilters(django_filters.FilterSet):
    """Search, status, country and manager."""

    q = SearchFilter(
        "name", "email", "external_id", "domain", hint=gettext_lazy("Name, e-mail or id")
    )
    status = ChoicesFilter(label=gettext_lazy("Status"), choices=statuses.labels("partner"))
    country = ChoicesFilter(
        label=gettext_lazy("Country"), all_label=gettext_lazy("All countries"), choices=[]
    )
    manager = ChoicesFilter(
        label=gettext_lazy("Manager"), all_label=gettext_lazy("All managers"), choices=[]
    )

    class Meta:
        model = Partner
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        codes = [(code, country_name(code)) for code in selectors.countries_in_use()]
        self.filters["country"].extra["choices"] = sorted(codes, key=lambda pair: pair[1])
        people = ((staff.pk, str(staff.user)) for staff in selectors.managers())
        self.filters["manager"].extra["choices"] = named_choices(people)


PARTNERS = Listing(
    table=PartnerTable,
    filters=PartnerFilters,
    name="partners",
    default="-created_at",
    # an id tells when; the index on it serves
    orders={"name": "name", "created_at": "id", "status": "status"},
    chips=("status", "partner", "status"),
)


def this_month() -> tuple[datetime, datetime]:
    """From the first of the month to the first of the next, in the active time zone."""
    first = timezone.localtime().replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return first, (first + timedelta(days=32)).replace(day=1)


@requires("partners.view", room="console")
def partners(request: HttpRequest, seller_slug: str) -> HttpResponse:
    """All partners."""
    empty = Empty(
        _("No partners yet"),
        _("Partners come in by applying on a program's page, or you add the ones you know."),
        (
            (_("Add a partner"), reverse("console:partners-create", args=[seller_slug])),
            (_("See your programs"), reverse("console:programs", args=[seller_slug])),
        ),
        "users",
    )
    hidden = () if reader_of(request).may("commissions.view") else ("earned",)
    page = PARTNERS.show(
        request, selectors.partners(), empty=empty, table_kwargs={"exclude": hidden}
    )
    context = {"page": page, "waiting": campaigns.waiting_applications().count()}
    return page.download or render(request, "console/partners/list.html", context)


@requires("partners.view", room="console")
def detail(request: HttpRequest, seller_slug: str, partner_id: uuid.UUID) -> HttpResponse:
    """One partner: facts, people, programs, what can be done, history."""
    partner = selectors.partner_by_id(partner_id)
    return render(request, "console/partners/detail.html", detail_context(request, partner))


def detail_context(
    request: HttpRequest, partner: Partner, invite_form: InviteForm | None = None
) -> dict[str, Any]:
    """What the partner's page shows."""
    start, end = this_month()
    sees_money = reader_of(request).may("commissions.view")
    totals = commissions.partner_totals([partner.pk], start, end) if sees_money else {}
    enrolled = list(campaigns.enrollments_of(partner.pk).select_related("tier"))
    joined = {enrollment.program_id for enrollment in enrolled if enrollment.status == "active"}
    may_manage = reader_of(request).may("partners.manage")
    return {
        "partner": partner,
        "country": country_name(partner.country),
        "people": selectors.people_of(partner),
        "invitations": selectors.open_invitations(partner),
        "enrollments": tier_words.beside(enrolled),
        "applications": campaigns.open_applications(partner),
        "programs": [p for p in campaigns.programs().order_by("name") if p.pk not in joined],
        "events": _told(partner.pk),
        "month_start": start,
        "sees_trail": reader_of(request).may("trail.view"),
        "duplicates": _duplicates(partner) if may_manage else [],
        "totals": totals.get(partner.pk, {}),
        "sees_money": sees_money,
        "may_manage": may_manage,
        **reach_shown.of(partner),
        "invite_form": invite_form or InviteForm(),
        "roles": InviteForm.base_fields["role"].choices,  # type: ignore[attr-defined]
        **account_context(request, partner),
    }


def _told(partner_id: uuid.UUID) -> list[Told]:
    """The last decisions about a partner; what the engine does for each sale is in Commissions."""
    events = activity.events_of_partner(partner_id).exclude(verb__in=ROUTINE)
    return [told(event) for event in events[:20]]


def _duplicates(partner: Partner) -> list[selectors.Duplicate]:
    return selectors.possible_duplicates(
        name=partner.name, email=partner.email, website=partner.website, apart_from=partner.pk
    )


@requires("partners.manage", room="console")
def create(request: HttpRequest, seller_slug: str) -> HttpResponse:
    """Add a partner; who looks like another one is shown before he is made twice."""
    reader = reader_of(request)
    form = NewPartnerForm(
        request.POST or None, initial={"manager": selectors.default_manager(reader.user)}
    )
    alike: list[selectors.Duplicate] = []
    made: list[Partner] = []
    if request.method == "POST" and form.is_valid():
        alike = [] if request.POST.get("anyway") else _alike(form.cleaned_data)
        if not alike and try_on(form, lambda: made.append(_make(request, form.cleaned_data))):
            messages.success(request, _("%(name)s is a partner now.") % {"name": made[0].name})
            return HttpResponseRedirect(_detail_url(made[0]))
    context = {"form": form, "alike": alike}
    status = 422 if request.method == "POST" else 200
    return render(request, "console/partners/create.html", context, status=status)


def _alike(data: dict[str, Any]) -> list[selectors.Duplicate]:
    return selectors.possible_duplicates(
        name=data["name"], email=data["email"], website=data["website"]
    )


def _make(request: HttpRequest, data: dict[str, Any]) -> Partner:
    actor = actor_of(request)
    partner = services.create_partner(
        seller=reader_of(request).seller, actor=actor, **{name: data[name] for name in FIELDS}
    )
    if data["invite"]:
        services.invite_member(partner=partner, email=partner.email, role="admin", actor=actor)
    return partner


@requires("partners.manage", room="console")
def edit(request: HttpRequest, seller_slug: str, partner_id: uuid.UUID) -> HttpResponse:
    """Change what is known of a partner."""
    partner = selectors.partner_by_id(partner_id)
    initial = {name: getattr(partner, name) for name in FIELDS}
    form = PartnerForm(request.POST or None, initial=initial)
    if request.method == "POST":
        if form.is_valid() and try_on(
            form,
            lambda: services.change_partner(
                partner=partner, actor=actor_of(request), **form.cleaned_data
            ),
        ):
            messages.success(request, _("Saved."))
            return HttpResponseRedirect(_detail_url(partner))
        return _edit_page(request, partner, form, 422)
    return _edit_page(request, partner, form, 200)


def _edit_page(
    request: HttpRequest, partner: Partner, form: PartnerForm, status: int
) -> HttpResponse:
    context = {"form": form, "partner": partner, "crumbs": crumbs(partner, _("Change"))}
    return render(request, "console/partners/edit.html", context, status=status)


def crumbs(partner: Partner, last: str) -> list[dict[str, str]]:
    """The way back: list, partner, this page."""
    return [
        {"label": _("Partners"), "url": reverse("console:partners", args=[partner.seller.slug])},
        {"label": partner.name, "url": _detail_url(partner)},
        {"label": last, "url": ""},
    ]


@requires("partners.manage", room="console")
def suspend(request: HttpRequest, seller_slug: str, partner_id: uuid.UUID) -> HttpResponse:
    """Stop a partner's earning, with a reason."""
    partner = selectors.partner_by_id(partner_id)
    programs = campaigns.enrollments_of(partner.pk, only_active=True).count()
    consequences = [
        _("His links go on leading to the shop, but sales through them earn nothing."),
        _("He is left out of payouts. What he earned stays owed."),
        ngettext(
            "He stays in %(n)d program, but gets no materials.",
            "He stays in %(n)d programs, but gets no materials.",
            programs,
        )
        % {"n": programs},
        _("He reads the reason by mail and in his portal."),
        _("You can lift it at any time; both steps stand in the trail."),
    ]
    return _act(
        request,
        partner,
        title=_("Suspend %(name)s?") % {"name": partner.name},
        consequences=consequences,
        label=_("Suspend, sales stop earning"),
        act=services.suspend_partner,
        done=_("%(name)s is suspended.") % {"name": partner.name},
        undo="console:partners-reactivate",
    )


@requires("partners.manage", room="console")
@require_POST
def reactivate(request: HttpRequest, seller_slug: str, partner_id: uuid.UUID) -> HttpResponse:
    """Lift a suspension. Posted from the partner's page or from a toast's undo."""
    partner = selectors.partner_by_id(partner_id)
    services.reactivate_partner(partner=partner, actor=actor_of(request))
    message = _("%(name)s is active again; sales earn from now on.") % {"name": partner.name}
    messages.success(request, message)
    return HttpResponseRedirect(_detail_url(partner))


@requires("partners.manage", room="console")
def terminate(request: HttpRequest, seller_slug: str, partner_id: uuid.UUID) -> HttpResponse:
    """End a partnership for good, with a reason."""
    partner = selectors.partner_by_id(partner_id)
    consequences = [
        _("Sales through his links earn nothing from now on."),
        _("What he earned stays owed."),
        _("His people can still read his earnings and statements."),
        _("This cannot be undone. To pause, suspend instead."),
    ]
    return _act(
        request,
        partner,
        title=_("End the partnership with %(name)s?") % {"name": partner.name},
        consequences=consequences,
        label=_("End it for good"),
        act=services.terminate_partner,
        done=_("The partnership with %(name)s has ended.") % {"name": partner.name},
    )


def _act(
    request: HttpRequest,
    partner: Partner,
    *,
    title: str,
    consequences: list[str],
    label: str,
    act: Callable[..., Partner],
    done: str,
    undo: str = "",
) -> HttpResponse:
    """Say what will happen, ask for the reason, do it."""
    form = ReasonForm(request.POST or None)
    status = 200
    if request.method == "POST":
        actor = actor_of(request)
        if form.is_valid() and try_on(
            form, lambda: act(partner=partner, reason=form.cleaned_data["reason"], actor=actor)
        ):
            tags = f"undo:{reverse(undo, args=[partner.seller.slug, partner.pk])}" if undo else ""
            messages.success(request, done, extra_tags=tags)
            return HttpResponseRedirect(_detail_url(partner))
        status = 422
    context = {
        "partner": partner,
        "form": form,
        "title": title,
        "consequences": consequences,
        "act": label,
        "back": _detail_url(partner),
        "crumbs": crumbs(partner, label),
    }
    return render(request, "console/partners/act.html", context, status=status)


@requires("partners.manage", room="console")
@require_POST
def enroll(request: HttpRequest, seller_slug: str, partner_id: uuid.UUID) -> HttpResponse:
    """Put the partner into a program."""
    partner = selectors.partner_by_id(partner_id)
    program = campaigns.program_by_text_id(request.POST.get("program", ""))
    enrollments.enroll(program=program, partner=partner, actor=actor_of(request))
    values = {"name": partner.name, "program": program.name}
    messages.success(request, _("%(name)s is in %(program)s now.") % values)
    return HttpResponseRedirect(_detail_url(partner))


@requires("partners.manage", room="console")
@require_POST
def end_enrollment(
    request: HttpRequest, seller_slug: str, partner_id: uuid.UUID, enrollment_id: uuid.UUID
) -> HttpResponse:
    """Take the partner out of a program."""
    partner = selectors.partner_by_id(partner_id)
    enrollment = campaigns.enrollment_by_id(enrollment_id)
    if enrollment.partner_id == partner.pk:
        enrollments.end_enrollment(enrollment=enrollment, actor=actor_of(request))
        values = {"name": partner.name, "program": enrollment.program.name}
        messages.success(request, _("%(name)s is no longer in %(program)s.") % values)
    return HttpResponseRedirect(_detail_url(partner))
