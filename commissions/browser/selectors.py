"""Reads about what browsers reported."""

import uuid

from django.db.models import QuerySet

from campaigns.models import Program
from commissions.models import BrowserReport
from prm.errors import NotFound
from tracking import tokens
from tracking.models import Link, Sale

NEWEST = 5


def reports() -> "QuerySet[BrowserReport]":
    """Everything reported, with what a list shows of it."""
    known = "seller", "program", "sale", "lead", "decided_by"
    return BrowserReport.objects.select_related(*known)


def report_by_id(report_id: uuid.UUID) -> BrowserReport:
    """The report; raises NotFound."""
    found = reports().filter(pk=report_id).first()
    if found is None:
        raise NotFound("browser report")
    return found


def waiting(program: Program | None = None) -> "QuerySet[BrowserReport]":
    """What waits for somebody, of one program or of all."""
    rows = BrowserReport.objects.filter(status=BrowserReport.Status.WAITING)
    return rows.filter(program=program) if program else rows


def credited_by(report: BrowserReport) -> list[str]:
    """Names of the partners whose clicks came with a report, the oldest click first."""
    read = [tokens.read(token) for token in report.facts.get("click_tokens", ())]
    links = [token.link_id for token in read if token is not None]
    known = Link.objects.filter(pk__in=links).values_list("pk", "enrollment__partner__name")
    names = dict(known)
    return list(dict.fromkeys(names[link] for link in links if link in names))


def programs() -> "QuerySet[Program]":
    """Programs that browsers may report for, or once did."""
    return Program.objects.filter(
        pk__in=BrowserReport.objects.values("program")
    ) | Program.objects.filter(browser_sales=True)


def newest_sales(program: Program) -> list[Sale]:
    """The program's last few sales, by whatever way they came."""
    return list(Sale.objects.filter(program=program).order_by("-occurred_at")[:NEWEST])
