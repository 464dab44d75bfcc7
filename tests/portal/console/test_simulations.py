"""Trying rules in the console: from a form or the builder to figures, reasons and publishing."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from commissions.models import Rule, RuleVersion, Simulation
from commissions.services.rulebook import RuleInput
from commissions.simulation import services as simulation
from tests.cast import make_team, signed_in
from tests.commissions.simulated import ALL_SALES, RULES, Shop, day_of

PERIOD = {"period": "own", "since": day_of(90).isoformat(), "until": day_of(0).isoformat()}
SMALL_ORDERS = RuleInput(
    "Large orders",
    {"type": "percent", "rate": "9"},
    conditions={"all": [{"field": "amount", "op": "gte", "value": 8_000}]},
)


@pytest.fixture(scope="module")
def shop() -> Shop:
    """A shop with a past."""
    shop = Shop((*RULES[:1], SMALL_ORDERS))
    shop.sell()
    return shop


@pytest.fixture
def marketer(shop: Shop) -> Client:
    """The marketer's browser."""
    return signed_in(shop.team.marketer)


def url(shop: Shop, rest: str = "") -> str:
    return shop.team.url(f"simulations/{rest}")


def newest(shop: Shop) -> Simulation:
    with shop.team.scope():
        found = Simulation.objects.order_by("-id").select_related("job").first()
        assert found is not None
        return found


def place_of(shop: Shop, client: Client, name: str) -> int:
    """The number of a rule in the form."""
    page = client.get(url(shop, f"new/?program={shop.program.pk}"))
    names = [version.name for version in page.context["form"].versions]
    return names.index(name)


def test_the_whole_way_from_the_form_to_the_figures(shop: Shop, marketer: Client) -> None:
    place = place_of(shop, marketer, "All sales")
    page = marketer.get(url(shop, f"new/?rule={shop.versions['All sales'].rule_id}"))
    assert page.context["form"][f"act_{place}"].initial == "change"
    acts = {f"act_{number}": "keep" for number in range(2)}
    sent = {**acts, f"act_{place}": "change", f"pays_{place}": "7.5", **PERIOD}
    made = marketer.post(url(shop, f"new/?program={shop.program.pk}"), sent)
    assert made.status_code == 302
    detail = made["Location"]
    assert b"every 2s" in marketer.get(detail).content
    assert b"Publish" not in marketer.get(detail).content
    simulation.step(shop.team.id)
    assert marketer.get(f"{detail}work/")["HX-Refresh"] == "true"
    page = marketer.get(detail)
    text = page.content.decode()
    assert "300" in text
    assert "pays another amount" in text
    euros = page.context["figures"][0]
    assert euros.sums.currency == "EUR"
    assert euros.sums.difference > 0
    assert euros.share_then > euros.share_now > 0
    assert len(euros.chart["labels"]) == 4
    assert "cost of sales" in text
    assert "<del>6" in text


def test_partners_are_searched_filtered_sorted_and_exported(shop: Shop, marketer: Client) -> None:
    made = shop.run(shop.change("Large orders", reward={"type": "percent", "rate": "8"}))
    detail = url(shop, f"{made.pk}/")
    rows = marketer.get(detail, {"q": "ngopi", "currency": "EUR"}).context["page"].rows
    assert [row["record"].partner.name for row in rows] == ["Ngopi Pagi"]
    losing = marketer.get(detail, {"effect": "lose", "sort": "difference"}).context["page"].rows
    differences = [row["record"].difference_minor for row in losing]
    assert differences == sorted(differences)
    assert all(one < 0 for one in differences)
    file = marketer.get(detail, {"export": "csv"})
    text = b"".join(file.streaming_content).decode()  # type: ignore[attr-defined]
    assert "Ngopi Pagi" in text
    assert "Under today’s rules" in text
    assert marketer.get(detail, {"export": "xlsx"}).status_code == 200


def test_mistakes_stand_by_their_fields(shop: Shop, marketer: Client) -> None:
    address = url(shop, f"new/?program={shop.program.pk}")
    nothing = marketer.post(address, {"act_0": "keep", "act_1": "keep", "period": "90"})
    assert nothing.status_code == 422
    assert b"Change or end at least one rule" in nothing.content
    place = place_of(shop, marketer, "All sales")
    sent = {"act_0": "keep", "act_1": "keep", "period": "own", f"act_{place}": "change"}
    wrong = marketer.post(address, {**sent, f"pays_{place}": "many", "new_name": "N"})
    errors = wrong.context["form"].errors
    assert set(errors) == {f"pays_{place}", "new_rate", "since", "until"}
    over = marketer.post(address, {**sent, **PERIOD, f"pays_{place}": "130"})
    assert set(over.context["form"].errors) == {f"pays_{place}"}
    same = marketer.post(address, {**sent, **PERIOD, f"pays_{place}": "6"})
    assert "Nothing differs" in same.content.decode()
    backwards = {"since": day_of(1).isoformat(), "until": day_of(5).isoformat()}
    refused = marketer.post(address, {**sent, "period": "own", f"pays_{place}": "7", **backwards})
    assert set(refused.context["form"].errors) == {"until"}


