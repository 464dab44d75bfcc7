"""Commissions in the console: reasons in the rows, traces, single and bulk acts, adjustments."""

import pytest

from commissions import services
from commissions.models import Commission
from portal.console.commissions import SHOWN_KINDS
from tests.cast import signed_in
from tests.portal.market import Market, make_market


@pytest.fixture(scope="module")
def market() -> Market:
    return make_market()


def test_rows_carry_their_reason_and_an_opened_one_its_trace(market: Market) -> None:
    line = market.line_of(market.sell(amount=48_390))
    client = signed_in(market.team.owner)
    page = client.get(market.team.url(f"commissions/?q={market.rani.link.code}&open={line.pk}"))
    text = page.content.decode()
    assert "<b>10\u00a0% of EUR\u00a0483.90</b>, because the sale named link" in text
    assert market.rani.partner.name in text
    for head in ("1. Who gets the credit", "2. Which rule", "3. How the amount came about"):
        assert head in text
    assert f"commissions/{line.pk}/hold/" in text
    assert f"commissions/{line.pk}/release/" not in text
    auditor = signed_in(market.team.auditor).get(market.team.url(f"commissions/?open={line.pk}"))
    assert f"commissions/{line.pk}/hold/" not in auditor.content.decode()
    assert b"Adjust by hand" not in auditor.content


def test_files_hold_the_reason(market: Market) -> None:
    market.sell(amount=1_000)
    response = signed_in(market.team.owner).get(market.team.url("commissions/?export=csv"))
    text = response.getvalue().decode()
    assert "because the sale named link" in text
    assert market.rani.partner.name in text
    assert signed_in(market.team.marketer).get(market.team.url("commissions/")).status_code == 403


def test_hold_release_and_reject_one_line_with_a_reason(market: Market) -> None:
    line = market.line_of(market.sell())
    client = signed_in(market.team.finance)
    hold = market.team.url(f"commissions/{line.pk}/hold/")
    assert "The partner sees it as held" in client.get(hold).content.decode()
    assert client.post(hold, {"why": "question", "reason": " "}).status_code == 422
    assert (
        client.post(hold, {"why": "question", "reason": "one address cluster"}).status_code == 302
    )
    assert (market.line(line.pk).status, market.line(line.pk).reason) == (
        "held",
        "one address cluster",
    )
    assert client.post(hold, {"why": "question", "reason": "again"}).status_code == 422
    assert client.post(market.team.url(f"commissions/{line.pk}/release/")).status_code == 302
    assert market.line(line.pk).status == "pending"
    assert client.post(market.team.url(f"commissions/{line.pk}/release/")).status_code == 409
    reject = market.team.url(f"commissions/{line.pk}/reject/")
    assert client.post(reject, {"reason": "staff order"}).status_code == 302
    assert market.line(line.pk).status == "rejected"
    assert client.get(market.team.url(f"commissions/{line.pk}/nonsense/")).status_code == 404
    market.compute()


def test_many_are_confirmed_first_and_those_in_another_state_left_alone() -> None:
    market = make_market()
    ids = [market.line_of(market.sell()).pk for _each in range(3)]
    paid = market.line_of(market.sell(days_ago=30)).pk
    client = signed_in(market.team.owner)
    url = market.team.url("commissions/")
    ticked = {"act": "reject", "chosen": [str(key) for key in [*ids, paid]]}
    sure = client.post(url, ticked)
    assert sure.status_code == 200
    assert (sure.context["count"], sure.context["left_out"]) == (3, 1)
    assert b"EUR" in sure.content
    assert market.line(ids[0]).status == "pending"
    assert client.post(url, ticked | {"sure": "1"}).status_code == 422
    done = client.post(url, ticked | {"sure": "1", "reason": "test orders", "query": "status=x"})
    assert done.status_code == 302
    assert [market.line(key).status for key in ids] == ["rejected"] * 3
    assert market.line(paid).status == "payable"
    market.compute()


def test_all_that_match_can_be_approved() -> None:
    market = make_market(auto_approve=False)
    lines = [market.line_of(market.sell(days_ago=days)).pk for days in (30, 2)]
    other = market.line_of(market.sell(market.sekar, days_ago=30)).pk
    client = signed_in(market.team.finance)
    query = f"partner={market.rani.partner.pk}"
    data = {"act": "approve", "all": "1", "query": query}
    sure = client.post(market.team.url("commissions/"), data)
    assert sure.context["count"] == 2
    chosen = {"act": "approve", "chosen": [str(key) for key in lines], "sure": "1"}
    assert client.post(market.team.url("commissions/"), chosen).status_code == 302
    assert [market.line(key).status for key in lines] == ["payable", "pending"]
    assert not market.line(lines[1]).needs_approval
    assert market.line(other).needs_approval


