"""Events that come late: taken up at their own place, and what that changes in those after them.

The sums of a program are a function of its events, not of the order in which they arrived. So a
late event is computed with what stood before it, every later event of the program is computed
anew, and where the amount differs a correction is posted beside the line.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from django.db import connection

from commissions.engine import reading, remembering, traces
from commissions.engine.reading import Source, World
from commissions.engine.results import Results
from commissions.engine.standing import Standing, as_earned, standing
from commissions.engine.writing import NewLine, commission_line
from commissions.models import Commission, CommissionKind, CommissionStatus
from commissions.rules import Earned, Entry, Event, Past, Refunded
from commissions.rules.refunds import Returned, refunded_parts
from commissions.rules.replaying import Fold, Known, taken_of
from tracking.models import Refund

Place = tuple[datetime, str]
LAST: Final = "\U0010ffff"
"""Sorts refunds behind the sales of their instant."""
_LATER: Final = """
    program_id = %s AND state = 'computed' AND outcome <> 'self_purchase' AND occurred_at >= %s
    AND (occurred_at > %s OR {key} COLLATE "C" > %s)
"""

_HAS_LATER: Final = f"""
    SELECT EXISTS (SELECT FROM tracking_sale WHERE {_LATER.format(key="external_id")})
        OR EXISTS (SELECT FROM commissions_occasion WHERE {_LATER.format(key="key")})
        OR EXISTS (SELECT FROM tracking_refund WHERE program_id = %s AND state = 'computed'
                   AND kind = 'refund' AND occurred_at >= %s)
