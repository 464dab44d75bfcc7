"""When the next payout is, who misses it, the statement on paper, and asking about a line."""

import io
from datetime import date, timedelta

import pytest
from django.utils import timezone
from pypdf import PdfReader

from activity.models import Notification
from commissions import services as commissions
from commissions.inputs import SaleInput
from partners.models import Conversation
from payouts import rules, selectors
from payouts import services as payouts
from portal.time_format import day_text
from sellers import services as sellers
from tests.cast import signed_in, token
from tests.portal.market import Market, make_market
from tracking.services.coupons import create_coupon

ACCOUNTS = ("DE89370400440532013000", "GB82WEST12345698765432")


@pytest.mark.parametrize(
    ("day", "today", "expected"),
    [
        (None, date(2026, 11, 22), None),
        (22, date(2026, 11, 22), date(2026, 11, 22)),
        (1, date(2026, 11, 22), date(2026, 12, 1)),
        (31, date(2026, 11, 22), date(2026, 11, 30)),
        (31, date(2027, 2, 1), date(2027, 2, 28)),
        (30, date(2027, 1, 31), date(2027, 2, 28)),
        (15, date(2026, 12, 16), date(2027, 1, 15)),
    ],
)
def test_the_next_day_of_payouts(day: int | None, today: date, expected: date | None) -> None:
    assert rules.next_day(day, today) == expected


def test_an_account_misses_a_day_before_it_may_be_used() -> None:
    today = date(2026, 11, 30)
    assert rules.missed_day(1, today, date(2026, 12, 3)) == date(2026, 12, 1)
    assert rules.missed_day(1, today, date(2026, 12, 1)) is None
    assert rules.missed_day(None, today, date(2026, 12, 3)) is None


@pytest.fixture(scope="module")
def market() -> Market:
    """Rani has 3 000 payable from a link and 1 000 from a coupon; her second account is held."""
    market = make_market()
    team, rani = market.team, market.rani
    market.sell(amount=80_000, days_ago=40)
    with team.scope():
        create_coupon(enrollment=rani.enrollment, code="RANI10", actor=team.actor)
        commissions.take_sale(
            seller=team.seller,
            actor=team.actor,
            sale=SaleInput(
                external_id=f"KN-{token()}",
                currency="EUR",
                amount=10_000,
                coupon="rani10 ",
                occurred_at=timezone.now(),
            ),
        )
        tomorrow = timezone.localdate() + timedelta(days=1)
        sellers.change_seller(seller=team.seller, actor=team.actor, payout_day=tomorrow.day)
        team.seller.refresh_from_db()
        for account in ACCOUNTS:
            payouts.set_payout_method(
                partner=rani.partner, kind="iban", name="Rani", account=account, actor=team.actor
            )
        payouts.set_payout_method(
            partner=market.sekar.partner, kind="iban", name="Sekar", account=ACCOUNTS[0],
            actor=team.actor,
        )  # fmt: skip
    market.sell(market.sekar, amount=90_000, days_ago=40)
    market.compute()
    return market


def _page(market: Market, rest: str = "") -> str:
    answer = signed_in(market.rani.user).get(market.team.url(rest, room="portal"))
    assert answer.status_code == 200
    return answer.content.decode()


def test_home_names_the_day_and_that_it_goes_without_her(market: Market) -> None:
    text = _page(market)
    day = rules.next_day(market.team.seller.payout_day, timezone.localdate())
    assert day is not None
    assert f"Payable, for the payout of {day_text(day)}" in text
    assert f"the payout of {day_text(day)} goes without you" in text
    assert "Coupon RANI10" in text
    assert "Your best links and coupons" in text
    assert f"so far for {day_text(day)}" in _page(market, "earnings/")


def test_she_was_told_the_day_by_mail(market: Market) -> None:
    with market.team.scope():
        told = Notification.objects.filter(
            event__verb="payout_method.changed", user=market.rani.user
        ).order_by("id")
        first, second = (one.body for one in told)
        method = selectors.current_method(market.rani.partner.pk)
    assert "goes without you" not in first
    assert "so the payout of" in second
    assert "goes without you" in second
    assert method is not None
    assert method.usable_at is not None
    assert str(method.usable_at.year) in second


def test_whom_a_draft_leaves_out_for_the_three_days_hears_of_it(market: Market) -> None:
    team = market.team
    from_draft = Notification.objects.filter(event__verb="payout_method.left_out")
    client = signed_in(team.finance)
    form = client.get(team.url("payouts/draft/")).content.decode()
    assert "PTS" not in form
    data = {"currency": "EUR", "until": timezone.localdate().isoformat()}
    assert client.post(team.url("payouts/draft/"), data).status_code == 302
    with team.scope():
        (told,) = from_draft
        assert told.user == market.rani.user  # not Sekar, who is paid
        assert "EUR 80.00 waits" in told.subject.replace("\xa0", " ")
        assert told.mail_due


def test_finance_sees_who_is_on_hold_and_until_when(market: Market) -> None:
    client = signed_in(market.team.finance)
    text = client.get(market.team.url("payouts/accounts/?state=held")).content.decode()
    assert market.rani.partner.name in text
    assert market.sekar.partner.name not in text
    every = client.get(market.team.url("payouts/accounts/")).content.decode()
    assert market.sekar.partner.name in every


def test_the_statement_on_paper_has_every_line_and_sum(market: Market) -> None:
    month = (timezone.localtime() - timedelta(days=40)).strftime("%Y-%m")
    url = market.team.url(f"statements/paper/?period={month}", room="portal")
    answer = signed_in(market.rani.user).get(url)
    assert answer["Content-Type"] == "application/pdf"
    text = PdfReader(io.BytesIO(answer.content)).pages[0].extract_text().replace("\xa0", " ")
    assert "Statement" in text
    assert market.rani.partner.name in text
    assert "Order KN-" in text
    assert text.count("EUR 80.00") >= 3  # the line, what is owed after it, and at the end
    assert "90.00" not in text
    earnings = _page(market, "earnings/")
    assert "statements/paper/?period=" in earnings
    assert f"statements/paper/?period={timezone.localtime():%Y-%m}" in _page(market, "statements/")


def test_a_partner_without_anything_has_no_paper(market: Market) -> None:
    stranger = make_market()
    url = stranger.team.url("statements/paper/", room="portal")
    assert signed_in(stranger.rani.user).get(url).status_code == 404


def test_asking_about_a_line_starts_a_conversation_about_it(market: Market) -> None:
    sale = market.sell(amount=12_300)
    line = market.line_of(sale)
    opened = _page(market, f"earnings/?open={line.pk}")
    address = market.team.url(f"conversations/new/?line={line.pk}", room="portal")
    assert address in opened
    client = signed_in(market.rani.user)
    form = client.get(address).context["form"]
    assert form.initial["subject"] == f"Order {sale.external_id}"
    assert "12.30" in form.initial["text"]
    assert "because the sale named your link" in form.initial["text"]
    data = {"subject": form.initial["subject"], "text": f"Why?{form.initial['text']}"}
    assert client.post(address, data).status_code == 302
    with market.team.scope():
        made = Conversation.objects.get(partner=market.rani.partner)
        assert made.subject == f"Order {sale.external_id}"
    # another's line, and what is none, tell nothing
    other = market.line_of(market.sell(market.sekar, amount=45_600))
    for wanted in (other.pk, "x"):
        url = market.team.url(f"conversations/new/?line={wanted}", room="portal")
        assert client.get(url).context["form"].initial == {"subject": "", "text": ""}
