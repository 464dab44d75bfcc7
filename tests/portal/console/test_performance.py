"""Performance in the console: partners compared, one partner's results, reviews with both sides."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from activity import work
from activity.models import Notification
from campaigns import conversing
from campaigns import services as campaigns
from campaigns.announcements import services as announcements
from campaigns.models import MaterialDay, Receipt
from campaigns.segments import Segment
from commissions.models import Review, ReviewAction, Standing, StandingRound
from commissions.performance import facts, standings
from partners.models import Message, Partner
from sellers.actors import Actor
from sellers.models import Staff
from sellers.scope import maintenance_scope
from tests.cast import signed_in
from tests.portal.market import Market, make_market


@pytest.fixture(scope="module")
def market() -> Market:
    """Rani sells more than before, Sekar has stopped."""
    market = make_market()
    for days, amount in ((2, 30_000), (5, 20_000), (9, 10_000), (40, 9_000)):
        market.sell(market.rani, amount, days_ago=days)
    for days in (33, 35, 44):
        market.sell(market.sekar, 7_000, days_ago=days)
    work.drain("totals", market.team.id)
    while standings.step(market.team.id):
        pass
    return market


@pytest.fixture
def ola(market: Market) -> Client:
    """The owner's browser."""
    return signed_in(market.team.owner)


@pytest.fixture
def rani(market: Market) -> Client:
    """The partner's browser."""
    return signed_in(market.rani.user)


def url(market: Market, rest: str = "", room: str = "console") -> str:
    return market.team.url(f"performance/{rest}", room)


def partner_url(market: Market, rest: str = "") -> str:
    return market.team.url(f"partners/{market.rani.partner.pk}/performance/{rest}")


