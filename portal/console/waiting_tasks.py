"""What needs somebody at the seller now: tasks with their amount, clock and next step."""

import math
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from campaigns import selectors as campaigns
from campaigns.models import Application
from commissions import deliverable_selectors as deliverables
from commissions import reasons
from commissions import selectors as commissions
from commissions.browser import selectors as browser
from commissions.claims import selectors as claims
from commissions.models import Redemption
from commissions.selectors import Waiting
from payouts import selectors as payouts
from payouts.models import Batch
from payouts.selectors import Unreachable
from portal import navigation, waiting
from portal.money_format import plain
from sellers.models import User
from sellers.reader import Reader
from tracking import selectors as tracking

NAMES = 3

KINDS: Final[dict[str, str | Promise]] = {
    "applications": gettext_lazy("Applications"),
    "failed": gettext_lazy("Could not be computed"),
    "reports": gettext_lazy("From browsers"),
    "claims": gettext_lazy("Missing sales"),
    "deliverables": gettext_lazy("To review"),
    "redemptions": gettext_lazy("To hand over"),
    "approval": gettext_lazy("To approve"),
    "held": gettext_lazy("Held"),
    "payouts": gettext_lazy("Payouts"),
    "methods": gettext_lazy("No payout method"),
}


@dataclass(frozen=True)
class Task:
    """One thing that waits. `count` is how many records, `due` when time runs out, if ever."""

    kind: str
    icon: str
    title: str
    text: str
    url: str
    act: str
    count: int = 1
    amounts: list[tuple[int, str]] = field(default_factory=list)
    since: datetime | None = None
    due: datetime | None = None


def tasks(
    reader: Reader,
    counts: Mapping[str, int] | None = None,
    unpaid: Sequence[Unreachable] | None = None,
) -> list[Task]:
    """What waits for somebody with this reader's permissions, what is due first on top.

    `counts` and `unpaid` are those beside the navigation (portal/waiting.py): what is not there is
    not asked for again.
    """
    found = [
        task
        for right, counted, source in _SOURCES
        if reader.may(right) and (counts is None or counts.get(counted))
        for task in source(reader)
    ]
    found += _methods(reader, waiting.unreachable(reader) if unpaid is None else unpaid)
    return sorted(found, key=_urgency)


def _urgency(task: Task) -> tuple[bool, float]:
    """What has a deadline first, the nearest on top; then what has waited longest."""
    moment = task.due or task.since
    return task.due is None, moment.timestamp() if moment else math.inf


def _applications(reader: Reader) -> list[Task]:
    """Open applications, one task for each program; one query."""
    by_program: dict[str, list[Application]] = defaultdict(list)
    rows = campaigns.applications().filter(status=Application.Status.SUBMITTED).order_by("id")
    for row in rows[:200]:
        by_program[row.program.name].append(row)
    return [_application_task(reader, name, rows) for name, rows in by_program.items()]


def _application_task(reader: Reader, program: str, rows: list[Application]) -> Task:
    count, slug = len(rows), reader.seller.slug
    words = ngettext(
        "%(count)d application to %(program)s", "%(count)d applications to %(program)s", count
    )
    single = reverse("console:applications-detail", args=[slug, rows[0].pk])
    every = reverse("console:applications", args=[slug])
    act = ngettext("Review it", "Review %(count)d", count) % {"count": count}
    return Task(
        kind="applications",
        icon="user-plus",
        title=words % {"count": count, "program": program},
        text=_names([row.partner.name for row in rows]),
        url=single if count == 1 else every,
        act=act,
        count=count,
        since=rows[0].created_at,
    )


def _reports(reader: Reader) -> list[Task]:
    """What browsers said was sold and nobody confirmed yet, as one task; two queries."""
    reports = browser.waiting()
    count = reports.count()
    if not count:
        return []
    rows = list(reports.order_by("id")[:NAMES])
    words = ngettext(
        "A browser reported %(count)d sale or lead",
        "Browsers reported %(count)d sales and leads",
        count,
    )
    address = reverse("console:sales-reports", args=[reader.seller.slug])
    return [
        Task(
            kind="reports",
            icon="browser",
            title=words % {"count": count},
            text=", ".join(row.external_id for row in rows) + (" …" if count > NAMES else ""),
            url=f"{address}?status=waiting",
            act=ngettext("Look at it", "Look at %(count)d", count) % {"count": count},
            count=count,
            since=rows[0].created_at if rows else None,
        )
    ]


