"""Rules in the console: listed, told in words, written as a sentence, compared and ended."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from campaigns.models import Tier
from commissions.inputs import LineInput
from commissions.models import Rule, RuleVersion
from tests.cast import signed_in
from tests.portal.market import Market, make_market

HTMX = {"hx-request": "true"}


@pytest.fixture(scope="module")
def market() -> Market:
    return make_market()


def rules_url(market: Market, rest: str = "") -> str:
    return market.team.url(f"programs/{market.program.pk}/rules/{rest}")


def blanks(**changes: str) -> dict[str, str]:
    """What the builder sends for a plain rule, with changes."""
    plain = {
        "act": "publish",
        "name": "New rule",
        "event": "sale",
        "type": "percent",
        "pays": "5",
        "base": "net",
        "priority": "0",
    }
    return plain | changes


def publish(client: Client, market: Market, **changes: str) -> RuleVersion:
    """A rule published by the builder."""
    page = client.post(rules_url(market, "new/"), blanks(**changes))
    assert page.status_code == 302, page.context["b"].wrong
    with market.team.scope():
        found = Rule.objects.order_by("-id").first()
        assert found is not None
        return found.versions.select_related("rule").get()


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
