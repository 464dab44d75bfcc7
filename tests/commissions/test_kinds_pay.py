"""Each kind of program, made over the API from its own questions, pays to the cent."""

import uuid
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from activity import work
from campaigns.models import Program
from commissions import schema, starters
from commissions.loyalty import steps as loyalty
from commissions.models import Brief, Commission, FriendReward, LoyaltySettings, StampCard
from commissions.referrals import steps as referrals
from commissions.services import briefs
from commissions.settlements import entries
from commissions.settlements.entries import EntryInput
from sellers.scope import seller_scope
from tests.api.caller import make_caller
from tests.cast import token
from tests.commissions.kind_stage import make


def test_affiliate_pays_a_percentage_for_so_many_months() -> None:
    stage = make("affiliate", rate="7.5", months=0)
    stage.sell(10_001, customer="ayu")
    stage.sell(10_000, customer="ayu")
    assert stage.paid() == [750], "7.5 % of EUR 100.01 is 7.50075; later sales earn nothing"


def test_affiliate_pays_flat_for_sales_leads_and_clicks() -> None:
    flat = make("affiliate", pays="flat", amount=700)
    flat.sell(10_000)
    flat.sell(500)
    assert flat.paid() == [700, 500], "never more than was sold"
    lead = make("affiliate", pays="lead", amount=350)
    lead.bring("lead")
    assert lead.paid() == [350]
    click = make("affiliate", pays="click", amount=12)
    click.bring("click", quantity=45)
    assert click.paid() == [540]


def test_referral_pays_once_for_a_friend_and_the_friend_too() -> None:
    stage = make("referral", reward=1_500, minimum=3_000, friend="voucher", friend_amount=800)
    for customer, amount in (("ayu", 2_999), ("ayu", 4_000), ("ayu", 9_000), ("budi", 3_000)):
        stage.sell(amount, customer=customer)
    assert stage.paid() == [1_500, 1_500]
    with seller_scope(stage.api.seller.pk):
        Commission.objects.filter(partner=stage.partner).update(
            payable_at=timezone.now() - timedelta(minutes=1)
        )
    work.drain("holds", stage.api.seller.pk)
    referrals.step(stage.api.seller.pk)
    with seller_scope(stage.api.seller.pk):
        given = FriendReward.objects.order_by("id").values_list("kind", "amount")
        assert list(given) == [("voucher", 800), ("voucher", 800)]


def test_influencer_pays_posts_and_first_sales_and_never_later_ones() -> None:
    stage = make("influencer", fee=12_000, rate="10", pieces=2)
    stage.deliver()
    stage.deliver()
    stage.sell(5_000, customer="ayu")
    stage.sell(5_000, customer="ayu")
    assert stage.paid() == [12_000, 12_000, 500]


def test_content_pays_for_a_piece_whose_link_is_watched() -> None:
    stage = make("content", fee=6_050, host="shop.example", live_days=60)
    stage.deliver()
    assert stage.paid() == [6_050]
    with seller_scope(stage.api.seller.pk):
        brief = Brief.objects.get()
        assert (brief.kind, brief.backlink, brief.live_days) == ("article", "shop.example", 60)
    usual = make("content")
    with seller_scope(usual.api.seller.pk):
        assert Brief.objects.get().backlink == "shop.example", "where links lead"


def test_loyalty_gives_points_cashback_and_every_nth_item() -> None:
    stage = make("loyalty", points="1.5", every_nth=3, expiry_months=6)
    lines = [{"sku": "bag", "quantity": 3, "unit_amount": 1_030}]
    with seller_scope(stage.api.seller.pk):
        assert LoyaltySettings.objects.get().expire_months == 6
        StampCard.objects.update(starts_at=timezone.now() - timedelta(minutes=5))
    stage.sell(lines=lines, customer="ayu")
    assert stage.lines() == [(46, "PTS")], "30.90 x 1.5 = 46.35 points"
    while loyalty.step(stage.api.seller.pk):
        pass
    assert stage.paid() == [1_030], "the third bag is free"
    cashback = make("loyalty", earns="cashback", rate="2.5")
    cashback.sell(4_210)
    assert cashback.paid() == [105], "2.5 % of EUR 42.10 is 1.0525"
    rupiah = make("loyalty", "IDR")
    rupiah.sell(25_000_000, currency="IDR")
    assert rupiah.lines() == [(250, "PTS")], "IDR 250,000 at a point for each thousand"


