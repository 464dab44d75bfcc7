"""What members asked for, in the console: hand it over or cancel it, one by one or many."""

import uuid
from functools import partial
from typing import Any

import django_filters
import django_tables2 as tables
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from commissions.loyalty import selectors, services
from commissions.models import Redemption
from portal import statuses
from portal.access import actor_of, reader_of, requires
from portal.columns import DayColumn, NameColumn, NumberColumn, StatusColumn, TextColumn
from portal.console.loyalty import crumbs
from portal.console.loyalty_forms import HandOverForm, WhyForm
from portal.filters import ChoicesFilter, SearchFilter, SinceFilter, UntilFilter, named_choices
from portal.listing import Empty, Listing
from portal.refusals import try_on
from prm.errors import Refusal

MOST_AT_ONCE = 500
ASKED = Redemption.Status.ASKED


def _partner_url(row: Redemption) -> str:
    return reverse("console:partners-detail", args=[row.seller.slug, row.partner_id])


class RedemptionTable(tables.Table):
    """Who asked for what."""

    partner = NameColumn(
        gettext_lazy("Member"),
        url=_partner_url,
        meta=lambda row: " · ".join(filter(None, [row.program.name, row.reason])),
    )
    reward = TextColumn(gettext_lazy("Reward"), label=True)
    cost = NumberColumn(gettext_lazy("Points"))
    code = TextColumn(gettext_lazy("Code"), label=True)
    created_at = DayColumn(gettext_lazy("Asked for"), time=True)
    status = StatusColumn(gettext_lazy("Status"), kind="redemption")


class RedemptionFilters(django_filters.FilterSet):
    """Search, status, program and period."""

    q = SearchFilter("partner__name", "reward__name", "code", hint=gettext_lazy("Member, reward"))
    status = ChoicesFilter(label=gettext_lazy("Status"), choices=statuses.labels("redemption"))
    program = ChoicesFilter(
        label=gettext_lazy("Program"), all_label=gettext_lazy("All programs"), choices=[]
    )
    since = SinceFilter("created_at")
    until = UntilFilter("created_at")

    class Meta:
        model = Redemption
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        programs = selectors.loyalty_programs().values_list("pk", "name")
        self.filters["program"].extra["choices"] = partial(named_choices, programs)


REDEMPTIONS = Listing(
    table=RedemptionTable,
    filters=RedemptionFilters,
    name="redemptions",
    default="-created_at",
    orders={"created_at": "created_at", "cost": "cost"},
    chips=("status", "redemption", "status"),
    open_template="console/loyalty/opened.html",
)


@requires("commissions.view", room="console")
def redemptions(request: HttpRequest, seller_slug: str) -> HttpResponse:
    """The queue and what became of the rest."""
    if request.method == "POST":
        return _decide_many(request, seller_slug)
    empty = Empty(
        _("Nothing asked for yet"),
        _("When a member spends points on a reward, it waits here until you hand it over."),
        ((_("See loyalty"), reverse("console:loyalty", args=[seller_slug])),),
        "gift",
    )
    page = REDEMPTIONS.show(request, selectors.redemptions(), empty=empty)
    context = {
        "page": page,
        "may_manage": reader_of(request).may("commissions.manage"),
        "crumbs": crumbs(seller_slug),
    }
    return page.download or render(request, "console/loyalty/redemptions.html", context)


@requires("commissions.manage", room="console")
def fulfil(request: HttpRequest, seller_slug: str, redemption_id: uuid.UUID) -> HttpResponse:
    """Hand one over, with its code where it has one."""
    row = selectors.redemption_by_id(redemption_id)
    form = HandOverForm(request.POST if request.method == "POST" else None)
    if (
        request.method == "POST"
        and form.is_valid()
        and try_on(
            form,
            lambda: services.fulfil(
                redemption=row, actor=actor_of(request), code=form.cleaned_data["code"]
            ),
        )
    ):
        messages.success(request, _("%(reward)s is handed over.") % {"reward": row.reward.name})
        return HttpResponseRedirect(_queue(seller_slug))
    context = {
        "title": _("Hand %(reward)s over to %(member)s?")
        % {"reward": row.reward.name, "member": row.partner.name},
        "consequences": [_("The member sees it as handed over, with the code if you give one.")],
        "act": _("Hand over"),
        "tone": "primary",
    }
    return _confirm(request, seller_slug, row, form, context)


