"""Announcements in the seller's console: written, sent to a segment, read by whom."""

import uuid
from typing import Any

import django_filters
import django_tables2 as tables
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from campaigns import segments
from campaigns.announcements import selectors, services
from campaigns.models import Announcement
from portal import statuses
from portal.access import actor_of, reader_of, requires
from portal.columns import DayColumn, MarkupColumn, NameColumn, StatusColumn
from portal.console.announcement_forms import AnnouncementForm
from portal.filters import ChoicesFilter, SearchFilter
from portal.listing import Empty, Listing
from portal.receipt_list import RECEIPTS, with_state
from portal.refusals import try_on


def _url(announcement: Announcement, page: str = "detail") -> str:
    return reverse(
        f"console:announcements-{page}", args=[announcement.seller.slug, announcement.pk]
    )


def _read(announcement: Any) -> str:
    if announcement.status == Announcement.Status.DRAFT:
        return ""
    return _("%(read)d of %(all)d") % {"read": announcement.read, "all": announcement.reached}


class AnnouncementTable(tables.Table):
    """Announcements with how many have read them."""

    title = NameColumn(gettext_lazy("Announcement"), url=_url)
    created_at = DayColumn(gettext_lazy("Written"))
    sent_at = DayColumn(gettext_lazy("Sent"))
    read = MarkupColumn(gettext_lazy("Read by"), show=_read, plain=_read, css="num", label=True)
    status = StatusColumn(gettext_lazy("Status"), kind="announcement")


class AnnouncementFilters(django_filters.FilterSet):
    """Search and status."""

    q = SearchFilter("title", "source", hint=gettext_lazy("Words"))
    status = ChoicesFilter(label=gettext_lazy("Status"), choices=statuses.labels("announcement"))

    class Meta:
        model = Announcement
        fields: list[str] = []


ANNOUNCEMENTS = Listing(
    table=AnnouncementTable,
    filters=AnnouncementFilters,
    name="announcements",
    default="-created_at",
    orders={"created_at": "created_at", "title": "title"},
    chips=("status", "announcement", "status"),
)


@requires("materials.view", room="console")
def announcements(request: HttpRequest, seller_slug: str) -> HttpResponseBase:
    """All announcements."""
    empty = Empty(
        _("No announcements yet"),
        _("News for many partners at once: in their portal, and by mail as each of them wants it."),
        ((_("Write one"), reverse("console:announcements-create", args=[seller_slug])),)
        if reader_of(request).may("materials.manage")
        else (),
        "speakerphone",
    )
    page = ANNOUNCEMENTS.show(request, selectors.announcements(), empty=empty)
    return page.download or render(request, "console/announcements/list.html", {"page": page})


@requires("materials.manage", room="console")
def create(request: HttpRequest, seller_slug: str) -> HttpResponse:
    """Write a draft."""
    form = AnnouncementForm(request.POST or None)
    made: list[Announcement] = []

    def act() -> None:
        made.append(
            services.draft_announcement(
                seller=reader_of(request).seller,
                actor=actor_of(request),
                title=form.cleaned_data["title"],
                source=form.cleaned_data["source"],
                segment=form.segment(),
            )
        )

    if request.method == "POST" and form.is_valid() and try_on(form, act):
        return HttpResponseRedirect(_url(made[0]))
    return _form_page(request, form, _("Write an announcement"))


@requires("materials.manage", room="console")
def edit(request: HttpRequest, seller_slug: str, announcement_id: uuid.UUID) -> HttpResponse:
    """Change a draft."""
    found = selectors.announcement_by_id(announcement_id)
    if found.status != Announcement.Status.DRAFT:
        return HttpResponseRedirect(_url(found))
    stored = segments.from_json(found.segment)
    initial = {"title": found.title, "source": found.source}
    form = AnnouncementForm(request.POST or None, initial=initial | vars(stored))

    def act() -> None:
        services.change_announcement(
            announcement=found,
            actor=actor_of(request),
            title=form.cleaned_data["title"],
            source=form.cleaned_data["source"],
            segment=form.segment(),
        )

    if request.method == "POST" and form.is_valid() and try_on(form, act):
        return HttpResponseRedirect(_url(found))
    return _form_page(request, form, _("Change the announcement"), found)