def test_reseller_gets_a_rebate_on_what_lies_above_the_volumes() -> None:
    stage = make(
        "reseller", rebate_from=1_000_000, rebate_rate="3", second_from=2_000_000, second_rate="5"
    )
    stage.sell(800_000)
    assert sum(stage.paid()) == 0, "below the volume"
    stage.sell(700_000)
    assert sum(stage.paid()) == 15_000, "3 % of the EUR 5,000 above EUR 10,000"
    stage.sell(1_000_000)
    assert sum(stage.paid()) == 55_000, "and 3 % of EUR 5,000 and 5 % of EUR 5,000 more"


def test_distribution_pays_by_unit_by_value_or_by_report() -> None:
    unit = make("distribution", amount=55)
    unit.sell(lines=[{"sku": "box", "quantity": 120, "unit_amount": 900}])
    assert unit.paid() == [6_600]
    value = make("distribution", fee="percent", rate="4")
    value.sell(123_450)
    assert value.paid() == [4_938]
    reported = make("distribution", reported="period", amount=55, period="month")
    reported.sell(100_000)
    assert reported.paid() == [], "only what the distributor reports"
    agreement = reported.agree()
    with seller_scope(reported.api.seller.pk):
        party = agreement.parties.select_related("agreement__seller", "enrollment").get()
        entry = EntryInput(kind="units", on=date(2026, 1, 20), note="January", quantity=1_000)
        entries.report(party=party, entry=entry, actor=reported.actor, agreed=True)
    reported.settle(agreement)
    assert reported.paid() == [55_000]


@pytest.mark.parametrize(("base", "pays"), [("net", 15_000), ("margin", 6_000)])
def test_channel_pays_a_share_of_deals_or_of_their_margin(base: str, pays: int) -> None:
    stage = make("channel", rate="15", base=base)
    stage.sell(lines=[{"sku": "plan", "quantity": 1, "unit_amount": 100_000, "cost": 60_000}])
    assert stage.paid() == [pays]


def test_sponsorship_divides_its_fee_over_what_is_promised() -> None:
    titles = ["Logo on the stage", "Two posts", "A stand"]
    stage = make("sponsorship", fee=100_000, deliverables=titles)
    for title in titles:
        stage.deliver(title)
    assert stage.paid() == [33_334, 33_333, 33_333]
    stage.sell(10_000)
    assert len(stage.paid()) == 3, "sales earn nothing"


def test_placement_pays_placements_and_the_sales_that_came_of_them() -> None:
    stage = make("placement", fee=25_000, rate="5")
    stage.deliver()
    stage.sell(19_990)
    assert stage.paid() == [25_000, 1_000], "5 % of EUR 199.90 is 9.995"


def test_co_branding_shares_the_revenue_of_its_products() -> None:
    stage = make("co_branding", part="40", products=["CUP-1"])
    agreement = stage.agree()
    goods = [
        {"sku": "CUP-1", "quantity": 10, "unit_amount": 2_505},
        {"sku": "BAG-1", "quantity": 1, "unit_amount": 9_000},
    ]
    stage.sell(lines=goods, occurred_at=moment(2, 10))
    stage.settle(agreement)
    assert stage.paid() == [10_020], "40 % of EUR 250.50"


def test_licensing_pays_royalties_with_guarantee_and_advance() -> None:
    stage = make("licensing", rate="8", guarantee=50_000, advance=30_000)
    agreement = stage.agree()
    stage.sell(500_000, occurred_at=moment(3, 1))
    stage.settle(agreement)
    assert stage.paid() == [30_000, 20_000], "8 % is 40,000, at least 50,000, less the advance"


