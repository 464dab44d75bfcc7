"""What a partner sold of shared sales: sums on pages and settlements, against plain Python."""

import random
from collections import Counter
from datetime import date, timedelta

from django.db import connection
from django.utils import timezone

from commissions import services, totals
from commissions.inputs import LineInput, RefundInput, RefundLine
from commissions.models import Agreement
from commissions.settlements import agreements, sold
from commissions.settlements.checks import AgreementInput, PartyInput
from commissions.settlements.terms import Goods
from prm.money import largest_remainder
from prm.totals import Grain
from tests.cast import token
from tests.commissions.settling import make_scene
from tests.commissions.shared import sell_shared
from tests.portal.market import Market, Side, make_market
from tracking.models import Refund, Sale, SaleShare, SalesTotal
from tracking.sharing import Counted, share_rows, units_of

CUPS = Goods(("CUP",), ())


def part_in_sql(amount: int, weights: list[int], mine: list[bool]) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tracking_part(%s, %s::bigint[], %s)", [amount, weights, mine])
        return int(cursor.fetchone()[0])


def test_the_database_splits_like_the_engine() -> None:
    dice = random.Random(11)
    for _round in range(300):
        most = dice.choice((3, 10, 2**40))
        weights = [dice.randint(1, most) for _each in range(dice.randint(1, 7))]
        amount = dice.choice((0, 1, dice.randint(0, 40), dice.randint(0, 10**12)))
        mine = [dice.random() < 0.5 for _each in weights]
        wanted = sum(
            part for part, own in zip(largest_remainder(amount, weights), mine, strict=True) if own
        )
        assert part_in_sql(amount, weights, mine) == wanted, (amount, weights, mine)


def sums(market: Market) -> Counter[tuple[str, str, str]]:
    """By partner, day and column of the sums; folded and fresh days."""
    found: Counter[tuple[str, str, str]] = Counter()
    days = SalesTotal.objects.filter(grain__in=(Grain.DAY, Grain.FRESH))
    for row in days:
        for name in ("amount_minor", "count", "parts", "by_click"):
            found[str(row.partner_id), str(row.starts_on), name] += getattr(row, name)
    return Counter({key: value for key, value in found.items() if value})


def plain(market: Market) -> Counter[tuple[str, str, str]]:
    """The same from the rows, one by one."""
    found: Counter[tuple[str, str, str]] = Counter()
    for sale in Sale.objects.filter(state="computed", partner__isnull=False):
        day = str(timezone.localtime(sale.occurred_at).date())
        own: Counter[str] = Counter()
        for share in sale.shares.all() if sale.is_shared else ():
            own[str(share.partner_id)] += share.net_minor
        lead = str(sale.partner_id)
        found[lead, day, "count"] += 1
        found[lead, day, "by_click"] += sale.attribution.get("method") == "click"
        for partner, net in (own or {lead: sale.amount_minor}).items():
            found[partner, day, "amount_minor"] += net
            found[partner, day, "parts"] += partner != lead
    return Counter({key: value for key, value in found.items() if value})


def agree(market: Market, *moment: object) -> None:
    with market.team.scope():
        kept, wanted = sums(market), plain(market)
        assert kept == wanted, moment
        assert list(totals.faults()) == [], moment
        whole = sum(
            Sale.objects.filter(state="computed", partner__isnull=False).values_list(
                "amount_minor", flat=True
            )
        )
        assert sum(v for key, v in kept.items() if key[2] == "amount_minor") == whole, moment


def trade(market: Market, dice: random.Random, sales: list[Sale]) -> None:
    """A sale of one partner or of several, or money back."""
    sides = (market.rani, market.sekar)
    what = dice.choice(("alone", "shared", "shared", "refund"))
    if what == "alone":
        sales.append(market.sell(dice.choice(sides), amount=dice.randint(0, 9_999)))
    elif what == "shared" or not sales:
        clicks = [(dice.choice(sides), dice.randint(1, 9)) for _n in range(dice.randint(2, 5))]
        days, amount = dice.randint(1, 40), dice.randint(0, 9_999)
        sales.append(sell_shared(market, clicks, amount, days_ago=days))
    else:
        with market.team.scope():
            sale = Sale.objects.get(pk=dice.choice(sales).pk)
        if left := sale.amount_minor - sale.refunded_minor:
            market.refund(sale, dice.choice((left, dice.randint(1, left))))


