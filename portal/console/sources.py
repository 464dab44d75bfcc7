"""Shop systems: the list, setting one up step by step, its secret, and what becomes of it."""

import uuid
from typing import Any

import django_filters
import django_tables2 as tables
from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from campaigns import selectors as campaigns
from campaigns.models import Program
from commissions.inbound import secrets, selectors, services
from commissions.inbound.kinds import KINDS
from commissions.models import Source, SourceKind
from portal import source_words
from portal.access import actor_of, reader_of, requires
from portal.columns import DayColumn, MarkupColumn, NameColumn, NumberColumn, StatusColumn
from portal.filters import SearchFilter, named_choices
from portal.listing import Empty, Listing
from portal.refusals import put_on, try_on
from portal.statuses import labels
from prm.errors import Refusal


def _url(source: Source) -> str:
    return reverse("console:sources-detail", args=[source.seller.slug, source.pk])


def _failed(source: Any) -> Any:
    if not source.failed:
        return "–"
    log = reverse("console:sources-log", args=[source.seller.slug])
    address = f"{log}?source={source.pk}&state=failed"
    return format_html('<a class="q strong" href="{}">{}</a>', address, source.failed)


class SourceTable(tables.Table):
    """One line per source."""

    name = NameColumn(
        gettext_lazy("Shop system"), url=_url, meta=lambda source: source.get_kind_display()
    )
    program = MarkupColumn(
        gettext_lazy("Program"),
        show=lambda source: source.program or _("All programs"),
        plain=lambda source: str(source.program or ""),
        label=True,
    )
    last_at = DayColumn(gettext_lazy("Last message"))
    lately = NumberColumn(gettext_lazy("In 30 days"))
    failed = MarkupColumn(
        gettext_lazy("Need a look"),
        show=_failed,
        plain=lambda source: source.failed,
        css="r",
        label=True,
    )
    state = StatusColumn(gettext_lazy("State"), kind="source")


class SourceFilters(django_filters.FilterSet):
    """By name."""

    q = SearchFilter("name", hint=gettext_lazy("Name"))

    class Meta:
        model = Source
        fields: list[str] = []


SOURCES = Listing(
    table=SourceTable,
    filters=SourceFilters,
    name="shop-systems",
    default="name",
    orders={"name": "name"},
)