def test_joint_venture_shares_revenue_less_cost() -> None:
    stage = make("joint_venture", part="33.3333")
    agreement = stage.agree()
    stage.sell(1_000_000, occurred_at=moment(1, 15))
    with seller_scope(stage.api.seller.pk):
        party = agreement.parties.select_related("agreement__seller").get(enrollment=None)
        cost = EntryInput(kind="cost", on=date(2026, 2, 1), note="Stand", amount_minor=400_000)
        entries.report(party=party, entry=cost, actor=stage.actor, agreed=True)
    stage.settle(agreement)
    assert stage.paid() == [200_000], "33.3333 % of EUR 6,000 is 1,999.998"


def moment(month: int, day: int) -> str:
    """Noon of a day of 2026, as the API takes it."""
    return datetime(2026, month, day, 12, tzinfo=UTC).isoformat()


@pytest.mark.parametrize("kind", Program.Kind.values)
def test_a_program_without_answers_starts_bare(kind: str) -> None:
    api = make_caller()
    body = {
        "name": "Bare",
        "slug": f"p-{token()}",
        "kind": kind,
        "currency": "EUR",
        "landing_url": "https://shop.example/",
    }
    made = api.made("programs", body)
    assert made["kind_settings"] == {}
    assert made["self_purchase"] == ("earn" if kind == "loyalty" else "nothing")
    with seller_scope(api.seller.pk):
        program = Program.objects.get(pk=uuid.UUID(made["id"]))
        assert not program.rules.exists()
        assert not Brief.objects.exists()


def test_answers_are_refused_by_their_path() -> None:
    api = make_caller()
    body = {
        "name": "Wrong",
        "slug": f"p-{token()}",
        "currency": "EUR",
        "landing_url": "https://shop.example/",
        "kind": "reseller",
    }
    shape = api.post("programs", {**body, "kind_settings": {"rebate": 5}})
    assert (shape.status, shape.fields) == (400, {"kind_settings.rebate": "unknown_field"})
    value = api.post("programs", {**body, "kind_settings": {"rebate_rate": "101"}})
    assert (value.status, value.fields) == (422, {"kind_settings.rebate_rate": "out_of_range"})
    with seller_scope(api.seller.pk):
        assert not Program.objects.exists(), "nothing half-made"
    later = api.made("programs", body)
    patched = api.patch(f"programs/{later['id']}", {"kind_settings": {}})
    assert patched.fields == {"kind_settings": "unknown_field"}


def test_the_registry_over_the_api_tells_how_each_kind_is_made() -> None:
    api = make_caller()
    rows = api.get("program-kinds").body["results"]
    assert [row["kind"] for row in rows] == Program.Kind.values
    for row in rows:
        assert row["settings"]
        assert row["pays"]


@pytest.mark.parametrize("kind", Program.Kind.values)
def test_starting_rules_fit_the_schema(kind: str) -> None:
    usual: dict[str, Any] = {"reward": 5, "fee": 5, "rate": "5", "base": "net", "reported": "sales"}
    own: dict[str, dict[str, Any]] = {
        "affiliate": {"pays": "percent", "rate": "5", "months": 3},
        "loyalty": {"earns": "points", "points": "0.001"},
        "reseller": {"rebate_from": 5, "rebate_rate": "1", "period": "year"},
    }
    for content in starters.starting_rules(kind, own.get(kind, usual)):
        assert schema.checked(content)["name"]


def test_another_brief_needs_no_new_program() -> None:
    stage = make("influencer", pieces=1)
    with seller_scope(stage.api.seller.pk):
        made = briefs.create_brief(
            program=stage.program,
            brief=briefs.BriefInput(title="Reel", fee="rule"),
            actor=stage.actor,
        )
    stage.deliver(made.title)
    assert stage.paid() == [10_000]
