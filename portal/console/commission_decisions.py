"""Deciding about lines of earnings: what an act will do, its reason, and doing it."""

import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from commissions import reasons, selectors
from commissions.models import Commission
from commissions.services.bulk_decisions import DECISIONS, MOST, SETTLED, Outcome, decide_many
from portal import icons, money_format, traces
from portal.access import actor_of, reader_of, requires
from portal.console.commission_forms import HoldForm, ReasonForm
from portal.refusals import try_on


@dataclass(frozen=True)
class Act:
    """What staff may do to a line, in words, and the form that it needs."""

    label: str | Promise
    done: str | Promise
    icon: str
    form: type[ReasonForm] | None = None


ACTS: Final[dict[str, Act]] = {
    "approve": Act(gettext_lazy("Approve"), gettext_lazy("Approved"), "check"),
    "hold": Act(gettext_lazy("Hold"), gettext_lazy("Held"), "lock", HoldForm),
    "release": Act(gettext_lazy("Release"), gettext_lazy("Released"), "lock-open"),
    "reject": Act(gettext_lazy("Reject"), gettext_lazy("Rejected"), "x", ReasonForm),
}


def act_links(line: Commission) -> SafeString:
    """Buttons of what can be done to a line now."""
    acts = SafeString("")
    for name, act in ACTS.items():
        if may_take(line, name):
            url = reverse("console:commissions-decide", args=[line.seller.slug, line.pk, name])
            acts += format_html(
                '<a class="btn" href="{}">{}{}</a>', url, icons.icon(act.icon), act.label
            )
    if line.kind == Commission.Kind.ADJUSTMENT and "adjustment" in line.trace:
        url = reverse("console:commissions-adjust", args=[line.seller.slug])
        acts += format_html(
            '<a class="btn" href="{}?undo={}">{}{}</a>',
            url,
            line.pk,
            icons.icon("arrow-back-up"),
            _("Undo"),
        )
    return acts


def may_take(line: Commission, act: str) -> bool:
    """Whether a line can take this step now; what lies beside another goes with that."""
    if line.reverses_id is not None or line.kind in SETTLED:
        return False
    if line.status not in DECISIONS[act].statuses:
        return False
    return act != "approve" or line.needs_approval


def fitting(rows: QuerySet[Commission], act: str) -> QuerySet[Commission]:
    """Of `rows` those that can take this step now."""
    rows = rows.filter(status__in=DECISIONS[act].statuses, reverses=None)
    rows = rows.exclude(kind__in=SETTLED)
    return rows.filter(needs_approval=True) if act == "approve" else rows


@requires("commissions.manage", room="console")
def decide(request: HttpRequest, seller_slug: str, line_id: uuid.UUID, act: str) -> HttpResponse:
    """Say what the act does to one line, ask for its reason, and do it."""
    if act not in ACTS:
        raise Http404
    line = selectors.line_by_id(line_id)
    form = _form(act, request.POST or None)
    back = f"{reverse('console:commissions', args=[seller_slug])}?open={line.pk}#row-{line.pk}"
    if request.method == "POST" and (form is None or form.is_valid()):
        if form is None:
            _run_one(request, act, line, None)
        if form is None or try_on(form, lambda: _run_one(request, act, line, form)):
            words = {"act": ACTS[act].done, "line": traces.title(line)}
            messages.success(request, _("%(act)s: %(line)s.") % words)
            return HttpResponseRedirect(back)
    context = {
        "title": _("%(act)s %(amount)s of %(partner)s?")
        % {
            "act": ACTS[act].label,
            "amount": money_format.plain(left_of(line), line.currency),
            "partner": line.partner.name,
        },
        "line": line,
        "sentence": reasons.sentence(line, reasons.STAFF),
        "consequences": consequences(act),
        "act": _button(act, line),
        "tone": "bad" if act == "reject" else "primary",
        "form": form,
        "back": back,
    }
    status = 422 if form and form.is_bound else 200
    return render(request, "console/commissions/decide.html", context, status=status)