class SourceForm(forms.Form):
    """What the source is called and whom it may credit."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=80,
        help_text=gettext_lazy("As your team knows the shop, “Shop Germany” for example."),
    )
    program = forms.ChoiceField(
        label=gettext_lazy("Program"),
        required=False,
        help_text=gettext_lazy(
            "All programs is right for most shops: the click or coupon decides."
        ),
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.rows = {str(one.pk): one for one in campaigns.programs().order_by("name")}
        found = named_choices((key, one.name) for key, one in self.rows.items())
        self.fields["program"].choices = [("", _("All programs")), *found]  # type: ignore[attr-defined]

    @property
    def chosen(self) -> dict[str, Any]:
        """Name and program as services want them."""
        program: Program | None = self.rows.get(self.cleaned_data["program"])
        return {"name": self.cleaned_data["name"], "program": program}


class NewSourceForm(SourceForm):
    """A new source: which system, and how its numbers stay apart."""

    kind = forms.ChoiceField(
        label=gettext_lazy("Shop system"), choices=SourceKind.choices, widget=forms.RadioSelect
    )
    number_prefix = forms.CharField(
        label=gettext_lazy("Put before its order numbers"),
        max_length=12,
        required=False,
        help_text=gettext_lazy(
            "Only where two shops use the same numbers. WooCommerce gets wc- by itself."
        ),
    )
    field_order = ("kind", "name", "program", "number_prefix")


class SecretForm(forms.Form):
    """The signing secret. It is sealed at once and never shown again."""

    secret = forms.CharField(
        label=gettext_lazy("Signing secret"),
        max_length=300,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )


@requires("sales.view", room="console")
def sources(request: HttpRequest, seller_slug: str) -> HttpResponseBase:
    """Every shop system in use."""
    may_change = reader_of(request).may("keys.manage")
    new = ((_("Add a shop system"), reverse("console:sources-new", args=[seller_slug])),)
    empty = Empty(
        _("No shop systems yet"),
        _("Stripe, Shopify or WooCommerce can send sales and refunds here by themselves."),
        new if may_change else (),
        "plug-connected",
    )
    page = SOURCES.show(request, selectors.sources(), empty=empty)
    context = {"page": page, "may_change": may_change}
    return page.download or render(request, "console/sources/list.html", context)


@requires("keys.manage", room="console")
def new(request: HttpRequest, seller_slug: str) -> HttpResponse:
    """The first step: which system, and its name."""
    wanted = request.GET.get("kind", "")
    form = NewSourceForm(request.POST or None, initial={"kind": wanted or SourceKind.STRIPE})
    if request.method == "POST" and form.is_valid():
        try:
            source = services.create_source(
                seller=reader_of(request).seller,
                actor=actor_of(request),
                kind=form.cleaned_data["kind"],
                prefix=form.cleaned_data["number_prefix"],
                **form.chosen,
            )
        except Refusal as refusal:
            put_on(form, refusal)
        else:
            return redirect("console:sources-detail", seller_slug, source.pk)
    guides = [(label, source_words.GUIDES[kind].summary) for kind, label in SourceKind.choices]
    context = {"form": form, "guides": guides}
    status = 422 if form.errors else 200
    return render(request, "console/sources/new.html", context, status=status)


@requires("sales.view", room="console")
def detail(request: HttpRequest, seller_slug: str, source_id: uuid.UUID) -> HttpResponse:
    """The steps until the first message is verified; from then on how it goes."""
    source = selectors.source(source_id)
    context = {
        **_progress(source),
        "guide": source_words.GUIDES[source.kind],
        "events": source_words.events_of(source.kind),
        "state": selectors.state_of(source),
        "counts": [
            (state, label, found)
            for state, label in labels("arrival")
            if (found := selectors.counts(source).get(state))
        ],
        "may_change": reader_of(request).may("keys.manage"),
    }
    return render(request, "console/sources/detail.html", context)


@requires("sales.view", room="console")
@never_cache
def live(request: HttpRequest, seller_slug: str, source_id: uuid.UUID) -> HttpResponse:
    """Whether a message has come: the part of the page that asks for itself."""
    return render(request, "console/sources/live.html", _progress(selectors.source(source_id)))


def _progress(source: Source) -> dict[str, Any]:
    now = timezone.now()
    held = list(secrets.in_force(source, now))
    first = selectors.first_arrival(source)
    return {
        "source": source,
        "address": f"{settings.BASE_URL}/hooks/{source.pk}",
        "secrets": held,
        "old_secrets": [one for one in held if one.ends_at],
        "first": first,
        "first_why": source_words.why(first) if first else "",
        "refused": source_words.REFUSED.get(source.refused_why, ""),
    }


@requires("keys.manage", room="console")
def edit(request: HttpRequest, seller_slug: str, source_id: uuid.UUID) -> HttpResponse:
    """Another name or program."""
    source = selectors.source(source_id)
    first = {"name": source.name, "program": str(source.program_id or "")}
    form = SourceForm(request.POST or None, initial=first)
    if (
        request.method == "POST"
        and form.is_valid()
        and try_on(
            form,
            lambda: services.change_source(source=source, actor=actor_of(request), **form.chosen),
        )
    ):
        messages.success(request, _("Saved."))
        return redirect("console:sources-detail", seller_slug, source.pk)
    status = 422 if form.errors else 200
    return render(
        request, "console/sources/edit.html", {"form": form, "source": source}, status=status
    )


@requires("keys.manage", room="console")
@never_cache
def secret(request: HttpRequest, seller_slug: str, source_id: uuid.UUID) -> HttpResponse:
    """Set or replace the secret; one made here is shown in the answer, the only time."""
    source = selectors.source(source_id)
    form = SecretForm(request.POST or None)
    makes = KINDS[source.kind].make_secret is not None
    context = {
        "source": source,
        "form": form,
        "lead": source_words.GUIDES[source.kind].secret,
        "consequences": _replacing() if secrets.in_force(source, timezone.now()).exists() else [],
        "makes": makes,
    }
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data["secret"]
        try:
            made = services.put_secret(source=source, text=given, actor=actor_of(request))
        except Refusal as refusal:
            put_on(form, refusal)
        else:
            if not given:
                context["made"] = made
                return render(request, "console/sources/secret_made.html", context)
            messages.success(request, _("The secret is kept, sealed. It is not shown again."))
            return redirect("console:sources-detail", seller_slug, source.pk)
    status = 422 if form.errors else 200
    return render(request, "console/sources/secret.html", context, status=status)


def _replacing() -> list[str]:
    """What happens to the secret that is there."""
    hours = int(services.OVERLAP.total_seconds() // 3600)
    return [
        _("The secret before goes on for %(hours)d hours, so that nothing is lost meanwhile.")
        % {"hours": hours},
        _("You can end it earlier on the page of the shop system."),
    ]


@requires("keys.manage", room="console")
@require_POST
def retire(request: HttpRequest, seller_slug: str, source_id: uuid.UUID) -> HttpResponse:
    """Stop the secret before at once."""
    source = selectors.source(source_id)
    if services.end_old_secrets(source=source, actor=actor_of(request)):
        messages.success(request, _("The old secret opens nothing any more."))
    return redirect("console:sources-detail", seller_slug, source.pk)


@requires("keys.manage", room="console")
@require_POST
def pause(request: HttpRequest, seller_slug: str, source_id: uuid.UUID) -> HttpResponse:
    """Keep what comes and process none of it."""
    source = selectors.source(source_id)
    services.pause_source(source=source, actor=actor_of(request))
    back = reverse("console:sources-resume", args=[seller_slug, source.pk])
    messages.success(
        request,
        _("Paused. Messages are kept and wait."),
        extra_tags=f"undo:{back}",
    )
    return redirect("console:sources-detail", seller_slug, source.pk)


@requires("keys.manage", room="console")
@require_POST
def resume(request: HttpRequest, seller_slug: str, source_id: uuid.UUID) -> HttpResponse:
    """Process what waited, and go on."""
    source = selectors.source(source_id)
    services.resume_source(source=source, actor=actor_of(request))
    messages.success(request, _("It goes on. What waited is being processed."))
    return redirect("console:sources-detail", seller_slug, source.pk)


@requires("keys.manage", room="console")
def remove(request: HttpRequest, seller_slug: str, source_id: uuid.UUID) -> HttpResponse:
    """Close the address for good, after saying what that means."""
    source = selectors.source(source_id)
    if request.method == "POST":
        services.remove_source(source=source, actor=actor_of(request))
        messages.success(request, _("%(name)s is removed.") % {"name": source.name})
        return redirect("console:sources", seller_slug)
    consequences = [
        _("Its address answers 404 from now on; the shop system will report errors."),
        _("Its secrets are forgotten."),
        _("Its sales, refunds and log stay."),
        _("It cannot be undone: a new one has another address."),
    ]
    context = {"source": source, "consequences": consequences}
    return render(request, "console/sources/remove.html", context)
