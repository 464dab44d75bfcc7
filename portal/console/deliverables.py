"""Pieces that partners handed in: the list to review, one piece with its proof, decisions."""

import uuid
from collections.abc import Callable
from functools import partial
from typing import Any, Final

import django_filters
import django_tables2 as tables
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from activity import selectors as activity
from campaigns import selectors as campaigns
from commissions import deliverable_selectors as selectors
from commissions.models import Brief, Deliverable
from commissions.services import deliverables as services
from commissions.services import looks
from commissions.services.taking_back import take_back_fee
from portal import deliverable_words as words
from portal import statuses
from portal.access import actor_of, reader_of, requires
from portal.columns import DayColumn, MarkupColumn, NameColumn, StatusColumn
from portal.console.commission_forms import ReasonForm
from portal.console.deliverable_forms import ApproveForm
from portal.console.deliverables_many import ACTS, run_all, tell
from portal.downloads import SAFE_INLINE, kept_file
from portal.filters import ChoicesFilter, OnlyFilter, SearchFilter, named_choices
from portal.listing import Empty, Listing
from portal.refusals import try_on
from portal.verbs import told
from prm.errors import Unacceptable

MOST_AT_ONCE: Final = 500
Status = Deliverable.Status


def _url(piece: Deliverable) -> str:
    return reverse("console:deliverables-detail", args=[piece.seller.slug, piece.pk])


class PieceTable(tables.Table):
    """Pieces with their proof."""

    title = NameColumn(
        gettext_lazy("Piece"),
        accessor="pk",
        url=_url,
        meta=lambda piece: f"{piece.partner.name} · {piece.brief.program.name}",
    )
    kind = MarkupColumn(
        gettext_lazy("Kind"),
        show=lambda piece: piece.brief.get_kind_display(),
        plain=lambda piece: piece.brief.get_kind_display(),
    )
    handed_in_at = DayColumn(gettext_lazy("Handed in"))
    link = MarkupColumn(gettext_lazy("Link"), show=words.link_state, plain=words.link_plain)
    pays = MarkupColumn(
        gettext_lazy("Pays"), show=words.pays_words, plain=words.pays_words, css="r", label=True
    )
    status = StatusColumn(gettext_lazy("Status"), kind="deliverable", note=words.status_note)

    def render_title(self, record: Any) -> Any:
        """The piece by its brief's title and number."""
        return self.columns["title"].column.render(value=str(record), record=record)

    def value_title(self, record: Any) -> str:
        """The same for a file."""
        return str(record)


def _brief_title(brief_id: uuid.UUID) -> str:
    return str(selectors.brief_by_id(brief_id))


class PieceFilters(django_filters.FilterSet):
    """Search, status, kind, link, program, brief."""

    q = SearchFilter(
        "brief__title", "partner__name", "url", "note", hint=gettext_lazy("Title, partner, page")
    )
    status = ChoicesFilter(label=gettext_lazy("Status"), choices=statuses.labels("deliverable"))
    kind = ChoicesFilter(
        field_name="brief__kind",
        label=gettext_lazy("Kind"),
        all_label=gettext_lazy("All kinds"),
        choices=Brief.Kind.choices,
    )
    link = ChoicesFilter(
        label=gettext_lazy("Link"),
        all_label=gettext_lazy("Any link"),
        choices=[*statuses.labels("page_link"), ("lost", gettext_lazy("Link is gone"))],
        method="filter_link",
    )
    program = ChoicesFilter(
        field_name="brief__program",
        label=gettext_lazy("Program"),
        all_label=gettext_lazy("All programs"),
        choices=[],
    )
    brief = OnlyFilter(_brief_title)

    class Meta:
        model = Deliverable
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        programs = campaigns.programs().order_by("name").values_list("pk", "name")
        self.filters["program"].extra["choices"] = partial(named_choices, programs)

    def filter_link(
        self, rows: QuerySet[Deliverable], name: str, value: str
    ) -> QuerySet[Deliverable]:
        """By what the last look found, or what counts as gone."""
        return (
            rows.filter(lost_at__isnull=False) if value == "lost" else rows.filter(link_state=value)
        )


PIECES = Listing(
    table=PieceTable,
    filters=PieceFilters,
    name="deliverables",
    default="-handed_in_at",
    orders={"handed_in_at": "handed_in_at"},
    chips=("status", "deliverable", "status"),
    keep=("brief",),
)