def test_the_builder_tries_what_is_being_written_and_goes_on_from_it(
    shop: Shop, marketer: Client
) -> None:
    rule = shop.versions["All sales"].rule_id
    edit = shop.team.url(f"rules/{rule}/edit/")
    blanks = {"act": "try", "name": "All sales", "event": "sale", "type": "percent", "base": "net"}
    wrong = marketer.post(edit, {**blanks, "pays": "a lot"})
    assert wrong.status_code == 422
    assert "is not a number" in wrong.content.decode()
    made = marketer.post(edit, {**blanks, "pays": "7.25", "minimum": "10"})
    assert made.status_code == 302
    tried = newest(shop)
    assert made["Location"] == url(shop, f"{tried.pk}/")
    assert tried.candidates[0]["rule"] == str(rule)
    assert tried.until - tried.since == timedelta(days=89)
    back = marketer.get(edit, {"tried": str(tried.pk), "place": "0"})
    assert back.context["draft"].get("pays") == "7.25"
    with shop.team.scope():
        assert Rule.objects.get(pk=rule).versions.count() == 1


def test_a_new_rule_is_tried_with_its_scope_and_later_rate(shop: Shop, marketer: Client) -> None:
    partner = shop.partners["Kopi Kita"]
    new = shop.team.url(f"programs/{shop.program.pk}/rules/new/")
    sent = {
        "act": "try",
        "event": "sale",
        "type": "percent",
        "base": "net",
        "pays": "12",
        "lasts": "months",
        "lasts_n": "3",
        "later": "4",
        "scope": f"partner:{partner.pk}",
    }
    made = marketer.post(new, sent)
    assert made.status_code == 302
    first, later = newest(shop).candidates
    assert first["scope"] == later["scope"] == {"partner": str(partner.pk)}
    assert (first["content"]["name"], later["content"]["reward"]["rate"]) == ("New rule", "4")
    back = marketer.get(new, {"tried": str(newest(shop).pk)})
    assert back.context["draft"].get("scope") == f"partner:{partner.pk}"
    assert back.context["draft"].get("pays") == "12"


def test_publishing_names_what_changes_and_asks_why() -> None:
    shop = Shop((ALL_SALES, SMALL_ORDERS))
    made = shop.run(
        shop.change("All sales", reward={"type": "percent", "rate": "7", "base": "net"})
    )
    manager = signed_in(shop.team.manager)
    address = url(shop, f"{made.pk}/publish/")
    text = manager.get(address).content.decode()
    assert "Changes: “All sales”." in text
    assert "Publish 1 change" in text
    assert manager.post(address, {"reason": ""}).status_code == 422
    past = timezone.now() - timedelta(days=2)
    late = manager.post(address, {"reason": "Why", "valid_from": f"{past:%Y-%m-%dT%H:%M}"})
    assert set(late.context["form"].errors) == {"valid_from"}
    done = manager.post(address, {"reason": "Match the harvest"})
    assert done.status_code == 302
    with shop.team.scope():
        version = RuleVersion.objects.get(number=2)
        assert (version.reward["rate"], version.reason) == ("7", "Match the harvest")
    again = manager.post(address, {"reason": "Once more"})
    assert again.status_code == 422
    assert "published already" in again.content.decode()
    page = manager.get(url(shop))
    assert [row["record"].state for row in page.context["page"].rows] == ["published"]


def test_a_rule_changed_since_is_told_and_not_published_over() -> None:
    shop = Shop((ALL_SALES, SMALL_ORDERS))
    rule = {"type": "percent", "rate": "7", "base": "net"}
    first = shop.run(shop.change("All sales", reward=rule))
    second = shop.run(shop.change("All sales", reward={**rule, "rate": "8"}))
    manager = signed_in(shop.team.manager)
    manager.post(url(shop, f"{first.pk}/publish/"), {"reason": "First"})
    page = manager.get(url(shop, f"{second.pk}/"))
    assert "A rule was changed since." in page.content.decode()
    assert not page.context["may_publish"]
    refused = manager.post(url(shop, f"{second.pk}/publish/"), {"reason": "Second"})
    assert "“All sales” was changed since" in refused.content.decode()


def test_run_again_over_other_days(shop: Shop, marketer: Client) -> None:
    made = shop.run(shop.change("All sales", reward={"type": "percent", "rate": "5"}))
    answer = marketer.post(url(shop, f"{made.pk}/again/"), {"period": "30"})
    assert answer.status_code == 302
    assert newest(shop).candidates == made.candidates
    simulation.step(shop.team.id)


def test_the_list_and_who_may_do_what(shop: Shop, marketer: Client) -> None:
    made = shop.run(shop.change("All sales", reward={"type": "percent", "rate": "4"}))
    rows = marketer.get(url(shop), {"program": str(shop.program.pk)}).context["page"].rows
    assert rows[0]["record"].pk == made.pk
    auditor = signed_in(shop.team.auditor)
    assert auditor.get(url(shop, f"{made.pk}/")).status_code == 200
    assert b"Run again" not in auditor.get(url(shop, f"{made.pk}/")).content
    assert auditor.get(url(shop, f"{made.pk}/publish/")).status_code == 403
    assert auditor.get(url(shop, "new/")).status_code == 403
    other = make_team()
    stranger = signed_in(other.owner)
    assert stranger.get(other.url(f"simulations/{made.pk}/")).status_code == 404
    assert stranger.get(other.url(f"simulations/new/?program={shop.program.pk}")).status_code == 404
    assert stranger.get(other.url("simulations/new/?program=nothing")).status_code == 404
