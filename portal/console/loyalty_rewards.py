"""The catalogue of a program in the console."""

import uuid
from typing import Any

import django_filters
import django_tables2 as tables
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from commissions.loyalty import selectors, services
from commissions.models import LoyaltyReward
from portal import statuses
from portal.access import actor_of, reader_of, requires
from portal.columns import MarkupColumn, NameColumn, NumberColumn, StatusColumn
from portal.console.loyalty import crumbs
from portal.console.loyalty_forms import CodesForm, NewRewardForm, RewardForm, stock_words
from portal.filters import ChoicesFilter, SearchFilter
from portal.icons import icon
from portal.listing import Empty, Listing
from portal.refusals import try_on
from portal.reward_pictures import reward_picture

FIELDS = (
    "name", "description", "cost", "stock", "per_member", "tier", "available_from",
    "available_until",
)  # fmt: skip
KIND_ICONS = {"gift": "gift", "voucher": "ticket", "discount": "discount"}


def _edit_url(reward: LoyaltyReward) -> str:
    return reverse("console:loyalty-reward", args=[reward.seller.slug, reward.pk])


def _thumb(reward: LoyaltyReward) -> Any:
    if not reward.picture:
        return format_html('<span class="ico">{}</span>', icon(KIND_ICONS[reward.kind]))
    url = reverse("console:loyalty-picture", args=[reward.seller.slug, reward.pk])
    return format_html(
        '<img class="thumb" src="{}" alt="" loading="lazy" width="64" height="40">', url
    )


class RewardTable(tables.Table):
    """Rewards with what they cost and what is left."""

    thumb = MarkupColumn(gettext_lazy("Picture"), show=_thumb, css="w1", exclude_from_export=True)
    name = NameColumn(
        gettext_lazy("Reward"), url=_edit_url, meta=lambda row: row.get_kind_display()
    )
    cost = NumberColumn(gettext_lazy("Points"))
    left = MarkupColumn(
        gettext_lazy("Left"), show=stock_words, plain=stock_words, css="r", label=True
    )
    taken = NumberColumn(gettext_lazy("Taken"))
    state = StatusColumn(gettext_lazy("Status"), kind="reward")


class RewardFilters(django_filters.FilterSet):
    """Search, status and kind."""

    q = SearchFilter("name", "description", hint=gettext_lazy("Name"))
    state = ChoicesFilter(
        field_name="state", label=gettext_lazy("Status"), choices=statuses.labels("reward")
    )
    kind = ChoicesFilter(
        label=gettext_lazy("Kind"),
        all_label=gettext_lazy("All kinds"),
        choices=LoyaltyReward.Kind.choices,
    )

    class Meta:
        model = LoyaltyReward
        fields: list[str] = []


REWARDS = Listing(
    table=RewardTable,
    filters=RewardFilters,
    name="rewards",
    default="cost",
    orders={"cost": "cost", "name": "name", "taken": "taken"},
    chips=("state", "reward", "state"),
)


@requires("programs.view", room="console")
def rewards(request: HttpRequest, seller_slug: str, program_id: uuid.UUID) -> HttpResponse:
    """The catalogue."""
    program = selectors.program_by_id(program_id)
    new = reverse("console:loyalty-rewards-new", args=[seller_slug, program.pk])
    empty = Empty(
        _("No rewards yet"),
        _("What members can get for their points stands here: gifts, vouchers, discounts."),
        ((_("Add a reward"), new),),
        "gift",
    )
    page = REWARDS.show(request, selectors.rewards().filter(program=program), empty=empty)
    context = {
        "page": page,
        "program": program,
        "may_manage": reader_of(request).may("programs.manage"),
        "crumbs": crumbs(seller_slug, program),
    }
    return page.download or render(request, "console/loyalty/rewards.html", context)