@requires("programs.view", room="console")
def deliverables(request: HttpRequest, seller_slug: str) -> HttpResponse:
    """Everything handed in; the ticked ones go to a page that says what an act will do."""
    if request.method == "POST":
        return _decide_many(request)
    empty = Empty(
        _("Nothing handed in yet"),
        _("What partners make for a fee comes in here, with its proof."),
        ((_("See briefs"), reverse("console:deliverables-briefs", args=[seller_slug])),),
        "checklist",
    )
    page = PIECES.show(request, selectors.deliverables(), empty=empty)
    context = {
        "page": page,
        "may_decide": reader_of(request).may("commissions.manage"),
        "list_acts": ACTS.items(),
    }
    return page.download or render(request, "console/deliverables/list.html", context)


def _decide_many(request: HttpRequest) -> HttpResponse:
    """Confirm, then do, an act on every chosen piece that waits; the rest are counted."""
    reader_of(request).require("commissions.manage", room="console")
    name = request.POST.get("act", "")
    if name not in ACTS:
        raise Http404
    act = ACTS[name]
    chosen = PIECES.chosen(request, selectors.deliverables())
    pieces = list(
        chosen.filter(status=Status.SUBMITTED, agreed_at=None).order_by("id")[: MOST_AT_ONCE + 1]
    )
    back = f"{request.path}?{request.POST.get('query', '')}"
    form = ReasonForm(request.POST if request.POST.get("sure") else None)
    sure = request.POST.get("sure") and (form.is_valid() or not act.needs_reason)
    if sure and 0 < len(pieces) <= MOST_AT_ONCE:
        why = form.cleaned_data.get("reason", "") if act.needs_reason else ""
        tell(request, act, run_all(act, pieces, actor_of(request), why))
        return HttpResponseRedirect(back)
    context = {
        "act": act,
        "name": name,
        "count": len(pieces),
        "left_out": chosen.count() - len(pieces),
        "too_many": len(pieces) > MOST_AT_ONCE,
        "most": MOST_AT_ONCE,
        "form": form if act.needs_reason else None,
        "chosen": [piece.pk for piece in pieces],
        "query": request.POST.get("query", ""),
        "back": back,
    }
    status = 422 if request.POST.get("sure") else 200
    return render(request, "console/deliverables/decide_many.html", context, status=status)


@requires("programs.view", room="console")
def detail(request: HttpRequest, seller_slug: str, deliverable_id: uuid.UUID) -> HttpResponse:
    """One piece: its proof, its link over time, what it paid; those who may can decide."""
    piece = selectors.deliverable_by_id(deliverable_id)
    return _page(request, piece)


def _page(
    request: HttpRequest,
    piece: Any,
    *,
    back_form: ReasonForm | None = None,
    anyway_form: ApproveForm | None = None,
) -> HttpResponse:
    reader = reader_of(request)
    context = {
        "piece": piece,
        "brief": piece.brief,
        "fee": words.fee_words(piece.brief),
        "pays": words.pays_words(piece),
        "proof": words.proof_words(piece.brief),
        "stay": words.stay_words(piece.brief),
        "note": words.status_note(piece),
        "link": words.link_state(piece),
        "picture": piece.content_type in SAFE_INLINE,
        "looks": [words.look_step(look) for look in selectors.looks_at(piece)[:20]],
        "lines": selectors.lines_of(piece) if reader.may("commissions.view") else [],
        "events": [told(event) for event in activity.events_of_object(piece.pk)[:20]],
        "back_form": back_form or ReasonForm(auto_id="back_%s"),
        "anyway_form": anyway_form or ApproveForm(auto_id="anyway_%s"),
        "not_found": piece.link_state in ("missing", "unreachable") and not piece.agreed_at,
        "may_decide": reader.may("commissions.manage"),
    }
    bound = (back_form and back_form.is_bound) or (anyway_form and anyway_form.is_bound)
    return render(
        request, "console/deliverables/detail.html", context, status=422 if bound else 200
    )


@requires("programs.view", room="console")
def file(request: HttpRequest, seller_slug: str, deliverable_id: uuid.UUID) -> HttpResponse:
    """The file handed in; `?inline=1` shows a picture in the page."""
    return kept_file(selectors.deliverable_by_id(deliverable_id), inline="inline" in request.GET)


