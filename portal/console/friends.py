"""Friends' rewards in the console: what referred customers got, and what a program gives."""

import uuid
from functools import partial
from typing import Any

import django_filters
import django_tables2 as tables
from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from campaigns import selectors as campaigns
from campaigns.models import Program
from commissions.models import FriendReward
from commissions.referrals import selectors, services
from portal import points_words, statuses
from portal.access import actor_of, reader_of, requires
from portal.columns import DayColumn, MarkupColumn, MoneyColumn, NameColumn, StatusColumn
from portal.console.loyalty_forms import CodesForm, FriendTermsForm, friend_initial
from portal.filters import ChoicesFilter, SearchFilter, SinceFilter, UntilFilter, named_choices
from portal.listing import Empty, Listing
from portal.refusals import try_on


class FriendCancelForm(forms.Form):
    """Why a friend's reward is worth nothing any more."""

    reason = forms.CharField(
        label=gettext_lazy("Reason, which the referrer will read"),
        max_length=300,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


def _sale_url(row: FriendReward) -> str:
    return reverse("console:sales-detail", args=[row.seller.slug, row.sale_id])


def _meta(row: FriendReward) -> str:
    why = points_words.void_reason(row.reason)
    order = _("used in %(order)s") % {"order": row.used_order} if row.used_order else ""
    return " · ".join(filter(None, [row.get_kind_display(), order, why]))


def _partner(row: FriendReward) -> str:
    return str(row.partner)


class FriendTable(tables.Table):
    """Codes with what they are worth, and who brought the friend."""

    code = NameColumn(gettext_lazy("Code"), meta=_meta)
    sale = NameColumn(gettext_lazy("First purchase"), url=_sale_url)
    partner = MarkupColumn(gettext_lazy("Referrer"), show=_partner, plain=_partner, label=True)
    amount = MoneyColumn(gettext_lazy("Worth"), strong=True)
    created_at = DayColumn(gettext_lazy("Granted"))
    status = StatusColumn(gettext_lazy("Status"), kind="friend_reward")


class FriendFilters(django_filters.FilterSet):
    """Search, status, program and period."""

    q = SearchFilter(
        "code", "sale__external_id", "partner__name", hint=gettext_lazy("Code, order, referrer")
    )
    status = ChoicesFilter(label=gettext_lazy("Status"), choices=statuses.labels("friend_reward"))
    program = ChoicesFilter(
        label=gettext_lazy("Program"), all_label=gettext_lazy("All programs"), choices=[]
    )
    since = SinceFilter("created_at")
    until = UntilFilter("created_at")

    class Meta:
        model = FriendReward
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        programs = campaigns.programs().order_by("name").values_list("pk", "name")
        self.filters["program"].extra["choices"] = partial(named_choices, programs)


FRIENDS = Listing(
    table=FriendTable,
    filters=FriendFilters,
    name="friend-rewards",
    default="-created_at",
    orders={"created_at": "created_at", "amount": "amount"},
    chips=("status", "friend_reward", "status"),
    open_template="console/friends/opened.html",
)


@requires("programs.view", room="console")
def friends(request: HttpRequest, seller_slug: str) -> HttpResponse:
    """Every friend's reward; staff may cancel what is not used."""
    programs = list(_referral_programs())
    acts = [
        (
            _("Set what friends of %(program)s get") % {"program": one.name},
            reverse("console:friends-terms", args=[seller_slug, one.pk]),
        )
        for one in programs[:2]
    ]
    empty = Empty(
        _("No friend has got a reward yet"),
        _("When somebody buys for the first time through a referrer, his reward stands here."),
        tuple(acts),
        "gift",
    )
    page = FRIENDS.show(request, selectors.rewards(), empty=empty)
    reader = reader_of(request)
    context = {
        "page": page,
        "programs": programs,
        "may_manage": reader.may("commissions.manage"),
        "may_set": reader.may("programs.manage"),
    }
    return page.download or render(request, "console/friends/list.html", context)


@requires("programs.manage", room="console")
def terms(request: HttpRequest, seller_slug: str, program_id: uuid.UUID) -> HttpResponse:
    """What friends get in one program, and its list of codes."""
    program = campaigns.program_by_id(program_id)
    now = selectors.terms_of(program)
    adds = request.method == "POST" and "codes" in request.POST
    codes = CodesForm(request.POST if adds else None)
    form = FriendTermsForm(
        request.POST if request.method == "POST" and not adds else None,
        initial=friend_initial(now),
        program=program,
    )
    saved = _add_codes(request, program, codes) if adds else _save(request, program, form)
    if saved:
        messages.success(request, saved)
        return HttpResponseRedirect(request.path)
    context = {
        "form": form,
        "codes_form": codes,
        "program": program,
        "free_codes": selectors.free_codes(program),
        "terms": now,
        "crumbs": [
            {"label": _("Friends’ rewards"), "url": reverse("console:friends", args=[seller_slug])}
        ],
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "console/friends/terms.html", context, status=status)


@requires("commissions.manage", room="console")
def cancel(request: HttpRequest, seller_slug: str, friend_reward_id: uuid.UUID) -> HttpResponse:
    """Make a friend's reward worth nothing."""
    row = selectors.reward_by_id(friend_reward_id)
    form = FriendCancelForm(request.POST if request.method == "POST" else None)
    if (
        request.method == "POST"
        and form.is_valid()
        and try_on(
            form,
            lambda: services.cancel(
                reward=row, actor=actor_of(request), reason=form.cleaned_data["reason"]
            ),
        )
    ):
        messages.success(request, _("%(code)s is cancelled.") % {"code": row.code})
        return HttpResponseRedirect(reverse("console:friends", args=[seller_slug]))
    context = {
        "title": _("Cancel %(code)s?") % {"code": row.code},
        "consequences": [
            _("The shop must not honour it any more."),
            _("The referrer sees it as cancelled. His own commission stays."),
        ],
        "act": _("Cancel the reward"),
        "form": form,
        "back": reverse("console:friends", args=[seller_slug]),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "console/friends/cancel.html", context, status=status)


def _save(request: HttpRequest, program: Program, form: FriendTermsForm) -> str:
    """What to say once the terms are saved; "" where they are not."""
    if request.method != "POST" or not form.is_valid():
        return ""
    values = form.values()
    if form.is_valid() and try_on(
        form,
        lambda: services.change_terms(program=program, actor=actor_of(request), **values),
    ):
        return _("Saved. It holds for purchases from now on.")
    return ""


def _add_codes(request: HttpRequest, program: Program, form: CodesForm) -> str:
    added: list[int] = []
    if form.is_valid() and try_on(
        form,
        lambda: added.append(
            services.add_codes(program=program, codes=form.lines(), actor=actor_of(request))
        ),
    ):
        return ngettext("%(n)d new code.", "%(n)d new codes.", added[0]) % {"n": added[0]}
    return ""


def _referral_programs() -> "QuerySet[Program]":
    return campaigns.programs().filter(kind=Program.Kind.REFERRAL).order_by("name")
