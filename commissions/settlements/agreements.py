"""Writing agreements. Terms are never changed: a change makes the next version."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from activity.services import record
from campaigns.models import Enrollment, Program
from commissions.models import (
    Advance,
    Agreement,
    AgreementParty,
    AgreementVersion,
    CommissionKind,
    Settlement,
    SettlementStatus,
)
from commissions.services.occasions import OccasionInput, Settled, pay_once
from commissions.settlements import calendar, checks, computing, terms
from commissions.settlements.checks import AgreementInput, Change, PartyInput
from prm.errors import Conflict, Unacceptable
from prm.money import MAX_MINOR
from prm.validation import changed_fields, refuse_if_any
from sellers.actors import Actor


def kind_for(program: Program) -> str:
    """The kind of agreement that a program has. Raises Unacceptable for one that has none."""
    found = next((kind for kind, kinds in checks.KINDS_OF.items() if program.kind in kinds), None)
    if found is None:
        message = _("Only licensing, joint venture, co-branding and distribution have agreements.")
        raise Unacceptable(message, field="program", code="kind")
    return found


@transaction.atomic
def create_agreement(*, program: Program, content: AgreementInput, actor: Actor) -> Agreement:
    """A new agreement with its parties and first terms.

    Raises Unacceptable for terms that cannot be settled, and where sales of the same goods by the
    same partner are already counted by another agreement.
    """
    kind = kind_for(program)
    checks.require_sound(kind, content)
    row = Agreement.objects.create(
        seller=program.seller,
        program=program,
        kind=kind,
        name=content.name.strip(),
        period=content.period,
        currency=program.currency,
        time_zone=program.seller.time_zone,
        starts_on=content.starts_on,
        ends_on=content.ends_on,
        grace_days=content.grace_days,
        auto_approve=content.auto_approve,
    )
    checks.require_members(row, content.parties)
    parsed = _parsed(row, content.terms, content.parties)
    checks.require_goods(row, parsed)
    checks.require_sole(row, parsed)
    _version(row, 1, content.starts_on, parsed, "", actor)
    row.look_at = first_look(row)
    row.save(update_fields=["look_at"])
    _record(row, actor, "agreement.created", {})
    return row


@transaction.atomic
def change_agreement(*, agreement: Agreement, change: Change, actor: Actor) -> Agreement:
    """New terms from an open period on; settled periods keep theirs.

    Raises Unacceptable for terms that cannot be, or a start that is not the first day of a period
    still open; Conflict when two people change it at once.
    """
    row = lock(agreement)
    changes: dict[str, Any] = {}
    if change.terms is not None or change.parties is not None:
        changes |= _next_version(row, change, actor)
    wanted = _settings(change.settings)
    changed = changed_fields(row, wanted)
    if changed:
        for name, value in wanted.items():
            setattr(row, name, value)
        row.save(update_fields=list(changed))
    changes |= {name: (str(a), str(b)) for name, (a, b) in changed.items()}
    if changes:
        Agreement.objects.filter(pk=row.pk).update(look_at=timezone.now())
        _record(row, actor, "agreement.changed", changes, reason=change.reason)
    return row


@transaction.atomic
def end_agreement(*, agreement: Agreement, ends_on: date, actor: Actor) -> Agreement:
    """Let an agreement end with a day; its last period may be a short one.

    Raises Unacceptable for a day before its first, or inside what is settled.
    """
    row = lock(agreement)
    settled = _settled_until(row)
    if not row.starts_on <= ends_on <= checks.LAST:
        message = _("It cannot end before its first day.")
        raise Unacceptable(message, field="ends_on", code="before_start")
    if settled and ends_on < settled:
        message = _("It is settled up to %(day)s. End it on that day or later.")
        raise Unacceptable(message % {"day": settled}, field="ends_on", code="settled")
    late = Settlement.objects.filter(agreement=row, status=SettlementStatus.APPROVED, late=True)
    if late.exists():
        raise Conflict(_("What came after its end is settled already, so its end stays."))
    Settlement.objects.filter(agreement=row, status=SettlementStatus.DRAFT).delete()
    before, row.ends_on = row.ends_on, ends_on
    row.look_at = timezone.now()
    row.save(update_fields=["ends_on", "look_at"])
    _record(row, actor, "agreement.ended", {"ends_on": (str(before or ""), str(ends_on))})
    return row


@transaction.atomic
def grant_advance(
    *,
    agreement: Agreement,
    amount_minor: int,
    granted_on: date,
    actor: Actor,
    pay: bool = True,
    note: str = "",
) -> Advance:
    """Grant an advance on royalties; with `pay` it goes into the partner's earnings at once.

    Raises Unacceptable for another kind of agreement, an amount of zero, or a settled day.
    """
    row = lock(agreement)
    if row.kind != Agreement.Kind.ROYALTY:
        raise Unacceptable(_("Only royalties have an advance."), field="amount", code="kind")
    if not 0 < amount_minor <= MAX_MINOR:
        raise Unacceptable(_("Give an amount above zero."), field="amount", code="invalid")
    _require_open_day(row, granted_on, "granted_on")
    advance = Advance.objects.create(
        seller_id=row.seller_id,
        agreement=row,
        amount_minor=amount_minor,
        granted_on=granted_on,
        paid=pay,
        note=note.strip()[:300],
        granted_by=actor.label[:160],
    )
    party = row.parties.select_related("enrollment__program").get()
    enrollment = party.enrollment
    if pay and enrollment is not None:
        _pay_advance(row, advance, enrollment, actor)
    detail = {"amount_minor": amount_minor, "currency": row.currency, "paid": pay}
    _record(row, actor, "agreement.advance_granted", {}, reason=advance.note, **detail)
    return advance


def lock(agreement: Agreement) -> Agreement:
    """The agreement, locked for this transaction: whatever is settled is settled one by one."""
    rows = Agreement.objects.select_for_update(of=("self",)).select_related("seller", "program")
    return rows.get(pk=agreement.pk)


def first_look(agreement: Agreement) -> datetime:
    """When its next period without a settlement is over, grace included."""
    today = calendar.local_day(timezone.now(), agreement.time_zone)
    span, _late = computing.next_span(agreement, today)
    day = span.ends_on + timedelta(days=1 + agreement.grace_days)
    return calendar.first_instant(day, agreement.time_zone)


def open_starts(agreement: Agreement, count: int = 6) -> list[date]:
    """First days of the periods from which new terms may hold, the earliest first."""
    settled = _settled_until(agreement)
    day = settled + timedelta(days=1) if settled else agreement.starts_on
    found: list[date] = []
    while len(found) < count and (agreement.ends_on is None or day <= agreement.ends_on):
        found.append(day)
        day = calendar.span_of(day, agreement.period).ends_on + timedelta(days=1)
    return found


def _next_version(row: Agreement, change: Change, actor: Actor) -> dict[str, Any]:
    """The trail's words of the next version; nothing where the terms stay what they are."""
    last = row.versions.latest("number")
    parsed = _changed_terms(row, change, last)
    if terms.as_json(parsed) == last.terms:
        return {}
    checks.require_goods(row, parsed)
    checks.require_sole(row, parsed)
    starts = open_starts(row, 40)
    from_on = change.from_on or (starts[0] if starts else row.starts_on)
    if from_on not in starts:
        message = _("New terms start with a period that is not settled yet.")
        raise Unacceptable(message, field="from_on", code="not_open")
    if from_on < last.from_on:
        message = _("The version before starts later. Choose a later start.")
        raise Unacceptable(message, field="from_on", code="before_last_version")
    try:
        with transaction.atomic():
            _version(row, last.number + 1, from_on, parsed, change.reason, actor)
    except IntegrityError:
        raise Conflict(_("Somebody changed this agreement just now. Look again.")) from None
    return {"version": (last.number, last.number + 1)}