@requires("programs.manage", room="console")
def new(request: HttpRequest, seller_slug: str, program_id: uuid.UUID) -> HttpResponse:
    """Add a reward."""
    program = selectors.program_by_id(program_id)
    form = NewRewardForm(request.POST or None, request.FILES or None, program=program)
    if (
        request.method == "POST"
        and form.is_valid()
        and try_on(
            form,
            lambda: services.create_reward(
                program=program, actor=actor_of(request), **form.values()
            ),
        )
    ):
        messages.success(request, _("Members see it now."))
        address = reverse("console:loyalty-rewards", args=[seller_slug, program.pk])
        return HttpResponseRedirect(address)
    context = {"form": form, "program": program, "crumbs": _way(seller_slug, program)}
    status = 422 if request.method == "POST" else 200
    return render(request, "console/loyalty/reward_new.html", context, status=status)


@requires("programs.view", room="console")
def reward(request: HttpRequest, seller_slug: str, reward_id: uuid.UUID) -> HttpResponse:
    """One reward; those who may can change it."""
    row = selectors.reward_by_id(reward_id)
    initial = {name: getattr(row, name) for name in FIELDS}
    form = RewardForm(
        request.POST or None, request.FILES or None, initial=initial, program=row.program
    )
    if request.method == "POST":
        reader_of(request).require("programs.manage", room="console")
    if (
        request.method == "POST"
        and form.is_valid()
        and try_on(
            form,
            lambda: services.change_reward(reward=row, actor=actor_of(request), **form.values()),
        )
    ):
        messages.success(request, _("Saved."))
        return HttpResponseRedirect(request.path)
    context = {
        "form": form,
        "codes_form": CodesForm(),
        "reward": row,
        "may_manage": reader_of(request).may("programs.manage"),
        "left": stock_words(row),
        "crumbs": _way(seller_slug, row.program),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "console/loyalty/reward.html", context, status=status)


@requires("programs.manage", room="console")
@require_POST
def codes(request: HttpRequest, seller_slug: str, reward_id: uuid.UUID) -> HttpResponse:
    """Put more codes into a voucher's list."""
    row = selectors.reward_by_id(reward_id)
    form = CodesForm(request.POST)
    added: list[int] = []
    if form.is_valid() and try_on(
        form,
        lambda: added.append(
            services.add_codes(reward=row, codes=form.lines(), actor=actor_of(request))
        ),
    ):
        text = ngettext("%(n)d new code.", "%(n)d new codes.", added[0]) % {"n": added[0]}
        messages.success(request, text)
    else:
        for mistakes in form.errors.values():
            messages.error(request, " ".join(str(one) for one in mistakes))
    return HttpResponseRedirect(_edit_url(row))


@requires("programs.manage", room="console")
@require_POST
def withdraw(request: HttpRequest, seller_slug: str, reward_id: uuid.UUID) -> HttpResponse:
    """Take it from the catalogue; the toast offers to undo it."""
    row = selectors.reward_by_id(reward_id)
    services.withdraw_reward(reward=row, actor=actor_of(request))
    undo = reverse("console:loyalty-restore", args=[seller_slug, row.pk])
    text = _("%(reward)s is out of the catalogue.") % {"reward": row.name}
    messages.success(request, text, extra_tags=f"undo:{undo}")
    return HttpResponseRedirect(_edit_url(row))


@requires("programs.manage", room="console")
@require_POST
def restore(request: HttpRequest, seller_slug: str, reward_id: uuid.UUID) -> HttpResponse:
    """Put it back."""
    row = selectors.reward_by_id(reward_id)
    services.restore_reward(reward=row, actor=actor_of(request))
    messages.success(request, _("%(reward)s is on offer again.") % {"reward": row.name})
    return HttpResponseRedirect(_edit_url(row))


@requires("programs.view", room="console")
def picture(request: HttpRequest, seller_slug: str, reward_id: uuid.UUID) -> HttpResponse:
    """Its picture."""
    return reward_picture(selectors.reward_by_id(reward_id))


def _way(seller_slug: str, program: Any) -> list[dict[str, str]]:
    url = reverse("console:loyalty-rewards", args=[seller_slug, program.pk])
    return [*crumbs(seller_slug, program), {"label": _("Catalogue"), "url": url}]