"""  # noqa: S608  the parts are our own


def places(world: World, claimed: Sequence[Source]) -> dict[str, Place]:
    """The programs in which something later was computed already, and from where on."""
    first: dict[str, Place] = {}
    for source in claimed:
        book = world.books.get(source.program) if source.event else None
        if book is not None and book.looks_back:
            first[source.program] = min(source.place, first.get(source.program, source.place))
    for program, place in _known_customers(world, claimed):
        first[program] = min(place, first.get(program, place))
    return {program: place for program, place in first.items() if has_later(program, place)}


def has_later(program: str, place: Place) -> bool:
    """Whether anything of the program that stands after `place` was computed already."""
    at, key = place
    with connection.cursor() as cursor:
        cursor.execute(
            _HAS_LATER,
            [program, at, at, key, program, at, at, key, program, at],
        )
        return bool(cursor.fetchone()[0])


def _known_customers(world: World, claimed: Sequence[Source]) -> Iterable[tuple[str, Place]]:
    """Programs that ask whether a customer is new, where one of these customers bought later."""
    programs = [name for name, book in world.books.items() if book.asks_customer]
    came: dict[str, Place] = {}
    for source in claimed:
        if source.customer is not None:
            came[source.customer] = min(source.place, came.get(source.customer, source.place))
    if not programs or not came:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT program_id::text, customer_id::text, max(occurred_at) FROM tracking_sale "
            "WHERE program_id = ANY(%s::uuid[]) AND customer_id = ANY(%s::uuid[]) "
            "AND state = 'computed' GROUP BY 1, 2",
            [programs, list(came)],
        )
        for program, customer, newest in cursor.fetchall():
            if newest >= came[customer][0]:
                yield program, came[customer]


def rerun(
    world: World, results: Results, program: str, place: Place, new: Sequence[Source]
) -> None:
    """Compute new events at their places, and everything of the program after `place` anew."""
    later = reading.select(
        world,
        _LATER.format(key="external_id"),
        [program, place[0], place[0], place[1]],
        occasions=_LATER.format(key="key"),
    )
    refunds = _refunds_from(program, place[0])
    earlier = _earlier_sales(world, refunds, {source.id for source in later})
    rows = standing([source.id for source in [*later, *earlier]])
    everything = sorted([*later, *new], key=lambda source: source.place)
    past = remembering.recall(world, [*everything, *earlier], before=place)
    fold = Fold(world.books, past)
    _rewind(world, past, fold, later, earlier, rows, refunds, place)
    sources = {source.id: source for source in everything}
    entries: list[Entry] = [source.event for source in everything if source.event]
    entries += _placed(refunds, {source.id: source for source in [*everything, *earlier]})
    for entry in sorted(entries, key=lambda one: one.place):
        if isinstance(entry, Event):
            computed = fold.event(entry)
            if sources[entry.id].is_new:
                results.add(sources[entry.id], computed)
            else:
                _forget_rejected(past, entry, computed.earned, rows.get(entry.id, ()))
        else:
            fold.refund(entry)
    because = [source.key for source in new[:3]]
    for source in later:
        _correct(results, fold, source, rows.get(source.id, []), because)


def _forget_rejected(
    past: Past, event: Event, earned: Sequence[Earned], rows: Sequence[Standing]
) -> None:
    """What staff rejected was not paid, so it uses no limit."""
    rejected = {
        (row.partner, row.version) for row in rows if row.status == CommissionStatus.REJECTED
    }
    for one in earned:
        if one.key[:2] in rejected:
            amount, unit = -one.amount.final, one.amount.unit
            past.pay(one.rule, event, one.member.partner, amount, unit, own=False)


def _correct(
    results: Results, fold: Fold, source: Source, rows: Sequence[Standing], because: Sequence[str]
) -> None:
    """Post what differs between a line as it stands and as it is now."""
    event = source.event
    if event is None:
        return
    versions = {row.id: row.version for row in rows}
    stand = {(row.partner, row.version, versions[row.on] if row.on else ""): row for row in rows}
    now = {earned.key: earned for earned in fold.known[source.id].earned}
    lines: dict[int, str] = {}
    for key, earned in now.items():
        row = stand.get(key)
        if row is None:
            _add(results, source, earned, lines, because)
        else:
            lines[id(earned)] = row.id
            _change(results, source, row, earned, because)
    for key, row in stand.items():
        if key not in now:
            _change(results, source, row, None, because)


def _add(
    results: Results,
    source: Source,
    earned: Earned,
    lines: dict[int, str],
    because: Sequence[str],
) -> None:
    """A line that the late event brought about, less what refunds took back meanwhile."""
    event = source.event
    if event is None:
        return
    trace = results.writer.of(earned, event, source.attribution)
    on = lines.get(id(earned.of)) if earned.of else None
    line = commission_line(source, earned, trace, on)
    line.reversed = earned.taken
    lines[id(earned)] = line.id
    results.batch.lines.append(line)
    if earned.taken:
        row = Standing(
            line.id, source.id, line.program, line.partner, line.enrollment, line.version,
            line.sale, line.occasion, on, line.amount, 0, line.currency, line.status,
            line.needs_approval, line.payable_at, None, line.at,
        )  # fmt: skip
        results.batch.lines.append(_correction(source, row, -earned.taken, earned, because))
    kept = line.amount - earned.taken
    results.growth.pay(earned.rule, event, line.partner, kept, line.currency)
    results.growth.earn(event, line.partner, kept, line.currency)


def _change(
    results: Results, source: Source, row: Standing, earned: Earned | None, because: Sequence[str]
) -> None:
    event = source.event
    final, taken = (earned.amount.final, earned.taken) if earned else (0, 0)
    if event is None or row.status == CommissionStatus.REJECTED:
        return
    if (final, taken) == (row.earned, row.reversed):
        return
    Commission.objects.filter(pk=row.id).update(earned_minor=final, reversed_minor=taken)
    difference = (final - taken) - (row.earned - row.reversed)
    rule = earned.rule if earned else results.world.rule(event.program, row.version)
    results.growth.pay(rule, event, row.partner, difference, row.currency)
    results.growth.earn(event, row.partner, difference, row.currency)
    if difference:
        results.batch.lines.append(_correction(source, row, difference, earned, because))


def _correction(
    source: Source, row: Standing, difference: int, earned: Earned | None, because: Sequence[str]
) -> NewLine:
    before = row.earned - row.reversed
    facts: dict[str, Any] = {
        "because": list(because),
        "was": before,
        "now": before + difference,
    }
    if earned is not None and source.event is not None:
        credit = traces.credit_of(source.attribution, source.event, earned)
        facts["credit"] = json.loads(credit)
        facts["rule"] = traces.rule_of(earned.rule, earned.others)
        facts["amount"] = traces.amount_of(earned, source.event)
    trace = json.dumps({"correction": facts})
    return row.beside(CommissionKind.CORRECTION, difference, trace, source.at)


# What stood before the place


def _rewind(
    world: World,
    past: Past,
    fold: Fold,
    later: Sequence[Source],
    earlier: Sequence[Source],
    rows: Mapping[str, Sequence[Standing]],
    refunds: Sequence[Refund],
    place: Place,
) -> None:
    """Take everything after the place out of `past`, and know the sales that refunds reach."""
    for source in later:
        if source.event is not None:
            past.add(source.event, -1)
            for row in rows.get(source.id, ()):
                _unpay(world, past, source.event, row, row.earned - row.reversed)
    for source in earlier:
        if source.event is None:
            continue
        known = Known(source.event, [])
        of_sale = [refund for refund in refunds if str(refund.sale_id) == source.id]
        before = _returned_before(source.id, place[0])
        known.returned = before
        known.earned = as_earned(world, source.event, rows.get(source.id, ()))
        parts = refunded_parts(source.event.items, before)
        for one in known.earned:
            one.taken = taken_of(one, source.event, parts)
        for row, one in zip(rows.get(source.id, ()), known.earned, strict=True):
            if of_sale:
                # what later refunds took is not gone yet at the place
                _unpay(world, past, source.event, row, one.taken - row.reversed)
        fold.known[source.id] = known


def _unpay(world: World, past: Past, event: Event, row: Standing, amount: int) -> None:
    if row.status == CommissionStatus.REJECTED:
        return
    rule = world.rule(event.program, row.version)
    past.pay(rule, event, row.partner, -amount, row.currency, own=False)


def _refunds_from(program: str, at: datetime) -> list[Refund]:
    rows = Refund.objects.filter(
        program_id=program,
        kind=Refund.Kind.REFUND,
        state=Refund.State.COMPUTED,
        occurred_at__gte=at,
    )
    return list(rows.order_by("occurred_at", "external_id"))


def _returned_before(sale_id: str, at: datetime) -> list[Returned]:
    rows = Refund.objects.filter(sale_id=sale_id, state=Refund.State.COMPUTED, occurred_at__lt=at)
    return [returned(row) for row in rows]


def returned(refund: Refund) -> Returned:
    """A stored refund as rules see it."""
    by_sku = tuple((line["sku"], line["amount"]) for line in refund.lines)
    return Returned(refund.amount_minor, by_sku)


def _placed(refunds: Sequence[Refund], sources: Mapping[str, Source]) -> Iterable[Refunded]:
    for refund in refunds:
        source = sources.get(str(refund.sale_id))
        if source is not None:
            yield Refunded(
                id=str(refund.pk),
                of=source.id,
                key=LAST + refund.external_id,
                at=max(refund.occurred_at, source.at),
                amount=refund.amount_minor,
                by_sku=returned(refund).by_sku,
            )


def _earlier_sales(world: World, refunds: Sequence[Refund], later: set[str]) -> list[Source]:
    """Sales before the place that refunds after it reach."""
    ids = [str(refund.sale_id) for refund in refunds if str(refund.sale_id) not in later]
    if not ids:
        return []
    return reading.select(world, "id = ANY(%s::uuid[]) AND state = 'computed'", [ids])