def _changed_terms(row: Agreement, change: Change, last: AgreementVersion) -> terms.Terms:
    given = dict(change.terms if change.terms is not None else last.terms)
    if change.parties is not None:
        given.pop("parts", None)
        _require_same_partner(row, change.parties)
        return _parsed(row, given, change.parties)
    if row.kind != Agreement.Kind.SHARED_REVENUE:
        return terms.parse(row.kind, given)
    parsed = terms.parse(row.kind, {**given, "parts": given.get("parts", last.terms["parts"])})
    known = {str(pk) for pk in row.parties.values_list("pk", flat=True)}
    if isinstance(parsed, terms.SharedTerms) and set(parsed.parts) - known:
        message = _("Name the parties by their ids in this agreement.")
        raise Unacceptable(message, field="terms.parts", code="unknown")
    return parsed


def _require_same_partner(row: Agreement, parties: Sequence[PartyInput]) -> None:
    """Only shared revenue may take in new parties."""
    checks.require_members(row, parties)
    if row.kind == Agreement.Kind.SHARED_REVENUE:
        return
    named = [one.enrollment.pk for one in parties if one.enrollment is not None]
    if list(row.parties.values_list("enrollment_id", flat=True)) != named:
        message = _("Its partner cannot change. End it and make another agreement.")
        raise Unacceptable(message, field="parties", code="fixed")


