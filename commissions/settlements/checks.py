"""Agreements as they are handed in, and what is checked about them before they are stored."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from django.utils.translation import gettext as _

from campaigns.models import Enrollment, Program
from commissions.models import Agreement, PeriodLength
from commissions.settlements import terms
from prm.errors import FieldError, Unacceptable
from prm.validation import refuse_if_any

KINDS_OF: Final[dict[str, tuple[str, ...]]] = {
    Agreement.Kind.ROYALTY: (Program.Kind.LICENSING,),
    Agreement.Kind.SHARED_REVENUE: (Program.Kind.JOINT_VENTURE, Program.Kind.CO_BRANDING),
    Agreement.Kind.DISTRIBUTION: (Program.Kind.DISTRIBUTION,),
}
PROGRAM_KINDS: Final = tuple(kind for kinds in KINDS_OF.values() for kind in kinds)
FIRST, LAST = date(1990, 1, 1), date(2200, 12, 31)
MOST_GRACE: Final = 90
MOST_PARTIES: Final = 20


@dataclass(frozen=True)
class PartyInput:
    """A party and his part; without an enrollment it is the seller himself."""

    enrollment: Enrollment | None
    parts: int = 0


@dataclass(frozen=True)
class AgreementInput:
    """An agreement as handed in. `terms` is as `commissions.settlements.terms` says, less parts."""

    name: str
    period: str
    starts_on: date
    terms: Mapping[str, Any]
    parties: Sequence[PartyInput]
    ends_on: date | None = None
    grace_days: int = 5
    auto_approve: bool = False


@dataclass(frozen=True)
class Change:
    """What changes from a period on; None keeps what is."""

    terms: Mapping[str, Any] | None = None
    parties: Sequence[PartyInput] | None = None
    from_on: date | None = None
    reason: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)


def require_sound(kind: str, content: AgreementInput) -> None:
    """Raise Unacceptable for a name, time or parties that cannot be."""
    errors = []
    if not content.name.strip() or len(content.name) > 120 or "\x00" in content.name:
        errors.append(FieldError("name", "required", _("Give a name of up to 120 letters.")))
    if content.period not in PeriodLength.values:
        errors.append(FieldError("period", "unknown_choice", _("Choose a length of period.")))
    if not FIRST <= content.starts_on <= LAST:
        errors.append(FieldError("starts_on", "out_of_range", _("Choose a day from 1990 on.")))
    if content.ends_on and not content.starts_on <= content.ends_on <= LAST:
        errors.append(FieldError("ends_on", "before_start", _("It ends before it starts.")))
    if not 0 <= content.grace_days <= MOST_GRACE:
        errors.append(grace_error())
    refuse_if_any(errors + _party_errors(kind, content.parties))


def grace_error() -> FieldError:
    """What is said of too many days of grace."""
    return FieldError("grace_days", "out_of_range", _("Choose 0 to 90 days."))


def _party_errors(kind: str, parties: Sequence[PartyInput]) -> list[FieldError]:
    partners = [one.enrollment.pk for one in parties if one.enrollment is not None]
    if len(set(partners)) != len(partners) or len(parties) - len(partners) > 1:
        return [FieldError("parties", "repeated", _("Name each party once."))]
    if len(parties) > MOST_PARTIES:
        return [FieldError("parties", "too_many", _("At most 20 parties."))]
    if kind != Agreement.Kind.SHARED_REVENUE and (len(partners) != 1 or len(parties) != 1):
        return [FieldError("parties", "invalid", _("This kind of agreement has one partner."))]
    if kind == Agreement.Kind.SHARED_REVENUE and (not partners or len(parties) < 2):
        return [FieldError("parties", "required", _("Name you and at least one partner."))]
    return []


def require_members(row: Agreement, parties: Sequence[PartyInput]) -> None:
    """Raise Unacceptable for parties that the kind cannot have, or of another program."""
    refuse_if_any(_party_errors(row.kind, parties))
    enrollments = [one.enrollment for one in parties if one.enrollment is not None]
    if any(one.program_id != row.program_id for one in enrollments):
        message = _("All partners of an agreement are in its program.")
        raise Unacceptable(message, field="parties", code="unknown")


def require_sole(row: Agreement, parsed: terms.Terms) -> None:
    """Sales that one agreement counts are not counted by another of the same partner."""
    if parsed.source == "reports":
        return
    mine = row.parties.exclude(enrollment=None).values_list("enrollment_id", flat=True)
    ids = sorted(one for one in mine if one is not None)
    list(Enrollment.objects.select_for_update().filter(pk__in=ids).order_by("pk").values("pk"))
    others = Agreement.objects.filter(parties__enrollment__in=ids, kind=row.kind).exclude(pk=row.pk)
    for other in others.distinct().prefetch_related("versions"):
        over = other.ends_on is not None and other.ends_on < row.starts_on
        before = row.ends_on is not None and row.ends_on < other.starts_on
        newest = max(other.versions.all(), key=lambda one: one.number).terms
        agreed = terms.parse(other.kind, newest)
        if over or before or agreed.source == "reports":
            continue
        if parsed.goods.meets(agreed.goods):
            message = _("“%(name)s” counts these sales already. End it first, or name other goods.")
            raise Unacceptable(message % {"name": other.name}, field="parties", code="overlap")


def require_goods(row: Agreement, parsed: terms.Terms) -> None:
    """Co-branding shares the revenue of named products: raise Unacceptable without any."""
    branded = row.program.kind == Program.Kind.CO_BRANDING
    if branded and parsed.source != "reports" and not parsed.goods:
        message = _("Name the products that are made together, by code or category.")
        raise Unacceptable(message, field="terms.goods", code="required")
