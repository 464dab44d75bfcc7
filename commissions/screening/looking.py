"""Looking at sales that just earned, before their lines can become payable."""

import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Final

from django.utils import timezone

from activity import work
from commissions.models import Commission, Signal, SignalAction, Unscreened
from commissions.screening import facts, stopping
from commissions.screening.kinds import LOOKS
from commissions.screening.rules import sale_signals
from commissions.screening.settings import Setting, settings_of
from sellers.scope import seller_scope
from tracking import evidence

BATCH: Final = 400
SHIPPED_WITHIN: Final = timedelta(minutes=10)
"""A click is on its host for seconds; after so long a look does not wait for it any more."""
PAUSE: Final = timedelta(seconds=20)

Found = dict[tuple[uuid.UUID, uuid.UUID], dict[str, dict[str, object]]]


def waiting() -> Iterable[uuid.UUID]:
    """Sellers with sales to look at now."""
    due = Unscreened.objects.filter(due_at__lte=timezone.now())
    return set(due.values_list("seller_id", flat=True).distinct())


def step(seller_id: uuid.UUID) -> bool:
    """Look at one batch of sales; whether there may be more."""
    with seller_scope(seller_id):
        queue = Unscreened.objects.filter(due_at__lte=timezone.now()).order_by("due_at", "sale_id")
        sales = [row.sale_id for row in queue.select_for_update(skip_locked=True)[:BATCH]]
        if sales:
            later = _look(seller_id, sales)
            Unscreened.objects.filter(
                sale_id__in=[one for one in sales if one not in later]
            ).delete()
            due = timezone.now() + PAUSE
            Unscreened.objects.filter(sale_id__in=later).update(due_at=due)
    return len(sales) == BATCH


def _look(seller_id: uuid.UUID, sale_ids: list[uuid.UUID]) -> set[uuid.UUID]:
    """Raise what is found; the sales whose click is still on its way, to be looked at later."""
    settings = {kind: one for kind, one in settings_of().items() if one.is_on}
    lines = facts.lines_of(sale_ids)
    clicks, later = _clicks(lines)
    lines = [line for line in lines if line.sale_id not in later]
    limits = {kind: one.limit for kind, one in settings.items() if LOOKS[kind].of_sale}
    banned = settings["banned_source"].words if "banned_source" in settings else ()
    shapes = facts.order_shapes() if "order_pattern" in settings else Counter[str]()
    found: Found = {}
    by_key: defaultdict[tuple[uuid.UUID, uuid.UUID], list[Commission]] = defaultdict(list)
    for line in lines:
        key = (line.sale_id or line.pk, line.partner_id)
        by_key[key].append(line)
        if key not in found:
            found[key] = sale_signals(facts.sale_facts(line, clicks), limits, banned, shapes)
    _raise(seller_id, found, by_key, settings)
    stopping.hold_of_partners(seller_id, lines)
    return later


def _raise(
    seller_id: uuid.UUID,
    found: Found,
    by_key: Mapping[tuple[uuid.UUID, uuid.UUID], list[Commission]],
    settings: Mapping[str, Setting],
) -> None:
    signals: list[tuple[Signal, list[Commission]]] = []
    for (sale_id, partner_id), kinds in found.items():
        lines = by_key[sale_id, partner_id]
        for kind, figures in kinds.items():
            signal = Signal(
                seller_id=seller_id,
                kind=kind,
                key=f"{kind}:{sale_id}:{partner_id}",
                action=settings[kind].action if kind != "self_referral" else SignalAction.NOTE,
                partner_id=partner_id,
                program_id=lines[0].program_id,
                sale_id=sale_id,
                facts={**figures, "order": lines[0].sale.external_id if lines[0].sale else ""},
            )
            signals.append((signal, lines))
    stopping.raise_signals(seller_id, signals)


def _clicks(
    lines: Iterable[Commission],
) -> tuple[dict[uuid.UUID, evidence.ClickFacts], set[uuid.UUID]]:
    """What is known of the lines' clicks, and the sales whose click was not shipped yet."""
    wanted = {}
    for line in lines:
        clicked = facts.last_click(line.sale, line.partner_id) if line.sale else None
        if clicked and line.sale_id:
            wanted[clicked[0]] = (line.sale_id, clicked[1])
    known = evidence.facts_of({click: at for click, (_sale, at) in wanted.items()})
    fresh = timezone.now() - SHIPPED_WITHIN
    later = {sale for click, (sale, at) in wanted.items() if click not in known and at > fresh}
    return known, later


KIND = work.Kind("screening", waiting, step)