def change(market: Market, dice: random.Random, sale: Sale) -> None:
    """A change of the rows that no service makes."""
    sides = (market.rani, market.sekar, market.rani)
    rows = Sale.objects.filter(pk=sale.pk)
    match dice.choice(("failed", "computed", "partner", "alone", "shares", "shares")):
        case "partner":
            rows.update(partner=dice.choice(sides).partner)
        case "alone":
            rows.update(is_shared=False)
            SaleShare.objects.filter(sale=sale).delete()
        case "shares":
            rows.update(is_shared=True)
            SaleShare.objects.filter(sale=sale).delete()
            some = sides[: dice.randint(2, 3)]
            counted = [Counted(side.enrollment, side.link, dice.randint(1, 5)) for side in some]
            SaleShare.objects.bulk_create(share_rows(rows.get(), counted))
            SaleShare.objects.filter(sale=sale, position=1).update(partner=market.rani.partner)
        case state:
            rows.update(state=state)


def test_sums_of_shared_sales_are_those_of_the_rows(rounds: int) -> None:
    for number in range(rounds):
        dice = random.Random(700 + number)
        market, sales = make_market(), list[Sale]()
        for turn in range(20):
            if turn < 9:
                trade(market, dice, sales)
            else:
                with market.team.scope():
                    change(market, dice, dice.choice(sales))
            agree(market, number, turn)
            if turn % 5 == 4:
                with market.team.scope():
                    totals.KIND.step(market.team.id)
                agree(market, number, turn, "folded")
        with market.team.scope():
            kept = sums(market)
        totals.rebuild(market.team.seller)
        with market.team.scope():
            assert sums(market) == kept, number


def test_the_check_of_sums_sees_a_share_that_changed_behind_its_back() -> None:
    market = make_market()
    sell_shared(market, [(market.rani, 2), (market.sekar, 1)], 10_000)
    agree(market)
    with market.team.scope():
        wrong = SalesTotal.objects.filter(partner_id=market.sekar.partner.pk).get()
        assert (wrong.amount_minor, wrong.count, wrong.parts) == (3_333, 0, 1)
        SalesTotal.objects.filter(pk=wrong.pk).update(amount_minor=10_000)
        assert len(list(totals.faults())) == 3


def _of_goods(sale: Sale) -> tuple[int, int]:
    lines = [line for line in sale.lines if line["sku"] == "CUP"]
    return sum(line["net"] for line in lines), sum(line["quantity"] for line in lines)


def _lines(dice: random.Random) -> list[LineInput]:
    return [
        LineInput(quantity=dice.randint(1, 5), unit_amount=dice.randint(1, 999), sku=sku)
        for sku in dice.sample(("CUP", "TEE", "BAG"), dice.randint(1, 3))
    ]


def _take_back(market: Market, dice: random.Random, sale: Sale) -> None:
    """Everything in some refunds, or a part of it; with lines or without."""
    with market.team.scope():
        now = Sale.objects.get(pk=sale.pk)
        left = now.amount_minor - now.refunded_minor
        if dice.random() < 0.5 and sale.lines and not now.refunded_minor:
            line = sale.lines[0]
            lines = [RefundLine(line["sku"], line["quantity"], line["net"])]
            amount = None
        else:
            lines, amount = [], dice.choice((left, dice.randint(1, left))) if left else 0
        if left:
            refund = RefundInput(
                external_id=f"R-{token()}",
                sale_external_id=sale.external_id,
                amount=amount,
                lines=lines,
            )
            services.take_refund(seller=market.team.seller, actor=market.team.actor, refund=refund)


def _sold(agreement: Agreement, goods: Goods, sides: list[Side] | None) -> sold.Sold:
    whose = [side.enrollment.pk for side in sides] if sides is not None else None
    until = timezone.localdate() + timedelta(days=1)
    return sum(sold.by_month(agreement, goods, until, whose).values(), sold.Sold())


def test_settlements_count_each_his_part_and_the_whole_once(rounds: int) -> None:
    for number in range(rounds):
        dice = random.Random(40 + number)
        market = make_market()
        sides, sales = [market.rani, market.sekar], list[Sale]()
        for _sale in range(8):
            clicks = [(dice.choice(sides), dice.randint(1, 9)) for _n in range(dice.randint(2, 4))]
            lines = _lines(dice) if dice.random() < 0.7 else None
            amount = dice.randint(1, 9_999)
            sales.append(sell_shared(market, clicks, amount, lines=lines, compute=False))
        sales.append(market.sell(market.sekar, 777))
        for sale in dice.choices(sales, k=10):
            _take_back(market, dice, sale)
        agreement = Agreement(
            seller=market.team.seller,
            program=market.program,
            currency="EUR",
            time_zone="UTC",
            starts_on=date(2026, 1, 1),
        )
        with market.team.scope():
            _check_parts(market, agreement, sales)