def test_no_act_without_the_right_and_none_with_a_made_up_name(market: Market) -> None:
    line = market.line_of(market.sell())
    data = {"act": "hold", "chosen": str(line.pk), "sure": "1", "reason": "x"}
    auditor = signed_in(market.team.auditor)
    assert auditor.post(market.team.url("commissions/"), data).status_code == 403
    owner = signed_in(market.team.owner)
    wrong = owner.post(market.team.url("commissions/"), data | {"act": "delete"})
    assert wrong.status_code == 404
    bad_ids = owner.post(market.team.url("commissions/"), data | {"chosen": ["x", "\x00"]})
    assert bad_ids.context["count"] == 0
    assert market.line(line.pk).status == "pending"


def test_an_adjustment_is_payable_at_once_with_its_reason(market: Market) -> None:
    client = signed_in(market.team.finance)
    url = market.team.url("commissions/adjust/")
    data = {
        "enrollment": str(market.sekar.enrollment.pk),
        "direction": "take",
        "amount": "12.34",
        "currency": "EUR",
        "reason": "counted twice in May",
    }
    assert client.post(url, data).status_code == 302
    with market.team.scope():
        line = Commission.objects.get(kind="adjustment", reason="counted twice in May")
    assert (line.amount_minor, line.status, line.partner_id) == (
        -1_234,
        "payable",
        market.sekar.partner.pk,
    )
    for wrong in ({"amount": "0"}, {"amount": "1.234"}, {"reason": ""}, {"enrollment": "x"}):
        page = client.post(url, data | wrong)
        assert page.status_code == 422
        assert next(iter(wrong)) in page.context["form"].errors
    chosen = client.get(f"{url}?partner={market.sekar.partner.pk}")
    assert chosen.context["form"].initial["enrollment"] == str(market.sekar.enrollment.pk)


def test_the_number_of_queries_does_not_grow_with_the_rows(
    django_assert_max_num_queries: object,
) -> None:
    market = make_market()
    for days in range(1, 8):
        market.refund(market.sell(days_ago=days), 1_000)
    client = signed_in(market.team.owner)
    client.get(market.team.url("commissions/"))
    with django_assert_max_num_queries(15):  # type: ignore[operator]
        client.get(market.team.url("commissions/"))


def test_a_second_submit_says_that_the_lines_had_moved_on(market: Market) -> None:
    ids = [str(market.line_of(market.sell()).pk) for _each in range(2)]
    client = signed_in(market.team.owner)
    data = {"act": "hold", "chosen": ids, "sure": "1", "why": "review"}
    first = client.post(market.team.url("commissions/"), data, follow=True).content.decode()
    assert "Held: 2 lines." in first
    assert "under review. Keep what shows" in first
    again = client.post(market.team.url("commissions/"), data, follow=True).content.decode()
    assert "Held: 0 lines. 2 lines had moved on meanwhile and stay as they are." in again
    shown = client.get(market.team.url("commissions/?kind=review&status=held"))
    assert {str(row["record"].pk) for row in shown.context["page"].rows} == set(ids)
    partner = signed_in(market.rani.user).get(market.team.url("earnings/?status=held", "portal"))
    assert "under review. Keep what shows" in partner.content.decode()
    market.compute()


def test_the_confirmation_counts_what_is_left_after_refunds() -> None:
    market = make_market(auto_approve=False)
    sale = market.sell(days_ago=30)
    market.refund(sale, 5_000)
    market.sell(market.sekar, days_ago=1)
    client = signed_in(market.team.owner)
    page = client.post(market.team.url("commissions/"), {"act": "approve", "all": "1"})
    assert page.context["count"] == 2
    assert page.context["partners"] == 2
    assert page.context["sums"] == [("EUR", 1_500)]
    assert "1 of 2 lines become payable at once." in page.content.decode()


def test_an_adjustment_is_undone_from_its_row(market: Market) -> None:
    with market.team.scope():
        line = services.adjust(
            enrollment=market.sekar.enrollment,
            amount_minor=450,
            currency="EUR",
            reason="a prize",
            actor=market.team.actor,
        )
    client = signed_in(market.team.finance)
    url = market.team.url(f"commissions/adjust/?undo={line.pk}")
    assert url in client.get(market.team.url(f"commissions/?open={line.pk}")).content.decode()
    page = client.get(url)
    assert page.context["form"].initial["direction"] == "take"
    done = client.post(url, {"reason": "no prize after all", "amount": "1", "direction": "add"})
    assert done.status_code == 302
    with market.team.scope():
        opposite = Commission.objects.get(reason="no prize after all")
    assert (opposite.amount_minor, opposite.partner_id) == (-450, line.partner_id)
    assert client.post(url, {"reason": "again"}).status_code == 422
    assert client.get(market.team.url("commissions/adjust/?undo=x")).status_code == 404
    market.compute()


@pytest.mark.parametrize("kind", [key for key, _words in SHOWN_KINDS])
def test_every_kind_filters_and_exports(market: Market, kind: str) -> None:
    client = signed_in(market.team.owner)
    assert client.get(market.team.url(f"commissions/?kind={kind}")).status_code == 200
    file = client.get(market.team.url(f"commissions/?kind={kind}&export=csv")).getvalue()
    assert "Kind" in file.decode().splitlines()[0]
