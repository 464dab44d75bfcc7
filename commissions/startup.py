"""What commissions answers to lower apps: its waiting work, and its check of the books."""

import uuid
from collections.abc import Iterable

from django.db.models import Sum

from activity import work
from commissions import totals
from commissions.browser import confirming as browser_reports
from commissions.claims import clock as claims
from commissions.engine import clicks, holds, notes, recounting, refunds, sales
from commissions.goals import evaluation as goals
from commissions.goals.words import CONTEST_WORDS, GOAL_WORDS
from commissions.imports import jobs as imports
from commissions.imports import retention as import_retention
from commissions.inbound import processing as inbound
from commissions.inbound import retention as inbound_retention
from commissions.loyalty import steps as loyalty
from commissions.models import Commission, Occasion
from commissions.performance import standings
from commissions.reasons import deliverables as deliverable_words
from commissions.reasons import loyalty as loyalty_words
from commissions.reasons import settled
from commissions.referrals import steps as referrals
from commissions.screening import looking, partners
from commissions.services import due_dates, looks
from commissions.services.deliverables import LOOKS
from commissions.services.intake import ENGINE
from commissions.services.moving import ACCOUNT_OF
from commissions.settlements import reasons as settlement_words
from commissions.settlements import settling
from commissions.simulation import services as simulation
from commissions.tiering import evaluation as tiers
from ledger import checks
from ledger.models import Account, AccountKind
from sellers.scope import current_seller_id
from tracking.models import Sale


def _waiting() -> Iterable[uuid.UUID]:
    pending = Sale.objects.filter(state=Sale.State.PENDING)
    found = set(pending.values_list("seller_id", flat=True).distinct())
    occasions = Occasion.objects.filter(state=Occasion.State.PENDING)
    for rows in (occasions, refunds.ready(), notes.ready()):
        found |= set(rows.values_list("seller_id", flat=True).distinct())
    return found


def _step(seller_id: uuid.UUID) -> bool:
    # an event earns by the tier that its partner has at its time
    tiers.step(seller_id)
    more = [step(seller_id) for step in (sales.step, notes.step, refunds.step)]
    return any(more)


def _tallies_agree() -> Iterable[str]:
    return recounting.tally_faults(current_seller_id())


def _holds_waiting() -> Iterable[uuid.UUID]:
    return set(holds.due().values_list("seller_id", flat=True).distinct())


def lines_agree_with_ledger() -> Iterable[str]:
    """Each partner's account equals the sum of his lines in that status."""
    expected: dict[tuple[object, str, str], int] = {}
    rows = Commission.objects.values("partner_id", "currency", "status").annotate(
        sum=Sum("amount_minor")
    )
    for row in rows:
        kind = ACCOUNT_OF[row["status"]]
        if kind != AccountKind.EXPENSE:
            key = (row["partner_id"], row["currency"], kind.value)
            expected[key] = expected.get(key, 0) + row["sum"]
    for account in Account.objects.exclude(partner_id=None):
        sum_of_lines = expected.pop((account.partner_id, account.unit, account.kind), 0)
        if sum_of_lines != account.balance_minor:
            yield (
                f"{account.kind} of partner {account.partner_id} is {account.balance_minor} "
                f"{account.unit}, his lines sum to {sum_of_lines}"
            )
    for (partner_id, currency, name), total in expected.items():
        if total:
            yield f"{name} of partner {partner_id} has {total} {currency} in lines, no account"


work.register(work.Kind(ENGINE, _waiting, _step))
work.register(imports.KIND)
work.register(import_retention.KIND)
work.register(inbound.KIND)
work.register(browser_reports.KIND)
work.register(inbound_retention.KIND)
work.register(claims.KIND)
work.register(work.Kind("clicks", clicks.waiting, clicks.step, work.BACKGROUND_QUEUE))
work.register(simulation.KIND)
work.register(work.Kind("holds", _holds_waiting, holds.step))
work.register(work.Kind(LOOKS, looks.waiting, looks.step, work.BACKGROUND_QUEUE))
work.register(work.Kind(due_dates.LATE, due_dates.waiting, due_dates.step, work.BACKGROUND_QUEUE))
settled.register("deliverable", deliverable_words.PAID)
settled.register("deliverable_back", deliverable_words.TAKEN_BACK)
work.register(settling.KIND)
settlement_words.register()
work.register(goals.WORK)
settled.register("goal", GOAL_WORDS)
settled.register("contest", CONTEST_WORDS)
work.register(loyalty.KIND)
work.register(referrals.KIND)
work.register(tiers.WORK)
loyalty_words.register()
checks.register(lines_agree_with_ledger)
checks.register(_tallies_agree)
work.register(totals.KIND)
checks.register(totals.faults)
work.register(looking.KIND)
work.register(partners.KIND)
work.register(standings.KIND)