@requires("commissions.manage", room="console")
@require_POST
def approve(request: HttpRequest, seller_slug: str, deliverable_id: uuid.UUID) -> HttpResponse:
    """Approve and pay; with `anyway` without the link, for a reason."""
    piece = selectors.deliverable_by_id(deliverable_id)
    made: list[Deliverable] = []

    def act(anyway: bool, reason: str) -> None:
        made.append(
            services.approve_deliverable(
                deliverable=piece, actor=actor_of(request), anyway=anyway, reason=reason
            )
        )

    if "anyway" in request.POST:
        form = ApproveForm(request.POST, auto_id="anyway_%s")
        if not form.is_valid() or not try_on(form, lambda: act(True, form.cleaned_data["reason"])):
            return _page(request, piece, anyway_form=form)
    else:
        try:
            act(False, "")
        except Unacceptable as refusal:
            messages.error(request, refusal.message)
            return HttpResponseRedirect(_url(piece))
    if made[0].agreed_at:
        said = _("We look at the page once more. With its link found, the piece is approved.")
        messages.info(request, said)
    else:
        messages.success(request, _("%(piece)s is approved.") % {"piece": piece})
    return HttpResponseRedirect(_url(piece))


@requires("commissions.manage", room="console")
@require_POST
def send_back(request: HttpRequest, seller_slug: str, deliverable_id: uuid.UUID) -> HttpResponse:
    """Ask for a better piece."""
    piece = selectors.deliverable_by_id(deliverable_id)
    form = ReasonForm(request.POST, auto_id="back_%s")
    if not form.is_valid() or not try_on(
        form,
        lambda: services.send_back(
            deliverable=piece, actor=actor_of(request), reason=form.cleaned_data["reason"]
        ),
    ):
        return _page(request, piece, back_form=form)
    messages.success(request, _("%(piece)s is sent back.") % {"piece": piece})
    return HttpResponseRedirect(_url(piece))


@requires("commissions.manage", room="console")
def decline(request: HttpRequest, seller_slug: str, deliverable_id: uuid.UUID) -> HttpResponse:
    """Say what declining means, ask for the reason, and do it."""
    piece = selectors.deliverable_by_id(deliverable_id)
    return _reasoned(
        request,
        piece,
        run=services.decline,
        title=_("Decline %(piece)s?") % {"piece": piece},
        consequences=[
            _("Nothing is paid for this piece, and it cannot be handed in again."),
            _("The partner reads your reason."),
        ],
        act=_("Decline, nothing is paid"),
        done=_("%(piece)s is declined.") % {"piece": piece},
    )


@requires("commissions.manage", room="console")
def take_back(request: HttpRequest, seller_slug: str, deliverable_id: uuid.UUID) -> HttpResponse:
    """Say what taking the fee back means, ask for the reason, and do it."""
    piece = selectors.deliverable_by_id(deliverable_id)
    pays = words.pays_words(piece)
    return _reasoned(
        request,
        piece,
        run=take_back_fee,
        title=_("Take back the fee of %(piece)s?") % {"piece": piece},
        consequences=[
            _("What still waits is rejected; what is paid is taken from the next payout."),
            _("The partner reads your reason."),
            _("It cannot be undone; an adjustment can make up for it."),
        ],
        act=_("Take back %(amount)s") % {"amount": pays},
        done=_("The fee of %(piece)s is taken back.") % {"piece": piece},
    )


def _reasoned(
    request: HttpRequest,
    piece: Deliverable,
    *,
    run: Callable[..., Any],
    title: str,
    consequences: list[str],
    act: str,
    done: str,
) -> HttpResponse:
    form = ReasonForm(request.POST or None)
    if (
        request.method == "POST"
        and form.is_valid()
        and try_on(
            form,
            lambda: run(
                deliverable=piece, actor=actor_of(request), reason=form.cleaned_data["reason"]
            ),
        )
    ):
        messages.success(request, done)
        return HttpResponseRedirect(_url(piece))
    context = {
        "title": title,
        "consequences": consequences,
        "act": act,
        "form": form,
        "back": _url(piece),
    }
    status = 422 if form.is_bound else 200
    return render(request, "console/deliverables/confirm.html", context, status=status)


@requires("commissions.manage", room="console")
@require_POST
def look(request: HttpRequest, seller_slug: str, deliverable_id: uuid.UUID) -> HttpResponse:
    """Have the page looked at now."""
    piece = selectors.deliverable_by_id(deliverable_id)
    looks.look_again(deliverable=piece)
    messages.info(request, _("We are looking at the page. Reload in a moment."))
    return HttpResponseRedirect(_url(piece))