def _claims(reader: Reader) -> list[Task]:
    """Claims of missing sales that wait for an answer, as one task; one query."""
    rows = list(claims.waiting().select_related("partner").order_by("due_at", "id")[:200])
    if not rows:
        return []
    count, slug = len(rows), reader.seller.slug
    words = ngettext(
        "%(count)d missing sale is claimed", "%(count)d missing sales are claimed", count
    )
    single = reverse("console:claims-detail", args=[slug, rows[0].pk])
    every = reverse("console:claims", args=[slug])
    return [
        Task(
            kind="claims",
            icon="search",
            title=words % {"count": count},
            text=_names([f"{one.partner.name}: {one.order}" for one in rows]),
            url=single if count == 1 else every,
            act=ngettext("Answer it", "Answer %(count)d", count) % {"count": count},
            count=count,
            since=rows[0].created_at,
            due=rows[0].due_at,
        )
    ]


def _failed(reader: Reader) -> list[Task]:
    failed = tracking.failed()
    if not failed.count:
        return []
    words = ngettext(
        "%(count)d sale or refund could not be computed",
        "%(count)d sales or refunds could not be computed",
        failed.count,
    )
    return [
        Task(
            kind="failed",
            icon="alert-triangle",
            title=words % {"count": failed.count},
            text=failed.message[:140],
            url=reverse("console:sales", args=[reader.seller.slug]) + "?state=failed",
            act=_("Look"),
            count=failed.count,
            since=failed.oldest,
        )
    ]


def _approvals(reader: Reader) -> list[Task]:
    base = reverse("console:commissions", args=[reader.seller.slug])
    found = []
    for one in commissions.awaiting_approval():
        words = ngettext(
            "%(count)d commission waits for approval",
            "%(count)d commissions wait for approval",
            one.lines,
        )
        found.append(
            Task(
                kind="approval",
                icon="receipt-2",
                title=words % {"count": one.lines},
                text=_of_partners(one) + " · " + _("due when their hold ends"),
                url=f"{base}?kind=approval",
                act=_("Decide"),
                count=one.lines,
                amounts=[(one.amount, one.currency)],
                since=one.since,
                due=one.due,
            )
        )
    return found


def _held(reader: Reader) -> list[Task]:
    base = reverse("console:commissions", args=[reader.seller.slug])
    found = []
    for one in commissions.held():
        words = ngettext(
            "%(count)d commission is held", "%(count)d commissions are held", one.lines
        )
        found.append(
            Task(
                kind="held",
                icon="lock",
                title=words % {"count": one.lines},
                text=" · ".join(
                    filter(None, [_of_partners(one), reasons.stop_words(one.reason)[:110]])
                ),
                url=f"{base}?status=held",
                act=_("Decide"),
                count=one.lines,
                amounts=[(one.amount, one.currency)],
                since=one.since,
            )
        )
    return found


def _redemptions(reader: Reader) -> list[Task]:
    """Rewards that members asked for, as one task; one query."""
    asked = Redemption.objects.filter(status=Redemption.Status.ASKED)
    rows = list(asked.select_related("partner", "reward").order_by("id")[:200])
    if not rows:
        return []
    count, slug = len(rows), reader.seller.slug
    words = ngettext("%(count)d reward to hand over", "%(count)d rewards to hand over", count)
    single = reverse("console:loyalty-fulfil", args=[slug, rows[0].pk])
    every = reverse("console:loyalty-redemptions", args=[slug]) + "?status=asked"
    return [
        Task(
            kind="redemptions",
            icon="gift",
            title=words % {"count": count},
            text=_names([f"{one.partner.name}: {one.reward.name}" for one in rows]),
            url=single if count == 1 else every,
            act=_("Hand over"),
            count=count,
            since=rows[0].created_at,
        )
    ]


