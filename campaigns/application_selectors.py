"""Reads about applications: when somebody may apply again, files, reasons given before."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max

from campaigns import rules
from campaigns.models import Application, ApplicationFile, Program
from partners.models import Partner
from prm.errors import NotFound

Status = Application.Status
REASONS = 8


@dataclass(frozen=True)
class Reapplying:
    """Whether somebody who was rejected may apply again: at once where `at` is None or past."""

    at: datetime | None = None
    never: bool = False


def reapplying(program: Program, partner: Partner) -> Reapplying:
    """When the partner, last rejected here, may apply again."""
    rejected = Application.objects.filter(
        program=program, partner=partner, status=Status.REJECTED
    ).order_by("-id")
    last = rejected.first()
    if last is None or last.decided_at is None:
        return Reapplying()
    if not last.may_reapply:
        return Reapplying(never=True)
    days = program.reapply_days if last.reapply_days is None else last.reapply_days
    return Reapplying(rules.reapply_from(last.decided_at, days))


def was_rejected(partner: Partner) -> bool:
    """Whether the partner was rejected before, in any program."""
    return Application.objects.filter(partner=partner, status=Status.REJECTED).exists()


def reasons_given() -> list[str]:
    """Reasons of rejections, the latest first, each once."""
    rows = Application.objects.filter(status=Status.REJECTED).exclude(reason="")
    latest = rows.values("reason").annotate(last=Max("decided_at")).order_by("-last")
    return [row["reason"] for row in latest[:REASONS]]


def file_by_id(file_id: uuid.UUID) -> ApplicationFile:
    """A file of an application; raises NotFound."""
    found = ApplicationFile.objects.filter(pk=file_id).first()
    if found is None:
        raise NotFound("file")
    return found


def recent_answers(program: Program, limit: int) -> list[Application]:
    """The program's newest applications, for trying rules on them."""
    rows = Application.objects.filter(program=program).select_related("partner", "applicant")
    return list(rows.order_by("-id")[:limit])
