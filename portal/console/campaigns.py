"""Campaigns in the seller's console."""

import uuid

import django_filters
import django_tables2 as tables
from django.contrib import messages
from django.db.models import Case, CharField, QuerySet, Value, When
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from campaigns import selectors, services
from campaigns.models import Campaign
from portal import statuses
from portal.access import actor_of, reader_of, requires
from portal.columns import DayColumn, NameColumn, NumberColumn, StatusColumn, TextColumn
from portal.console.material_forms import CampaignForm, NewCampaignForm
from portal.filters import ChoicesFilter, SearchFilter
from portal.listing import Empty, Listing
from portal.refusals import try_on

FIELDS = ("name", "summary", "starts_on", "ends_on")


def _edit_url(campaign: Campaign) -> str:
    return reverse("console:campaigns-edit", args=[campaign.program.seller.slug, campaign.pk])


class CampaignTable(tables.Table):
    """Campaigns with their days."""

    name = NameColumn(
        gettext_lazy("Campaign"), url=_edit_url, meta=lambda campaign: campaign.summary
    )
    program = TextColumn(gettext_lazy("Program"), accessor="program__name", label=True)
    starts_on = DayColumn(gettext_lazy("First day"))
    ends_on = DayColumn(gettext_lazy("Last day"))
    material_count = NumberColumn(gettext_lazy("Materials"))
    state = StatusColumn(gettext_lazy("Status"), kind="campaign")


class CampaignFilters(django_filters.FilterSet):
    """Search and status."""

    q = SearchFilter("name", "summary", "program__name", hint=gettext_lazy("Name or program"))
    state = ChoicesFilter(
        field_name="state", label=gettext_lazy("Status"), choices=statuses.labels("campaign")
    )

    class Meta:
        model = Campaign
        fields: list[str] = []


CAMPAIGNS = Listing(
    table=CampaignTable,
    filters=CampaignFilters,
    name="campaigns",
    default="-starts_on",
    orders={"starts_on": "starts_on", "name": "name"},
    chips=("state", "campaign", "state"),
)


def _with_state() -> QuerySet[Campaign]:
    """Campaigns with `state`: planned, running or ended, by the active time zone's day."""
    today = timezone.localdate()
    state = Case(
        When(starts_on__gt=today, then=Value("planned")),
        When(ends_on__lt=today, then=Value("ended")),
        default=Value("running"),
        output_field=CharField(),
    )
    return selectors.campaigns().select_related("program__seller").annotate(state=state)


@requires("materials.view", room="console")
def campaigns(request: HttpRequest, seller_slug: str) -> HttpResponse:
    """All campaigns."""
    empty = Empty(
        _("No campaigns yet"),
        _("A campaign gathers materials for a push of some weeks: a harvest, a launch, a sale."),
        ((_("Plan a campaign"), reverse("console:campaigns-create", args=[seller_slug])),),
        "calendar-event",
    )
    page = CAMPAIGNS.show(request, _with_state(), empty=empty)
    return page.download or render(request, "console/campaigns/list.html", {"page": page})


@requires("materials.manage", room="console")
def create(request: HttpRequest, seller_slug: str) -> HttpResponse:
    """Plan a campaign."""
    form = NewCampaignForm(request.POST or None, initial={"starts_on": timezone.localdate()})
    actor = actor_of(request)
    if (
        request.method == "POST"
        and form.is_valid()
        and try_on(form, lambda: services.create_campaign(actor=actor, **form.cleaned_data))
    ):
        name = form.cleaned_data["name"]
        messages.success(request, _("%(name)s is planned. Put materials up.") % {"name": name})
        return HttpResponseRedirect(reverse("console:campaigns", args=[seller_slug]))
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "has_program": selectors.programs().exists()}
    return render(request, "console/campaigns/create.html", context, status=status)


@requires("materials.view", room="console")
def edit(request: HttpRequest, seller_slug: str, campaign_id: uuid.UUID) -> HttpResponse:
    """A campaign with its materials; those who may can change it."""
    campaign = selectors.campaign_by_id(campaign_id)
    may_manage = reader_of(request).may("materials.manage")
    initial = {name: getattr(campaign, name) for name in FIELDS}
    form = CampaignForm(request.POST or None, initial=initial)
    if request.method == "POST":
        reader_of(request).require("materials.manage", room="console")
    if (
        request.method == "POST"
        and form.is_valid()
        and try_on(
            form,
            lambda: services.change_campaign(
                campaign=campaign, actor=actor_of(request), **form.cleaned_data
            ),
        )
    ):
        messages.success(request, _("Saved."))
        return HttpResponseRedirect(request.path)
    context = {
        "form": form,
        "campaign": campaign,
        "materials": selectors.materials().filter(campaign=campaign, withdrawn_at=None),
        "may_manage": may_manage,
        "running": _with_state().get(pk=campaign.pk).state == "running",  # type: ignore[attr-defined]
        "crumbs": [
            {"label": _("Campaigns"), "url": reverse("console:campaigns", args=[seller_slug])},
            {"label": campaign.name, "url": ""},
        ],
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "console/campaigns/edit.html", context, status=status)


@requires("materials.manage", room="console")
@require_POST
def end(request: HttpRequest, seller_slug: str, campaign_id: uuid.UUID) -> HttpResponse:
    """Make today the last day."""
    campaign = selectors.campaign_by_id(campaign_id)
    services.end_campaign(campaign=campaign, actor=actor_of(request))
    messages.success(request, _("Today is the last day of %(name)s.") % {"name": campaign.name})
    return HttpResponseRedirect(reverse("console:campaigns-edit", args=[seller_slug, campaign_id]))
