"""Signs of fraud to review: the queue, one of them with all that is known, the two decisions."""

import uuid
from typing import Any

import django_filters
import django_tables2 as tables
from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from activity import selectors as activity
from commissions.models import Signal, SignalAction, SignalKind
from commissions.screening import deciding, selectors
from portal import statuses
from portal.access import actor_of, reader_of, requires
from portal.columns import DayColumn, MarkupColumn, NameColumn, StatusColumn
from portal.filters import ChoicesFilter, OnlyFilter, SearchFilter, SinceFilter, UntilFilter
from portal.listing import Empty, Listing
from portal.refusals import try_on
from portal.signal_words import about_words, seen_words
from portal.verbs import told


def _url(signal: Signal) -> str:
    return reverse("console:review-detail", args=[signal.seller.slug, signal.pk])


class ClearForm(forms.Form):
    """Why it is all right, for those who look at it later."""

    note = forms.CharField(label=gettext_lazy("Note for your team"), max_length=500, required=False)


class ConfirmForm(forms.Form):
    """Why it is fraud, in words that the partner will read."""

    note = forms.CharField(
        label=gettext_lazy("Reason, which the partner will read"), max_length=500
    )


class SignalTable(tables.Table):
    """Signs, each with what was seen."""

    kind = NameColumn(gettext_lazy("What"), url=_url, meta=seen_words)
    about = MarkupColumn(gettext_lazy("About"), show=about_words, plain=about_words, label=True)
    partner = MarkupColumn(
        gettext_lazy("Partner"),
        show=lambda signal: signal.partner.name,
        plain=lambda signal: signal.partner.name,
        label=True,
    )
    action = MarkupColumn(
        gettext_lazy("Set to"),
        show=lambda signal: signal.get_action_display(),
        plain=lambda signal: signal.get_action_display(),
        label=True,
    )
    created_at = DayColumn(gettext_lazy("Noticed"), time=True)
    status = StatusColumn(gettext_lazy("Status"), kind="signal")

    def render_kind(self, record: Signal) -> Any:
        """The kind in words."""
        return self.columns["kind"].column.render(value=record.get_kind_display(), record=record)

    def value_kind(self, record: Signal) -> str:
        """The same for a file."""
        return record.get_kind_display()


def _name_of(partner_id: uuid.UUID) -> str:
    found = selectors.signals().filter(partner_id=partner_id).first()
    return found.partner.name if found else ""


class SignalFilters(django_filters.FilterSet):
    """Search, status, kind, action, partner and period."""

    q = SearchFilter(
        "partner__name", "sale__external_id", hint=gettext_lazy("Partner, order number")
    )
    status = ChoicesFilter(label=gettext_lazy("Status"), choices=statuses.labels("signal"))
    kind = ChoicesFilter(
        label=gettext_lazy("What"),
        all_label=gettext_lazy("Everything"),
        choices=SignalKind.choices,
    )
    action = ChoicesFilter(
        label=gettext_lazy("Set to"),
        all_label=gettext_lazy("Noted, held, rejected"),
        choices=SignalAction.choices,
    )
    partner = OnlyFilter(_name_of)
    since = SinceFilter("created_at")
    until = UntilFilter("created_at")

    class Meta:
        model = Signal
        fields: list[str] = []


SIGNALS = Listing(
    table=SignalTable,
    filters=SignalFilters,
    name="review",
    default="-created_at",
    orders={"created_at": "created_at"},
    chips=("status", "signal", "status"),
    keep=("partner",),
)


@requires("commissions.view", room="console")
def review(request: HttpRequest, seller_slug: str) -> HttpResponse:
    """Everything that looked like fraud, newest first."""
    empty = Empty(
        _("Nothing looked wrong yet"),
        _("Sales, clicks and partners are looked at as they come in. What is unlikely waits here."),
        (
            (
                _("See what is looked for"),
                reverse("console:review-settings", args=[seller_slug]),
            ),
        )
        if reader_of(request).may("settings.manage")
        else (),
        "shield-check",
    )
    page = SIGNALS.show(request, selectors.signals(), empty=empty)
    context = {"page": page, "may_set": reader_of(request).may("settings.manage")}
    return page.download or render(request, "console/review/list.html", context)


@requires("commissions.view", room="console")
def detail(request: HttpRequest, seller_slug: str, signal_id: uuid.UUID) -> HttpResponse:
    """One sign: what was seen, which money it stops, what else is known of the partner."""
    return _page(request, selectors.signal_by_id(signal_id))


@requires("commissions.manage", room="console")
@require_POST
def clear(request: HttpRequest, seller_slug: str, signal_id: uuid.UUID) -> HttpResponse:
    """It is all right; what it held goes on its way."""
    signal = selectors.signal_by_id(signal_id)
    form = ClearForm(request.POST, auto_id="clear_%s")
    if not form.is_valid() or not try_on(
        form,
        lambda: deciding.clear_signal(
            signal=signal, actor=actor_of(request), note=form.cleaned_data["note"]
        ),
    ):
        return _page(request, signal, clear_form=form)
    messages.success(request, _("All right. What was held for this goes on its way."))
    return HttpResponseRedirect(_url(signal))


@requires("commissions.manage", room="console")
@require_POST
def confirm(request: HttpRequest, seller_slug: str, signal_id: uuid.UUID) -> HttpResponse:
    """It is fraud; what is open of it is rejected."""
    signal = selectors.signal_by_id(signal_id)
    form = ConfirmForm(request.POST, auto_id="confirm_%s")
    if not form.is_valid() or not try_on(
        form,
        lambda: deciding.confirm_signal(
            signal=signal, actor=actor_of(request), note=form.cleaned_data["note"]
        ),
    ):
        return _page(request, signal, confirm_form=form)
    messages.success(request, _("Rejected. The partner reads your reason."))
    return HttpResponseRedirect(_url(signal))


def _page(
    request: HttpRequest,
    signal: Signal,
    *,
    clear_form: ClearForm | None = None,
    confirm_form: ConfirmForm | None = None,
) -> HttpResponse:
    lines = list(selectors.lines_of(signal)[:100])
    context = {
        "signal": signal,
        "seen": seen_words(signal),
        "about": about_words(signal),
        "lines": lines,
        "others": [(one, seen_words(one)) for one in selectors.others_of(signal)[:10]],
        "events": [told(event) for event in activity.events_of_object(signal.pk)[:20]],
        "clear_form": clear_form or ClearForm(auto_id="clear_%s"),
        "confirm_form": confirm_form or ConfirmForm(auto_id="confirm_%s"),
        "may_decide": reader_of(request).may("commissions.manage")
        and signal.status == Signal.Status.OPEN,
    }
    status = 422 if clear_form or confirm_form else 200
    return render(request, "console/review/detail.html", context, status=status)
