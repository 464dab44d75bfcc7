"""What the builder shows beside a rule, and what becomes of a rule that is changed or ended."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from campaigns.models import Tier
from commissions.inputs import LineInput
from commissions.models import RuleVersion
from tests.cast import signed_in
from tests.portal.console.rule_blanks import blanks, publish, rules_url
from tests.portal.market import Market, make_market

HTMX = {"hx-request": "true"}


@pytest.fixture(scope="module")
def market() -> Market:
    return make_market()


def lines_of(page: Any) -> dict[str, str]:
    """The example's bill by its words."""
    return {line.label: line.value for line in page.context["live"].example.bill}


def test_the_example_crosses_a_step_as_the_engine_pays_it(market: Market) -> None:
    data = blanks(
        pays="12",
        goods="category:Tea",
        ex_order="345",
        ex_before="24,880",
        step_mode="marginal",
        **{"s0-from": "25,000", "s0-pays": "15", "l0-amount": "500", "l0-per": "sale"},
    )
    page = signed_in(market.team.owner).post(
        rules_url(market, "preview/"), data | {"act": ""}, headers=HTMX
    )
    assert lines_of(page) == {
        "12\u00a0% of 120.00, up to the step": "14.40",
        "15\u00a0% of 225.00, above it": "33.75",
        "Rounding": "0.00",
        "Limit EUR\u00a0500.00 per sale": "not reached",
        "Commission": "EUR\u00a048.15",
    }
    text = page.content.decode()
    assert "EUR\u00a0120.00 lies below, EUR\u00a0225.00 above" in text
    assert [case.label for case in page.context["live"].cases] == [
        "Limit reached",
        "Full refund in two parts",
    ]
    assert page.context["live"].is_expected


def test_the_example_says_who_pays_what_this_rule_does_not() -> None:
    market = make_market()
    data = blanks(pays="12", minimum="150", ex_order="100", lasts="months", lasts_n="12")
    data["priority"] = "1"
    client = signed_in(market.team.owner)
    page = client.post(rules_url(market, "preview/"), data | {"act": ""})
    assert lines_of(page)["“All sales” pays instead"] == "EUR\u00a010.00"
    cases = {case.label: case.words for case in page.context["live"].cases}
    assert (
        "“All sales” pays EUR\u00a015.00" in cases["Order of EUR\u00a0149.99, below the smallest"]
    )
    assert "Month 13 of the customer" in cases
    assert page.context["live"].is_expected


def test_the_example_crosses_the_first_step_by_itself() -> None:
    market = make_market()
    data = blanks(goods="category:Beans", **{"s0-from": "1000", "s0-pays": "6"}) | {"act": ""}
    page = signed_in(market.team.owner).post(rules_url(market, "preview/"), data)
    assert len(page.context["live"].example.parts) == 2
    assert 'placeholder="900.00"' in page.content.decode()


def test_the_preview_takes_anything(market: Market) -> None:
    client, url = signed_in(market.team.owner), rules_url(market, "preview/")
    assert client.get(url).status_code == 200
    odd = ("", "x", "-5", "1e99", "NaN", "Infinity", "9" * 40, "1,2,3", "١٢")
    for text in odd:
        data = blanks(pays=text, ex_order=text, minimum=text, lasts="months", lasts_n=text)
        data |= {
            "act": "",
            "event": text,
            "type": text,
            "as": text,
            "s0-from": text,
            "s0-pays": "1",
        }
        data |= {"rule": text, "priority": text, "c0-kind": text, "c0-depth": text}
        assert client.post(url, data).status_code == 200


def test_before_publishing_it_says_what_meets_and_what_is_left(market: Market) -> None:
    client = signed_in(market.team.owner)
    own = make_market()
    owner = signed_in(own.team.owner)

    def said(**changes: str) -> str:
        page = owner.post(rules_url(own, "preview/"), blanks(**changes) | {"act": ""})
        return page.content.decode()

    text = said(goods="category:Beans")
    assert "catches what this rule does not take" in text
    assert "this rule goes before it: it names its goods more closely" in text
    assert "It is for 2 of 2 partners today." in text
    assert "both are paid" in said(adds="1")
    assert "A customer is new only at the first order" in said(
        who="new", lasts="months", lasts_n="12"
    )
    one = said(scope=f"partner:{own.rani.partner.pk}")
    assert "It is for 1 of 2 partners today." in one
    assert own.rani.partner.name in one
    assert client.post(own.team.url(f"rules/{own.rule.rule_id}/end/")).status_code == 404
    owner.post(own.team.url(f"rules/{own.rule.rule_id}/end/"))
    assert "A gap: no rule is left" in said(goods="category:Beans")