@requires("materials.view", room="console")
def detail(request: HttpRequest, seller_slug: str, announcement_id: uuid.UUID) -> HttpResponseBase:
    """One announcement as partners see it, whom it reaches, and who has read it."""
    found = selectors.announcement_by_id(announcement_id)
    segment = segments.from_json(found.segment)
    is_draft = found.status == Announcement.Status.DRAFT
    page = None
    if not is_draft:
        empty = Empty(_("On its way"), _("Receipts appear here in a moment."), (), "send")
        page = RECEIPTS.show(request, with_state(selectors.receipts(found)), empty=empty)
        if page.download:
            return page.download
    context = {
        "announcement": found,
        "segment": segments.words(segment),
        "audience": selectors.audience(segment) if is_draft else None,
        "shares": {} if is_draft else selectors.shares_of(found),
        "page": page,
        "may_manage": reader_of(request).may("materials.manage"),
    }
    return render(request, "console/announcements/detail.html", context)


@requires("materials.manage", room="console")
def send(request: HttpRequest, seller_slug: str, announcement_id: uuid.UUID) -> HttpResponse:
    """Say how many will get it, then send."""
    found = selectors.announcement_by_id(announcement_id)
    if request.method == "POST":
        services.send_announcement(announcement=found, actor=actor_of(request))
        messages.success(request, _("It is on its way."))
        return HttpResponseRedirect(_url(found))
    audience = selectors.audience(segments.from_json(found.segment))
    return _confirm(
        request,
        found,
        title=_("Send “%(title)s”?") % {"title": found.title},
        act=ngettext("Send it to %(count)d person", "Send it to %(count)d people", audience.people)
        % {"count": audience.people},
        consequences=[
            ngettext(
                "%(count)d partner reads it in the portal.",
                "%(count)d partners read it in the portal.",
                audience.partners,
            )
            % {"count": audience.partners},
            _("Mails go out as each person chose: at once, once a day, or never."),
            _("It can no longer be changed, only withdrawn."),
        ],
        tone="primary",
    )


@requires("materials.manage", room="console")
def withdraw(request: HttpRequest, seller_slug: str, announcement_id: uuid.UUID) -> HttpResponse:
    """Say what it means, then take it out of the portal."""
    found = selectors.announcement_by_id(announcement_id)
    if request.method == "POST":
        services.withdraw_announcement(announcement=found, actor=actor_of(request))
        messages.success(request, _("Partners no longer see it."))
        return HttpResponseRedirect(_url(found))
    reached = selectors.receipts(found).count()
    return _confirm(
        request,
        found,
        title=_("Withdraw “%(title)s”?") % {"title": found.title},
        act=_("Withdraw it"),
        consequences=[
            ngettext(
                "%(count)d person no longer finds it in the portal.",
                "%(count)d people no longer find it in the portal.",
                reached,
            )
            % {"count": reached},
            _("Mails that went out stay where they are."),
        ],
        tone="bad",
    )


@requires("materials.manage", room="console")
@require_POST
def delete(request: HttpRequest, seller_slug: str, announcement_id: uuid.UUID) -> HttpResponse:
    """Throw a draft away."""
    found = selectors.announcement_by_id(announcement_id)
    services.delete_draft(announcement=found, actor=actor_of(request))
    messages.success(request, _("The draft is deleted."))
    return redirect("console:announcements", seller_slug)


def _form_page(
    request: HttpRequest,
    form: AnnouncementForm,
    title: str,
    announcement: Announcement | None = None,
) -> HttpResponse:
    slug = reader_of(request).seller.slug
    listed = reverse("console:announcements", args=[slug])
    context = {
        "form": form,
        "title": title,
        "back": _url(announcement) if announcement else listed,
        "crumbs": [{"label": _("Announcements"), "url": listed}, {"label": title, "url": ""}],
    }
    status = 422 if form.is_bound else 200
    return render(request, "console/announcements/form.html", context, status=status)


def _confirm(request: HttpRequest, announcement: Announcement, **context: Any) -> HttpResponse:
    context |= {"announcement": announcement, "back": _url(announcement)}
    return render(request, "console/announcements/confirm.html", context)