def _with_parts(row: Agreement, given: dict[str, Any], parts: Any) -> dict[str, Any]:
    return {**given, "parts": parts} if row.kind == Agreement.Kind.SHARED_REVENUE else given


def _parsed(row: Agreement, given: Mapping[str, Any], parties: Sequence[PartyInput]) -> terms.Terms:
    """Terms with the parts by party, whose rows are made where they are new."""
    parts = {}
    for position, one in enumerate(parties):
        party, _made = AgreementParty.objects.get_or_create(
            seller_id=row.seller_id,
            agreement=row,
            enrollment=one.enrollment,
            defaults={"position": position},
        )
        parts[str(party.pk)] = one.parts
    return terms.parse(row.kind, _with_parts(row, dict(given), parts))


def _version(
    row: Agreement, number: int, from_on: date, parsed: terms.Terms, reason: str, actor: Actor
) -> AgreementVersion:
    return AgreementVersion.objects.create(
        seller_id=row.seller_id,
        agreement=row,
        number=number,
        from_on=from_on,
        terms=terms.as_json(parsed),
        reason=reason.strip()[:300],
        author=actor.user,
    )


def _settings(given: Mapping[str, Any]) -> dict[str, Any]:
    wanted = {k: v for k, v in given.items() if k in ("name", "grace_days", "auto_approve")}
    name = wanted.get("name")
    if name is not None:
        wanted["name"] = name.strip()
        if not wanted["name"] or len(wanted["name"]) > 120 or "\x00" in name:
            message = _("Give a name of up to 120 letters.")
            raise Unacceptable(message, field="name", code="required")
    if not 0 <= wanted.get("grace_days", 0) <= checks.MOST_GRACE:
        refuse_if_any([checks.grace_error()])
    return wanted


def _settled_until(agreement: Agreement) -> date | None:
    rows = agreement.settlements.filter(status=SettlementStatus.APPROVED)
    found: date | None = rows.order_by("-ends_on").values_list("ends_on", flat=True).first()
    return found


def _require_open_day(row: Agreement, day: date, name: str) -> None:
    settled = _settled_until(row)
    inside = row.starts_on <= day <= (row.ends_on or checks.LAST)
    if not inside:
        message = _("Choose a day while the agreement runs.")
        raise Unacceptable(message, field=name, code="out_of_range")
    if settled and day <= settled:
        message = _("It is settled up to %(day)s. Choose a later day.")
        raise Unacceptable(message % {"day": settled}, field=name, code="settled")


def _pay_advance(row: Agreement, advance: Advance, enrollment: Enrollment, actor: Actor) -> None:
    occasion = OccasionInput(
        kind="period",
        key=f"advance:{advance.pk}",
        label=row.name,
        occurred_at=timezone.now(),
        currency=row.currency,
    )
    facts = {
        "what": "advance",
        "agreement": row.name,
        "agreement_id": str(row.pk),
        "amount": advance.amount_minor,
        "note": advance.note,
    }
    settled = Settled(CommissionKind.SETTLEMENT, advance.amount_minor, facts, at_once=True)
    pay_once(enrollment=enrollment, occasion=occasion, settled=settled, actor=actor)


def _record(
    row: Agreement, actor: Actor, verb: str, changes: Mapping[str, Any], **detail: Any
) -> None:
    partners = list(row.parties.exclude(enrollment=None).values_list("enrollment__partner_id"))
    record(
        seller=row.seller,
        actor=actor,
        verb=verb,
        object=row,
        label=row.name,
        partner_id=partners[0][0] if len(partners) == 1 else None,
        changes=changes,
        detail={key: value for key, value in detail.items() if value != ""},
    )