@requires("commissions.manage", room="console")
def cancel(request: HttpRequest, seller_slug: str, redemption_id: uuid.UUID) -> HttpResponse:
    """Cancel one; the points go back."""
    row = selectors.redemption_by_id(redemption_id)
    form = WhyForm(request.POST if request.method == "POST" else None)
    if (
        request.method == "POST"
        and form.is_valid()
        and try_on(
            form,
            lambda: services.cancel(
                redemption=row, actor=actor_of(request), reason=form.cleaned_data["reason"]
            ),
        )
    ):
        messages.success(request, _("Cancelled. The points are back."))
        return HttpResponseRedirect(_queue(seller_slug))
    context = {
        "title": _("Cancel %(reward)s of %(member)s?")
        % {"reward": row.reward.name, "member": row.partner.name},
        "consequences": [
            _("%(n)d points go back to the member, and their time starts anew.") % {"n": row.cost},
            _("The reward is on offer again."),
        ],
        "act": _("Cancel it, points go back"),
        "tone": "bad",
    }
    return _confirm(request, seller_slug, row, form, context)


def _confirm(
    request: HttpRequest, seller_slug: str, row: Redemption, form: Any, context: dict[str, Any]
) -> HttpResponse:
    context |= {
        "redemption": row,
        "form": form if row.status == ASKED else None,
        "back": _queue(seller_slug),
        "decided": row.status != ASKED,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "console/loyalty/decide.html", context, status=status)


def _decide_many(request: HttpRequest, seller_slug: str) -> HttpResponse:
    """Confirm, then do, an act on every chosen one that waits; the rest are counted."""
    reader_of(request).require("commissions.manage", room="console")
    act = request.POST.get("act", "")
    if act not in ("fulfil", "cancel"):
        raise Http404
    chosen = REDEMPTIONS.chosen(request, selectors.redemptions())
    rows = list(chosen.filter(status=ASKED).order_by("id")[: MOST_AT_ONCE + 1])
    form = WhyForm(request.POST if request.POST.get("sure") else None)
    sure = bool(request.POST.get("sure")) and (act == "fulfil" or form.is_valid())
    back = f"{request.path}?{request.POST.get('query', '')}"
    if sure and rows and len(rows) <= MOST_AT_ONCE:
        why = form.cleaned_data["reason"] if act == "cancel" else ""
        done = _run_all(rows, act, actor_of(request), why)
        text = ngettext("%(n)d reward is done.", "%(n)d rewards are done.", done) % {"n": done}
        messages.success(request, text)
        return HttpResponseRedirect(back)
    context = {
        "act": act,
        "count": len(rows),
        "points": sum(row.cost for row in rows),
        "members": len({row.partner_id for row in rows}),
        "left_out": chosen.count() - len(rows),
        "too_many": len(rows) > MOST_AT_ONCE,
        "most": MOST_AT_ONCE,
        "form": form if act == "cancel" else None,
        "chosen": [row.pk for row in rows],
        "query": request.POST.get("query", ""),
        "back": back,
    }
    status = 422 if request.POST.get("sure") else 200
    return render(request, "console/loyalty/decide_many.html", context, status=status)


def _run_all(rows: list[Redemption], act: str, actor: Any, why: str) -> int:
    """How many went through; one that moved meanwhile is left as it is."""
    done = 0
    for row in rows:
        try:
            with transaction.atomic():
                if act == "fulfil":
                    services.fulfil(redemption=row, actor=actor)
                else:
                    services.cancel(redemption=row, actor=actor, reason=why)
            done += 1
        except Refusal:
            continue
    return done


def _queue(seller_slug: str) -> str:
    return reverse("console:loyalty-redemptions", args=[seller_slug])