def test_a_change_makes_the_next_version_with_the_difference() -> None:
    market = make_market()
    market.sell(days_ago=1)
    client = signed_in(market.team.manager)
    url = market.team.url(f"rules/{market.rule.rule_id}/edit/")
    assert client.get(url).context["draft"].get("pays") == "10"
    stale = client.post(url, blanks(name="All sales", pays="11", based_on="7"))
    assert stale.status_code == 422
    assert "Somebody published another version" in stale.content.decode()
    same = client.post(url, blanks(name="All sales", pays="10", based_on="1"))
    assert same.status_code == 422
    assert "Nothing differs" in same.content.decode()
    live = client.post(
        rules_url(market, "preview/"),
        blanks(pays="12.5") | {"act": "", "rule": str(market.rule.rule_id), "ex_order": "100"},
    )
    assert lines_of(live)["Version 1 would pay"] == "EUR\u00a010.00"
    assert "<del>" in live.content.decode()
    assert client.post(url, blanks(name="All sales", pays="12.5")).status_code == 302
    page = client.get(market.team.url(f"rules/{market.rule.rule_id}/"), {"a": "2", "b": "1"})
    text = page.content.decode()
    assert "<ins>12.5" in text
    assert "1 commission" in text
    assert page.context["compared"].old.number == 2
    sale = market.sell(days_ago=0)
    assert market.line_of(sale).amount_minor == 1_250


def test_a_later_rate_becomes_a_rule_that_takes_over() -> None:
    market = make_market()
    publish_data = blanks(
        name="First year", who="new", pays="12", lasts="charges", lasts_n="1", later="6"
    )
    client = signed_in(market.team.owner)
    assert client.post(rules_url(market, "new/"), publish_data).status_code == 302
    with market.team.scope():
        later = RuleVersion.objects.get(name="First year, later orders")
    assert later.reward["rate"] == "6"
    assert later.duration is None
    assert later.conditions is None


def test_goods_that_were_sold_can_be_picked() -> None:
    market = make_market()
    market.sell(lines=[LineInput(1, unit_amount=500, sku="KN-1", category="Beans")])
    page = signed_in(market.team.owner).get(rules_url(market, "new/"))
    text = page.content.decode()
    assert '<option value="category:Beans">Beans</option>' in text
    assert '<option value="sku:KN-1">KN-1</option>' in text


def test_a_rule_for_a_tier_is_for_its_partners() -> None:
    market = make_market()
    with market.team.scope():
        tier = Tier.objects.create(
            seller=market.team.seller, program=market.program, key="gold", name="Gold", rank=2
        )
        market.rani.enrollment.tier = tier
        market.rani.enrollment.save()
    client = signed_in(market.team.owner)
    version = publish(client, market, scope=f"tier:{tier.pk}")
    assert version.rule.tier_id == tier.pk
    page = client.get(market.team.url(f"rules/{version.rule_id}/"))
    assert page.context["touched"].count == 1
    assert "Gold" in page.context["words"]


def test_ending_a_rule_says_what_it_means_and_later_sales_are_not_paid() -> None:
    market = make_market()
    client = signed_in(market.team.owner)
    url = market.team.url(f"rules/{market.rule.rule_id}/end/")
    page = client.get(url).content.decode()
    assert "No rule is left for all partners" in page
    assert "It is for 2 of 2 partners today." in page
    earlier = market.sell(days_ago=1)
    assert client.post(url).status_code == 302
    assert client.post(url).status_code == 409
    assert market.line_of(earlier).amount_minor == 1_000
    later = market.sell(days_ago=0)
    with market.team.scope():
        later.refresh_from_db()
        assert later.outcome == "no_rule"
    listed = client.get(rules_url(market), {"state": "ended"}).context["page"].rows
    assert [row["record"].name for row in listed] == ["All sales"]


def test_a_planned_rule_says_when_it_starts(market: Market) -> None:
    client = signed_in(market.team.owner)
    start = (timezone.now() + timedelta(days=5)).strftime("%Y-%m-%dT%H:%M")
    version = publish(client, market, name="Soon", valid_from=start)
    page = client.get(market.team.url(f"rules/{version.rule_id}/"))
    assert page.context["shown"].state == "planned"
    assert "planned" in page.content.decode()