def _deliverables(reader: Reader) -> list[Task]:
    """Pieces that partners handed in, as one task; one query."""
    rows = list(deliverables.waiting().order_by("handed_in_at", "id")[:200])
    if not rows:
        return []
    count, slug = len(rows), reader.seller.slug
    words = ngettext("%(count)d piece was handed in", "%(count)d pieces were handed in", count)
    single = reverse("console:deliverables-detail", args=[slug, rows[0].pk])
    every = reverse("console:deliverables", args=[slug]) + "?status=submitted"
    return [
        Task(
            kind="deliverables",
            icon="checklist",
            title=words % {"count": count},
            text=_names(list(dict.fromkeys(f"{one.partner.name}: {one}" for one in rows))),
            url=single if count == 1 else every,
            act=ngettext("Review it", "Review %(count)d", count) % {"count": count},
            count=count,
            since=rows[0].handed_in_at,
        )
    ]


def _drafts(reader: Reader) -> list[Task]:
    return [_batch_task(reader, batch) for batch in payouts.drafts()]


def _methods(reader: Reader, without: Sequence[Unreachable]) -> list[Task]:
    """Partners with money and nowhere to send it, as one task."""
    if not without:
        return []
    sums: dict[str, int] = defaultdict(int)
    for one in without:
        sums[one.currency] += one.amount_minor
    names = list({one.partner_id: one.name for one in without}.values())
    words = ngettext(
        "%(count)d partner has money but no payout method",
        "%(count)d partners have money but no payout method",
        len(names),
    )
    first = reverse("console:partners-detail", args=[reader.seller.slug, without[0].partner_id])
    every = reverse("console:partners", args=[reader.seller.slug])
    return [
        Task(
            kind="methods",
            icon="wallet",
            title=words % {"count": len(names)},
            text=_names(names),
            url=first if len(names) == 1 else every,
            act=_("Remind") if len(names) == 1 else _("See partners"),
            count=len(names),
            amounts=[(amount, code) for code, amount in sorted(sums.items())],
        )
    ]


def _batch_task(reader: Reader, batch: Any) -> Task:
    """`batch` carries the sums that `payouts.selectors.drafts` adds."""
    partners = ngettext("%(count)d partner", "%(count)d partners", batch.line_count) % {
        "count": batch.line_count
    }
    by = _("drafted by %(name)s") % {"name": batch.drafted_by}
    return Task(
        kind="payouts",
        icon="wallet",
        title=_batch_title(reader.user, batch),
        text=" · ".join([partners, by, _who_may_approve(reader.user, batch)]),
        url=_batch_url(reader, batch),
        act=_("Open batch"),
        amounts=[(batch.total_minor, batch.currency)],
        since=batch.created_at,
    )


def _batch_title(user: User | None, batch: Batch) -> str:
    if user and batch.drafted_by_id != user.pk and user in payouts.approvers(batch):
        return _("Batch %(number)s waits for your approval") % {"number": batch.number}
    return _("Batch %(number)s waits for approval") % {"number": batch.number}


def _who_may_approve(user: User | None, batch: Batch) -> str:
    able = payouts.approvers(batch)
    names = _names([str(one) for one in able])
    if not able:
        return _("nobody else may approve it: invite somebody to finance")
    if user and batch.drafted_by_id == user.pk:
        return _("you drafted it, so somebody else approves it: %(names)s") % {"names": names}
    return _("may be approved by %(names)s") % {"names": names}


def _batch_url(reader: Reader, batch: Batch) -> str:
    return navigation.address_of("console:payouts-detail", reader.seller.slug, batch.pk)


def _of_partners(one: Waiting) -> str:
    words = ngettext("of %(count)d partner", "of %(count)d partners", one.partners)
    return words % {"count": one.partners}


def _names(names: list[str]) -> str:
    more = len(names) - NAMES
    text = " · ".join(names[:NAMES])
    return f"{text} +{more}" if more > 0 else text


def sums_text(amounts: list[tuple[int, str]]) -> str:
    """Amounts of several currencies side by side, never added."""
    return " + ".join(plain(amount, code) for amount, code in amounts)


# The right to act, the count that says whether there is any, and what tells of it.
_SOURCES: Final[tuple[tuple[str, str, Callable[[Reader], list[Task]]], ...]] = (
    ("partners.manage", "applications", _applications),
    ("sales.manage", "sales", _failed),
    ("sales.manage", "reports", _reports),
    ("sales.manage", "claims", _claims),
    ("commissions.manage", "unapproved", _approvals),
    ("commissions.manage", "held", _held),
    ("commissions.manage", "deliverables", _deliverables),
    ("commissions.manage", "redemptions", _redemptions),
    ("payouts.manage", "drafts", _drafts),
)
