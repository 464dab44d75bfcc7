"""Rules in the console: in words, with versions; the worked example; ending one."""

from datetime import timedelta

import pytest
from django.utils import timezone

from commissions.models import Rule
from tests.cast import signed_in
from tests.portal.market import Market, make_market


@pytest.fixture(scope="module")
def market() -> Market:
    return make_market()


def _rules_url(market: Market, rest: str = "") -> str:
    return market.team.url(f"programs/{market.program.pk}/rules/{rest}")


def _newest(market: Market) -> Rule:
    with market.team.scope():
        found = Rule.objects.order_by("-id").prefetch_related("versions").first()
        assert found is not None
        return found


def test_rules_stand_in_words_and_auditors_only_read(market: Market) -> None:
    page = signed_in(market.team.manager).get(_rules_url(market)).content.decode()
    assert "For a sale that any partner brings, pay <b>10\u00a0% of net</b>." in page
    assert "Make a rule" in page
    auditor = signed_in(market.team.auditor)
    assert b"Make a rule" not in auditor.get(_rules_url(market)).content
    assert auditor.get(_rules_url(market, "new/")).status_code == 403


def test_a_flat_rule_for_one_partner() -> None:
    market = make_market()
    client = signed_in(market.team.manager)
    data = {
        "name": "Five euros",
        "partner": str(market.rani.partner.pk),
        "type": "flat",
        "amount": "5.00",
        "base": "net",
        "reason": "harvest push",
    }
    assert client.post(_rules_url(market, "new/"), data).status_code == 302
    rule = _newest(market)
    assert rule.partner_id == market.rani.partner.pk
    with market.team.scope():
        version = rule.versions.get()
    assert version.reward == {"type": "flat", "amount": 500, "uncapped": False}
    assert version.reason == "harvest push"
    sale = market.sell(days_ago=0)
    assert market.line_of(sale).amount_minor == 500
    page = client.get(_rules_url(market)).content.decode()
    assert f"For a sale that <b>{market.rani.partner.name}</b> brings" in page


def test_a_change_makes_the_next_version_with_the_difference() -> None:
    market = make_market()
    market.sell(days_ago=1)
    rule_id = market.rule.rule_id
    client = signed_in(market.team.manager)
    url = market.team.url(f"rules/{rule_id}/edit/")
    assert client.get(url).context["form"].initial["rate"] == "10"
    data = {"name": "All sales", "type": "percent", "rate": "12.5", "base": "gross"}
    past = (timezone.now() - timedelta(days=3)).strftime("%Y-%m-%dT%H:%M")
    refused = client.post(url, data | {"valid_from": past})
    assert refused.status_code == 422
    assert "valid_from" in refused.context["form"].errors
    assert client.post(url, data).status_code == 302
    page = client.get(_rules_url(market)).content.decode()
    assert (
        "<del>10\u00a0% of net</del> <ins>12.5\u00a0% of gross, with tax and shipping</ins>" in page
    )
    assert "1 commission" in page


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"rate": ""}, "rate"),
        ({"rate": "0"}, "rate"),
        ({"rate": "100.01"}, "rate"),
        ({"rate": "1.23456"}, "rate"),
        ({"rate": "abc"}, "rate"),
        ({"type": "flat", "amount": ""}, "amount"),
        ({"type": "flat", "amount": "0.001"}, "amount"),
        ({"type": "points"}, "type"),
        ({"name": ""}, "name"),
        ({"partner": "00000000-0000-0000-0000-000000000000"}, "partner"),
    ],
)
def test_a_mistake_stands_by_its_field(market: Market, changes: dict[str, str], field: str) -> None:
    data = {"name": "X", "type": "percent", "rate": "5", "base": "net", "partner": ""}
    page = signed_in(market.team.owner).post(_rules_url(market, "new/"), data | changes)
    assert page.status_code == 422
    assert field in page.context["form"].errors


def test_the_example_works_it_out_while_the_rule_is_written(market: Market) -> None:
    client = signed_in(market.team.owner)
    url = _rules_url(market, "preview/")
    half = client.get(url, {"type": "percent", "rate": "", "order": "100"}).content.decode()
    assert "Fill in the rate or the amount" in half
    page = client.get(
        url, {"type": "percent", "rate": "7.5", "base": "net", "order": "33.33"}
    ).content.decode()
    assert "This rule pays EUR\u00a02.50." in page
    assert "2.49975" in page
    flat = client.get(url, {"type": "flat", "amount": "5", "order": "3"}).content.decode()
    assert "This rule pays EUR\u00a03.00." in flat
    assert "Cut to the amount sold" in flat
    for order in ("", "x", "-5", "1e99", "NaN", "Infinity"):
        assert client.get(url, {"type": "flat", "amount": "5", "order": order}).status_code == 200


def test_the_preview_button_works_without_script_and_saves_nothing(market: Market) -> None:
    with market.team.scope():
        before = Rule.objects.count()
    data = {"name": "", "type": "percent", "rate": "20", "base": "net", "order": "200"}
    page = signed_in(market.team.owner).post(_rules_url(market, "new/"), data | {"act": "preview"})
    assert page.status_code == 200
    assert "This rule pays EUR\u00a040.00." in page.content.decode()
    assert page.context["form"]["rate"].value() == "20"
    with market.team.scope():
        assert Rule.objects.count() == before


def test_ending_a_rule_says_what_it_means_and_later_sales_are_not_paid() -> None:
    market = make_market()
    client = signed_in(market.team.owner)
    url = market.team.url(f"rules/{market.rule.rule_id}/end/")
    page = client.get(url).content.decode()
    assert "No rule is left for all partners" in page
    earlier = market.sell(days_ago=1)
    assert client.post(url).status_code == 302
    assert client.post(url).status_code == 409
    assert market.line_of(earlier).amount_minor == 1_000
    later = market.sell(days_ago=0)
    with market.team.scope():
        later.refresh_from_db()
        assert later.outcome == "no_rule"
    listed = client.get(_rules_url(market))
    assert [one.state for one in listed.context["ended"]] == ["ended"]


def test_a_planned_rule_says_when_it_starts(market: Market) -> None:
    client = signed_in(market.team.owner)
    start = (timezone.now() + timedelta(days=5)).strftime("%Y-%m-%dT%H:%M")
    data = {"name": "Soon", "type": "percent", "rate": "9", "base": "net", "valid_from": start}
    assert client.post(_rules_url(market, "new/"), data).status_code == 302
    states = {
        one.version.name: one.state for one in client.get(_rules_url(market)).context["rules"]
    }
    assert states["Soon"] == "planned"