def _check_parts(market: Market, agreement: Agreement, sales: list[Sale]) -> None:
    sides = [market.rani, market.sekar]
    every = Goods((), ())
    rows = list(Sale.objects.prefetch_related("shares"))
    for goods in (every, CUPS):
        each = [_sold(agreement, goods, [side]) for side in sides]
        whole, both = _sold(agreement, goods, None), _sold(agreement, goods, sides)
        assert vars(whole) == vars(both)
        for name in ("sold", "refunded", "units", "units_back"):
            assert sum(getattr(one, name) for one in each) == getattr(whole, name), name
    assert whole.sales == len([sale for sale in rows if _of_goods(sale)[1]])
    for side in sides:
        own = _sold(agreement, every, [side])
        shares = [s for sale in rows for s in sale.shares.all() if s.partner_id == side.partner.pk]
        alone = [s for s in rows if not s.is_shared and s.partner_id == side.partner.pk]
        assert own.sold == sum(s.net_minor for s in shares) + sum(s.amount_minor for s in alone)
        assert own.units == sum(s.units for s in shares) + sum(units_of(s.lines) for s in alone)
        assert own.sales == len({s.sale_id for s in shares}) + len(alone)
        cups = _sold(agreement, CUPS, [side])
        assert cups.sold == sum(_part_of_cups(sale, side) for sale in rows)
    all_back = sum(Refund.objects.values_list("amount_minor", flat=True))
    assert _sold(agreement, every, None).refunded == all_back


def _part_of_cups(sale: Sale, side: Side) -> int:
    net = _of_goods(sale)[0]
    shares = sorted(sale.shares.all(), key=lambda share: share.position)
    if not shares:
        return net if sale.partner_id == side.partner.pk else 0
    parts = largest_remainder(net, [share.weight for share in shares])
    owned = zip(shares, parts, strict=True)
    return sum(part for share, part in owned if share.partner_id == side.partner.pk)


def test_what_a_partner_bought_himself_is_nobodys_and_all_back_is_nothing() -> None:
    market = make_market()
    clicks = [(market.rani, 1), (market.sekar, 1), (market.rani, 1)]
    own = sell_shared(market, clicks, 10_000)
    given_back = sell_shared(market, clicks, 100)
    for amount in (1, 33, 1, 65):
        market.refund(given_back, amount)
    agreement = Agreement(
        seller=market.team.seller,
        program=market.program,
        currency="EUR",
        time_zone="UTC",
        starts_on=date(2026, 1, 1),
    )
    every = Goods((), ())
    with market.team.scope():
        rani = _sold(agreement, every, [market.rani])
        sekar = _sold(agreement, every, [market.sekar])
        assert (rani.sold, rani.refunded, rani.net) == (6_667 + 67, 67, 6_667)
        assert (sekar.sold, sekar.refunded, sekar.net) == (3_333 + 33, 33, 3_333)
        SaleShare.objects.filter(sale=own, partner=market.sekar.partner).update(barred=True)
        assert _sold(agreement, every, [market.sekar]).net == 0
        assert _sold(agreement, every, None).net == 6_667
    agree(market)


def test_a_licence_pays_a_partner_for_his_part_of_a_sale() -> None:
    scene = make_scene("licensing")
    with scene.team.scope():
        agreement = agreements.create_agreement(
            program=scene.program,
            content=AgreementInput(
                name="Bird",
                period="quarter",
                starts_on=date(2026, 1, 1),
                parties=[PartyInput(scene.sekar.enrollment, 40)],
                grace_days=0,
                terms={"rate": "8"},
            ),
            actor=scene.team.actor,
        )
    number = scene.sell(date(2026, 2, 1), 10_000)
    with scene.team.scope():
        sale = Sale.objects.get(external_id=number)
        people = (scene.rani, scene.rani, scene.sekar)
        counted = [Counted(one.enrollment, None, 1) for one in people]
        SaleShare.objects.bulk_create(share_rows(sale, counted))
        Sale.objects.filter(pk=sale.pk).update(is_shared=True)
    scene.settle(agreement)
    assert scene.earned(scene.sekar) == [267]  # 8 % of 33.33