def decide_chosen(request: HttpRequest, chosen: QuerySet[Commission]) -> HttpResponse:
    """Confirm, then do, an act on every chosen line that it applies to; the rest are counted.

    What was confirmed is what is done: the second request names its lines.
    """
    name = request.POST.get("act", "")
    if name not in ACTS:
        raise Http404
    sure = bool(request.POST.get("sure"))
    form = _form(name, request.POST if sure else None)
    back = f"{request.path}?{request.POST.get('query', '')}"
    ids = list(chosen.order_by("id").values_list("pk", flat=True)[:MOST]) if sure else []
    if ids and (form is None or form.is_valid()):
        _tell(request, name, _run(request, name, ids, form))
        return HttpResponseRedirect(back)
    rows = fitting(chosen, name)
    lines = list(rows.order_by("id")[:MOST])
    matching = rows.count()
    context = {
        "act": ACTS[name],
        "name": name,
        "count": len(lines),
        "more": matching - len(lines),
        "left_out": chosen.count() - matching,
        "partners": len({line.partner_id for line in lines}),
        "sums": _sums(lines),
        "consequences": [*_when(name, lines), *consequences(name)],
        "form": form,
        "chosen": [line.pk for line in lines],
        "query": request.POST.get("query", ""),
        "back": back,
    }
    status = 422 if sure else 200
    return render(request, "console/commissions/decide_many.html", context, status=status)


def left_of(line: Commission) -> int:
    """A line with what refunds and corrections set beside it, in minor units."""
    if line.kind == Commission.Kind.COMMISSION:
        return int(line.earned_minor - line.reversed_minor)
    return int(line.amount_minor)


def consequences(act: str) -> list[str]:
    """What an act does to each line, in words."""
    words = {
        "approve": [
            _("With its hold over, it becomes payable at once; else when the hold ends."),
            _("It can still be held until it is in a payout."),
        ],
        "hold": [
            _("It cannot be paid until somebody releases it."),
            _("The partner sees it as held, with your reason."),
        ],
        "release": [_("It becomes payable, or goes on waiting for the end of its hold.")],
        "reject": [
            _("The partner gets nothing for it, and reads your reason."),
            _("It cannot be undone; an adjustment can make up for it."),
        ],
    }
    return words[act]


def _form(act: str, data: Any) -> ReasonForm | None:
    form = ACTS[act].form
    return form(data) if form else None


def _run(
    request: HttpRequest, act: str, ids: Sequence[uuid.UUID], form: ReasonForm | None
) -> list[Outcome]:
    return decide_many(
        seller_id=reader_of(request).seller.pk,
        decision=act,
        ids=ids,
        actor=actor_of(request),
        **(form.values() if form else {}),
    )


def _run_one(request: HttpRequest, act: str, line: Commission, form: ReasonForm | None) -> None:
    outcome = _run(request, act, [line.pk], form)[0]
    if outcome.refusal is not None:
        raise outcome.refusal


def _tell(request: HttpRequest, act: str, outcomes: list[Outcome]) -> None:
    """How it went, and how many lines had moved on meanwhile."""
    done = sum(one.changed for one in outcomes)
    left = len(outcomes) - done
    words = ngettext("%(act)s: %(count)d line.", "%(act)s: %(count)d lines.", done)
    text = words % {"act": ACTS[act].done, "count": done}
    if left:
        stayed = ngettext(
            "%(count)d line had moved on meanwhile and stays as it is.",
            "%(count)d lines had moved on meanwhile and stay as they are.",
            left,
        )
        text = f"{text} {stayed % {'count': left}}"
    (messages.success if done else messages.warning)(request, text)


def _sums(lines: Sequence[Commission]) -> list[tuple[str, int]]:
    sums: Counter[str] = Counter()
    for line in lines:
        sums[line.currency] += left_of(line)
    return sorted(sums.items())


def _when(act: str, lines: Sequence[Commission]) -> list[str]:
    """How many of the lines become payable at once, where the act lets lines go on."""
    if act not in ("approve", "release"):
        return []
    now = timezone.now()
    free = sum(line.is_due(now) and (act == "approve" or not line.needs_approval) for line in lines)
    words = ngettext(
        "%(free)d of %(count)d line becomes payable at once.",
        "%(free)d of %(count)d lines become payable at once.",
        len(lines),
    )
    return [words % {"free": free, "count": len(lines)}]


def _button(act: str, line: Commission) -> str:
    """The button's words; where something is lost it repeats what."""
    if act != "reject":
        return str(ACTS[act].label)
    amount = money_format.plain(left_of(line), line.currency)
    return _("Reject, %(amount)s is not paid") % {"amount": amount}
