"""Rules in the console: listed, told in words, written as a sentence, compared and ended."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from commissions.models import Rule
from tests.cast import signed_in
from tests.portal.console.rule_blanks import blanks, publish, rules_url
from tests.portal.market import Market, make_market


@pytest.fixture(scope="module")
def market() -> Market:
    return make_market()


def test_the_list_tells_rules_in_words_in_their_order(market: Market) -> None:
    manager = signed_in(market.team.manager)
    publish(manager, market, name="For Rani", scope=f"partner:{market.rani.partner.pk}")
    publish(manager, market, name="Beans", goods="category:Beans", priority="3")
    page = manager.get(rules_url(market))
    names = [row["record"].name for row in page.context["page"].rows]
    assert names[0] == "For Rani"
    assert names.index("Beans") < names.index("All sales")
    assert "10\u00a0% of net" in page.content.decode()
    found = manager.get(rules_url(market), {"q": "bea"}).context["page"].rows
    assert [row["record"].name for row in found] == ["Beans"]


def test_auditors_read_and_cannot_write(market: Market) -> None:
    auditor = signed_in(market.team.auditor)
    assert b"Make a rule" not in auditor.get(rules_url(market)).content
    assert auditor.get(rules_url(market, "new/")).status_code == 403
    detail = auditor.get(market.team.url(f"rules/{market.rule.rule_id}/"))
    assert detail.status_code == 200
    assert b"/edit/" not in detail.content


def test_every_part_of_a_rule_can_be_written(market: Market) -> None:
    version = publish(
        signed_in(market.team.marketer),
        market,
        name="New customers, beans",
        who="new",
        goods="category:Beans",
        minimum="150",
        via="coupon",
        pays="12",
        step_metric="sales_amount",
        step_window="month",
        step_mode="marginal",
        lasts="months",
        lasts_n="12",
        adds="1",
        priority="2",
        reason="harvest push",
        **{"s0-from": "25,000.50", "s0-pays": "15"},
        **{"l0-amount": "500", "l0-per": "customer", "l0-window": "year"},
        **{"c0-kind": "any", "c0-depth": "0"},
        **{"c1-kind": "leaf", "c1-depth": "1", "c1-field": "customer.country"},
        **{"c1-op": "in", "c1-value": "ID, MY"},
        **{"c2-kind": "leaf", "c2-depth": "1", "c2-field": "metadata", "c2-key": "channel"},
        **{"c2-op": "eq", "c2-value": "shop"},
        **{"c3-kind": "leaf", "c3-depth": "0", "c3-field": "partner.sales_amount"},
        **{"c3-op": "between", "c3-value": "1,000", "c3-upto": "2,000.5"},
    )
    assert version.reward == {"type": "percent", "rate": "12", "base": "net"}
    assert version.conditions == {
        "all": [
            {"field": "customer.new", "op": "eq", "value": True},
            {"field": "category", "op": "eq", "value": "Beans"},
            {"field": "amount", "op": "gte", "value": 15_000},
            {"field": "coupon", "op": "ne", "value": "-"},
            {
                "any": [
                    {"field": "customer.country", "op": "in", "value": ["ID", "MY"]},
                    {"field": "metadata.channel", "op": "eq", "value": "shop"},
                ]
            },
            {"field": "partner.sales_amount", "op": "between", "value": [100_000, 200_050]},
        ]
    }
    assert version.brackets == {
        "metric": "sales_amount",
        "window": "month",
        "mode": "marginal",
        "steps": [{"from": 2_500_050, "rate": "15"}],
    }
    assert version.duration == {"months": 12}
    assert version.limits == [{"per": "customer", "window": "year", "amount": 50_000}]
    assert version.adds
    assert version.rule.priority == 2
    assert version.reason == "harvest push"


def test_a_stored_rule_comes_back_into_the_same_blanks(market: Market) -> None:
    client = signed_in(market.team.owner)
    sent = {
        "who": "returning",
        "goods": "typed",
        "goods_kind": "sku",
        "goods_text": "KN-1, KN-2",
        "minimum": "1,500",
        "via": "link",
        "type": "per_unit",
        "pays": "0.50",
        "step_metric": "quantity",
        "step_window": "quarter",
        "step_mode": "slab",
        "s0-from": "100",
        "s0-pays": "0.75",
        "lasts": "first",
        "l0-amount": "20",
        "l0-per": "sale",
        "l0-window": "month",
    }
    version = publish(client, market, **sent)
    page = client.get(market.team.url(f"rules/{version.rule_id}/edit/"))
    draft = page.context["draft"]
    single = {name: value for name, value in sent.items() if "-" not in name}
    shown = {name: draft.get(name) for name in single}
    assert shown == single | {"minimum": "1,500.00"}
    assert draft.steps == [{"from": "100", "pays": "0.75"}]
    assert draft.limits[0]["amount"] == "20.00"


@pytest.mark.parametrize(
    ("event", "reward"),
    [
        ("click", {"type": "flat", "pays": "0.05"}),
        ("lead", {"type": "flat", "pays": "3"}),
        ("signup", {"type": "points_once", "pays": "100"}),
        ("renewal", {"type": "points", "pays": "1.5"}),
        ("deliverable", {"type": "flat", "pays": "250"}),
        ("period", {"type": "percent", "pays": "2"}),
        ("commission", {"type": "percent", "pays": "10", "level": "2"}),
    ],
)
def test_every_event_has_its_sentence(market: Market, event: str, reward: dict[str, str]) -> None:
    client = signed_in(market.team.owner)
    for view in ("sentence", "table"):
        data = blanks(event=event, **reward) | {"act": view}
        page = client.post(rules_url(market, "new/"), data)
        assert page.status_code == 200
        assert page.context["live"].example is not None
        assert page.context["live"].example.bill
    version = publish(client, market, event=event, **reward)
    assert version.event == event
    assert version.override_level == (2 if event == "commission" else None)


@pytest.mark.parametrize(
    ("changes", "blank"),
    [
        ({"pays": ""}, "pays"),
        ({"pays": "100.01"}, "pays"),
        ({"pays": "1.23456"}, "pays"),
        ({"pays": "abc"}, "pays"),
        ({"type": "flat", "pays": "0.001"}, "pays"),
        ({"type": "flat", "pays": "0"}, "pays"),
        ({"scope": "partner:00000000-0000-0000-0000-000000000000"}, "scope"),
        ({"minimum": "much"}, "minimum"),
        ({"goods": "typed", "goods_text": ""}, "goods_text"),
        ({"lasts": "months", "lasts_n": ""}, "lasts_n"),
        ({"s0-from": "100", "s0-pays": ""}, "s0-pays"),
        ({"s0-from": "200", "s0-pays": "6", "s1-from": "100", "s1-pays": "7"}, "s1-from"),
        ({"s0-from": "200", "s0-pays": "6", "s1-from": "200", "s1-pays": "7"}, "s1-from"),
        ({"step_window": "previous_month", "s0-from": "1", "s0-pays": "6"}, "step_mode"),
        ({"l0-amount": "", "l0-per": "sale"}, "l0-amount"),
        (
            {"l0-amount": "5", "l0-per": "sale", "l1-amount": "6", "l1-per": "sale"},
            "l1-amount",
        ),
        ({"c0-kind": "leaf", "c0-field": "sku", "c0-op": "eq", "c0-value": ""}, "c0-value"),
        ({"c0-kind": "any", "c0-depth": "0"}, "c0-kind"),
        (
            {"c0-kind": "leaf", "c0-field": "customer.country", "c0-op": "eq", "c0-value": "Mars"},
            "c0-value",
        ),
        ({"event": "commission", "level": "99"}, "level"),
        ({"later": "6"}, "later"),
    ],
)
def test_a_mistake_stands_by_its_blank(market: Market, changes: dict[str, str], blank: str) -> None:
    page = signed_in(market.team.owner).post(rules_url(market, "new/"), blanks(**changes))
    assert page.status_code == 422
    assert blank in [one.name for one in page.context["b"].wrong]
    content = page.content.decode()
    assert f'href="#id_{blank}"' in content
    assert f'id="id_{blank}"' in content


def test_plain_fields_have_their_mistakes_too(market: Market) -> None:
    past = (timezone.now() - timedelta(days=3)).strftime("%Y-%m-%dT%H:%M")
    owner = signed_in(market.team.owner)
    market.sell(days_ago=1)
    page = owner.post(rules_url(market, "new/"), blanks(name="", valid_from=past))
    assert page.status_code == 422
    assert "name" in page.context["form"].errors
    page = owner.post(rules_url(market, "new/"), blanks(valid_from=past))
    assert "valid_from" in page.context["form"].errors


def test_rows_come_and_go_without_script(market: Market) -> None:
    client, url = signed_in(market.team.owner), rules_url(market, "new/")

    def press(act: str, **more: str) -> Any:
        page = client.post(url, blanks(**more) | {"act": act})
        assert page.status_code == 200
        return page.context["draft"]

    assert len(press("step").steps) == 1
    assert len(press("limit").limits) == 1
    assert press("adds").get("adds") == "1"
    assert press("later").get("lasts") == "months"
    draft = press("group")
    assert [(row["kind"], row["depth"]) for row in draft.conditions] == [
        ("any", "0"),
        ("leaf", "1"),
    ]
    rows = {
        "c0-kind": "any",
        "c0-depth": "0",
        "c1-kind": "leaf",
        "c1-depth": "1",
        "c1-field": "sku",
        "c1-op": "eq",
        "c1-value": "A",
        "c2-kind": "leaf",
        "c2-depth": "0",
        "c2-field": "sku",
        "c2-op": "eq",
        "c2-value": "B",
    }
    inner = press("condition:0", **rows).conditions
    assert [row["depth"] for row in inner] == ["0", "1", "1", "0"]
    assert [row["value"] for row in press("remove-condition:0", **rows).conditions] == ["B"]
    kept = press(
        "remove-step:0", **{"s0-from": "1", "s0-pays": "2", "s1-from": "3", "s1-pays": "4"}
    )
    assert kept.steps == [{"from": "3", "pays": "4"}]
    assert press("remove-step:99").steps == []
    with market.team.scope():
        before = Rule.objects.count()
    press("show", name="")
    with market.team.scope():
        assert Rule.objects.count() == before