def words_of(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def test_partners_stand_side_by_side(market: Market, ola: Client) -> None:
    html = ola.get(url(market)).text
    first, second = (html.index(one.partner.name, html.index("<table", html.index('class="list"')))
                     for one in (market.rani, market.sekar))  # fmt: skip
    assert first < second
    for words in ("Growing", "Fading", "600.00", "Net sales of those shown", "figures as a table"):
        assert words in html
    fading = ola.get(url(market), {"health": "fading"}).text
    assert market.sekar.partner.name in fading
    assert market.rani.partner.name not in fading.split('class="list"')[1]


def test_a_manager_sees_his_own(market: Market) -> None:
    with market.team.scope():
        staff = Staff.objects.get(user=market.team.manager)
        market.rani.partner.manager = staff
        market.rani.partner.save(update_fields=["manager"])
    client = signed_in(market.team.manager)
    found = re.search(r'href="([^"]*manager=[^"]*)"', client.get(url(market)).text)
    assert found
    mine = client.get(found.group(1).replace("&amp;", "&")).text
    assert market.rani.partner.name in mine
    assert market.sekar.partner.name not in mine


def test_the_list_is_a_file_too(market: Market, ola: Client) -> None:
    text = ola.get(url(market), {"export": "csv"}).getvalue().decode()
    assert market.sekar.partner.name in text
    assert "Fading" in text


def test_the_number_of_queries_does_not_grow_with_the_partners(
    market: Market, ola: Client, django_assert_max_num_queries: object
) -> None:
    ola.get(url(market))
    with django_assert_max_num_queries(18):  # type: ignore[operator]
        ola.get(url(market))


def test_one_partner_against_the_period_before(market: Market, ola: Client) -> None:
    html = ola.get(partner_url(market)).text
    text = words_of(html)
    for words in (
        "Growing", "Sales grew by 567 %", "Guide of Ngopi Pagi", "Days with sales", "of 100",
        "EUR 600.00", "Average order", "Conversion",
    ):  # fmt: skip
        assert words in text, words
    assert f"?partner={market.rani.partner.pk}&amp;since=" in html
    longer = {"since": str(timezone.localdate() - timedelta(days=45))}
    older = words_of(ola.get(partner_url(market), longer).text)
    assert "690.00" in older


@pytest.mark.parametrize(
    ("by", "name"),
    [("link", "Guide of Ngopi Pagi"), ("campaign", "Without one"), ("material", "Without one"),
     ("sub1", "blog"), ("sub2", "Without this sub-id")],
)  # fmt: skip
def test_what_brought_it(market: Market, ola: Client, by: str, name: str) -> None:
    html = ola.get(partner_url(market), {"by": by}).text
    row = html.split("What brought it")[-1]
    assert name in row
    assert "600.00" in row


def test_the_parts_are_a_file_too(market: Market, ola: Client) -> None:
    lines = ola.get(partner_url(market), {"export": "csv"}).getvalue().decode().splitlines()
    assert "Net sales before" in lines[0]
    assert "600.00" in lines[1]
    assert "90.00" in lines[1]


def test_who_may_not_read_commissions_reads_no_earnings(market: Market) -> None:
    text = signed_in(market.team.marketer).get(partner_url(market)).text
    assert "Net sales" in text
    assert "Earned" not in text.split("Key figures")[1]


def test_the_partner_reads_his_own(market: Market, rani: Client) -> None:
    text = words_of(rani.get(url(market, room="portal")).text)
    assert "EUR 600.00" in text
    assert "EUR 60.00" in text  # earned
    assert "Guide of Ngopi Pagi" in text
    for inner in ("Engagement", "Growing", market.sekar.partner.name):
        assert inner not in text


def written(market: Market, client: Client, **fields: str) -> Review:
    """A review of the last 40 days, by the page."""
    today = timezone.localdate()
    values = {
        "first_on": str(today - timedelta(days=40)),
        "last_on": str(today),
        "target_amount": "500.00",
        "target_sales": "8",
        "score_results": "4",
        "score_cooperation": "5",
        "notes": "A strong month",
        "private_notes": "Offer gold",
        "next_on": str(today + timedelta(days=90)),
        **fields,
    }
    answer = client.post(partner_url(market, "review/"), values)
    assert answer.status_code == 302, words_of(answer.text)
    with market.team.scope():
        return Review.objects.get(pk=answer["Location"].rstrip("/").rsplit("/", 1)[1])


def test_a_review_from_writing_to_what_was_agreed(
    market: Market, ola: Client, rani: Client
) -> None:
    assert 'name="first_on"' in ola.get(partner_url(market, "review/")).text
    review = written(market, ola)
    place = f"reviews/{review.pk}/"
    page = words_of(ola.get(url(market, place)).text)
    for words in ("EUR 690.00", "EUR 500.00", "138 %", "4 · above", "Offer gold", "4.5 of 5"):
        assert words in page, words
    assert rani.get(url(market, place, "portal")).status_code == 404
    today = timezone.localdate()
    for text, side in (("Send samples", "seller"), ("Two videos", "partner")):
        values = {"text": text, "side": side, "due_on": str(today - timedelta(days=1))}
        assert ola.post(url(market, f"{place}agree/"), values).status_code == 302
    assert ola.post(url(market, f"{place}agree/"), {"text": "", "side": "x"}).status_code == 422
    assert ola.post(url(market, f"{place}share/")).status_code == 302
    late = {"first_on": "2026-01-01", "last_on": "2026-01-02"}
    assert ola.post(url(market, f"{place}edit/"), late)["Location"] == url(market, place)
    with market.team.scope():
        assert Review.objects.get(pk=review.pk).first_on == review.first_on
    assert ola.post(url(market, f"{place}delete/")).status_code == 409
    own = rani.get(url(market, place, "portal")).text
    assert "A strong month" in own
    assert "Offer gold" not in own
    assert "Overdue" in own
    home = rani.get(url(market, room="portal")).text
    assert "Two videos" in home
    assert place in home
    with market.team.scope():
        actions = {one.text: one.pk for one in ReviewAction.objects.filter(review=review)}
    act = url(market, f"actions/{actions['Two videos']}/", "portal")
    assert rani.post(act, {"act": "done"}).status_code == 302
    assert rani.post(act, {"act": "done"}).status_code == 409
    not_his = url(market, f"actions/{actions['Send samples']}/", "portal")
    assert rani.post(not_his, {"act": "done"}).status_code == 404
    assert "done on" in ola.get(url(market, place)).text
    sekar = signed_in(market.sekar.user)
    assert sekar.get(url(market, place, "portal")).status_code == 404
    assert sekar.post(act, {"act": "reopen"}).status_code == 404
    again = url(market, f"actions/{actions['Two videos']}/")
    assert ola.post(again, {"act": "reopen"}).status_code == 302
    listed = ola.get(partner_url(market)).text
    assert "2 actions, 2 open" in words_of(listed)
    told = rani.get(market.team.url("notifications/", "portal")).text
    assert "Your review of" in told


def test_days_are_reviewed_once_and_in_order(market: Market, ola: Client) -> None:
    values = {"first_on": "2026-02-01", "last_on": "2026-03-01"}
    first = written(market, ola, **values)
    twice = ola.post(partner_url(market, "review/"), values)
    assert twice.status_code == 422
    assert "There is a review of these days." in twice.text
    wrong = {"first_on": "2026-03-02", "last_on": "2026-03-01"}
    assert "ends before it begins" in ola.post(partner_url(market, "review/"), wrong).text
    fine = {"first_on": "2026-02-01", "last_on": "2026-03-31", "target_amount": "1.001"}
    changed = ola.post(url(market, f"reviews/{first.pk}/edit/"), fine)
    assert changed.status_code == 422
    del fine["target_amount"]
    assert ola.post(url(market, f"reviews/{first.pk}/edit/"), fine).status_code == 302
    assert ola.post(url(market, f"reviews/{first.pk}/delete/")).status_code == 302


def test_a_review_that_is_due_is_found(market: Market, ola: Client) -> None:
    past = str(timezone.localdate() - timedelta(days=1))
    review = written(market, ola, first_on="2026-10-01", last_on=str(timezone.localdate()),
                     next_on=past)  # fmt: skip
    due = ola.get(url(market), {"review": "due"}).text
    assert market.rani.partner.name in due
    never = ola.get(url(market), {"review": "never"}).text.split('class="list"')[1]
    assert market.sekar.partner.name in never
    assert market.rani.partner.name not in never
    assert ola.post(url(market, f"reviews/{review.pk}/delete/")).status_code == 302


def test_standings_are_made_once_a_day(market: Market) -> None:
    assert market.team.id not in set(_waiting())
    with market.team.scope():
        row = Standing.objects.get(partner=market.rani.partner)
        assert row.amount_minor == 60_000
        assert row.before_minor == 9_000
        assert row.change == 5_667
        assert row.parts["sales"] == 9
        row.as_of -= timedelta(days=1)
        StandingRound.objects.update(day=row.as_of)
    assert market.team.id in set(_waiting())
    assert standings.step(market.team.id) is False
    with market.team.scope():
        again = Standing.objects.get(partner=market.rani.partner)
        assert again.since_on == row.since_on


def _waiting() -> list[object]:
    with maintenance_scope():
        return list(standings.waiting())


def test_a_manager_hears_once_of_a_partner_who_fades(market: Market) -> None:
    team = market.team
    with team.scope():
        staff = Staff.objects.get(user=team.manager)
        Partner.objects.filter(pk=market.sekar.partner.pk).update(manager=staff)

    def judged(before: str) -> list[str]:
        """What the manager hears when Sekar's health was `before` the night before."""
        with team.scope():
            Standing.objects.filter(partner=market.sekar.partner).update(health=before)
            row = StandingRound.objects.get()
            StandingRound.objects.update(day=row.day - timedelta(days=1))
            Notification.objects.all().delete()
        while standings.step(team.id):
            pass
        with team.scope():
            return list(
                Notification.objects.filter(user=team.manager).values_list("body", flat=True)
            )

    assert judged("fading") == []
    (told,) = judged("steady")
    assert told == "0 sales and 0 clicks in 30 days, after 3 and 0 in the days before."
    assert judged("fading") == [], "it is told once"
    (again,) = judged("growing")
    assert again == told
    with team.scope():
        Partner.objects.filter(pk=market.sekar.partner.pk).update(status=Partner.Status.SUSPENDED)
    assert judged("steady") == []
    with team.scope():
        Partner.objects.filter(pk=market.sekar.partner.pk).update(status=Partner.Status.ACTIVE)
    page = signed_in(team.manager).get(team.url(f"partners/{market.sekar.partner.pk}/")).text
    assert "Partner began to fade" in page


def test_reading_writing_and_taking_count_as_engagement(market: Market) -> None:
    team, rani = market.team, market.rani
    day = standings.last_full_day(team.seller)
    before = timezone.now() - timedelta(days=3)

    def now() -> tuple[int, int, int]:
        with team.scope():
            found = facts.facts_of([rani.partner.pk], day, team.seller.time_zone)[rani.partner.pk]
        return found.news_read, found.messages, found.taken

    assert now() == (0, 0, 0)
    with team.scope():
        material = campaigns.create_material(
            program=market.program, kind="social", name="Post", text="Try it", actor=team.actor
        )
        news = announcements.draft_announcement(
            seller=team.seller, actor=team.actor, title="News", source="Text", segment=Segment()
        )
        announcements.send_announcement(announcement=news, actor=team.actor)
    work.drain(announcements.KIND, team.id)
    with team.scope():
        announcements.mark_read(announcement=news, partner=rani.partner, user=rani.user)
        Receipt.objects.update(read_at=before)
        talk = conversing.start(
            partner=rani.partner,
            subject="Hello",
            text="Is it in?",
            files=[],
            side="partner",
            actor=Actor.person(rani.user),
        )
        conversing.say(
            conversation=talk, text="Yes.", files=[], side="seller", actor=Actor.person(team.owner)
        )
        Message.objects.filter(conversation=talk).update(created_at=before)
        MaterialDay.objects.create(
            seller=team.seller, material=material, partner=rani.partner, day=day, downloads=2
        )
    assert now() == (1, 1, 2)
    page = words_of(signed_in(team.owner).get(partner_url(market)).text)
    for words in ("Announcements read", "Messages written", "Materials taken"):
        assert words in page
