"""How people want their mails: at once, once a day, never; and the link that ends them."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from activity import preferences
from activity.mail import send_due
from activity.mail_kinds import KINDS, kind_of, next_digest
from activity.models import Event, Notification
from activity.services import Notice, record
from prm.errors import NotFound, Unacceptable
from sellers.models import User
from tests.cast import Team, last_mail_to, make_team, signed_in, stranger


@pytest.fixture
def team() -> Team:
    """A team whose earlier notifications are done with."""
    made = make_team()
    with made.scope():
        Notification.objects.update(mail_due=False)
    getattr(mail, "outbox", []).clear()
    return made


def tell(team: Team, subject: str, verb: str = "announcement.sent") -> Notification:
    with team.scope():
        notice = Notice([team.finance], "console", subject, path="/somewhere/")
        event = record(
            seller=team.seller, actor=team.actor, verb=verb, object=team.seller, notify=[notice]
        )
        return Notification.objects.get(event=event)


def choose(team: Team, **wanted: str) -> int:
    with team.scope():
        return preferences.set_modes(
            seller=team.seller, user=team.finance, wanted=wanted, actor=team.actor
        )


def mailed(team: Team) -> list[mail.EmailMessage]:
    return [one for one in getattr(mail, "outbox", []) if team.finance.email in one.to]


def let_the_day_come(team: Team) -> None:
    with team.scope():
        Notification.objects.filter(digest=True, mailed_at=None).update(
            mail_not_before=timezone.now() - timedelta(seconds=1)
        )


def test_the_day_turns_at_eight_by_the_readers_clock() -> None:
    jakarta = ZoneInfo("Asia/Jakarta")
    before = datetime(2026, 3, 1, 0, 59, tzinfo=UTC)
    assert next_digest(before, jakarta) == datetime(2026, 3, 1, 1, 0, tzinfo=UTC)
    assert next_digest(before + timedelta(minutes=1), jakarta) == datetime(
        2026, 3, 2, 1, 0, tzinfo=UTC
    )
    spring = datetime(2026, 3, 28, 12, 0, tzinfo=UTC)  # the clock is put forward that night
    assert next_digest(spring, ZoneInfo("Europe/Berlin")) == datetime(2026, 3, 29, 6, tzinfo=UTC)


def test_every_verb_has_a_kind() -> None:
    keys = {kind.key for kind in KINDS}
    for verb in ("announcement.sent", "message.sent", "payout_method.changed", "what.ever"):
        assert kind_of(verb) in keys
    assert kind_of("payout_method.changed") == "account"


def test_without_a_choice_mails_come_at_once(team: Team) -> None:
    tell(team, "Harvest is in")
    assert send_due(team.id) == 1


def test_what_is_never_wanted_is_not_mailed_but_stands_in_the_portal(team: Team) -> None:
    choose(team, news="never")
    told = tell(team, "Harvest is in")
    tell(team, "A batch waits", verb="payout.drafted")
    assert send_due(team.id) == 1
    assert [one.subject for one in mailed(team)] == ["A batch waits"]
    page = signed_in(team.finance).get(team.url("notifications/")).text
    assert told.subject in page


def test_a_days_news_come_in_one_mail(team: Team) -> None:
    choose(team, news="daily", money="daily")
    tell(team, "Harvest is in")
    tell(team, "A batch waits", verb="payout.drafted")
    assert send_due(team.id) == 0
    assert send_due(team.id) == 0, "not before the day's hour"
    let_the_day_come(team)
    assert send_due(team.id, limit=1) == 2, "all of a person's go together"
    assert send_due(team.id) == 0
    letter = last_mail_to(team.finance.email)
    assert letter.subject == f"{team.seller.name}: 2 things today"
    assert "Harvest is in" in letter.body
    assert "A batch waits" in letter.body
    assert len(mailed(team)) == 1


def test_a_change_of_mind_holds_for_what_waits(team: Team) -> None:
    choose(team, news="daily")
    tell(team, "Harvest is in")
    assert send_due(team.id) == 0
    choose(team, news="at_once")
    assert send_due(team.id) == 1


def test_account_mails_cannot_be_stopped(team: Team) -> None:
    with pytest.raises(Unacceptable):
        choose(team, account="never")
    tell(team, "Account number changed", verb="payout_method.changed")
    assert send_due(team.id) == 1
    assert "List-Unsubscribe" not in last_mail_to(team.finance.email).extra_headers


def test_one_click_ends_a_kind_without_a_session(team: Team) -> None:
    tell(team, "Harvest is in")
    send_due(team.id)
    headers = last_mail_to(team.finance.email).extra_headers
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    path = headers["List-Unsubscribe"].strip("<>").removeprefix("http://localhost:8000")
    strict = Client(enforce_csrf_checks=True)
    assert strict.get(path).status_code == 200
    assert modes(team)["news"] == "at_once", "looking is not clicking"
    answer = strict.post(path, {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert not answer.cookies
    assert modes(team)["news"] == "never"
    assert modes(team)["money"] == "at_once"
    tell(team, "More news")
    assert send_due(team.id) == 0
    with team.scope():
        assert Event.objects.filter(verb="mail_preference.changed").count() == 1


def test_the_page_behind_the_link_sets_another_pace(team: Team) -> None:
    with team.scope():
        url = preferences.link_for(team.seller, team.finance, "news")
    path = url.removeprefix("http://localhost:8000")
    page = stranger().post(path, {"mode": "daily"}, follow=True)
    assert "Saved" in page.text
    assert modes(team)["news"] == "daily"
    assert stranger().post(path, {"mode": "hourly"}).status_code == 404


def test_the_link_of_a_daily_mail_ends_what_comes_daily(team: Team) -> None:
    choose(team, news="daily", money="daily")
    with team.scope():
        url = preferences.link_for(team.seller, team.finance, preferences.DIGEST)
    path = url.removeprefix("http://localhost:8000")
    stranger().post(path, {"List-Unsubscribe": "One-Click"})
    assert modes(team) == {
        "messages": "at_once", "news": "never", "money": "never", "partners": "at_once",
        "work": "at_once",
    }  # fmt: skip
    assert "Nothing of this comes" in stranger().get(path).text


def test_a_link_that_was_touched_is_refused(team: Team) -> None:
    with team.scope():
        url = preferences.link_for(team.seller, team.finance, "news")
    path = url.removeprefix("http://localhost:8000")
    assert stranger().get(path.replace(":", "x:", 1)).status_code == 404
    assert stranger().post("/mail/made-up/", {"List-Unsubscribe": "One-Click"}).status_code == 404
    with pytest.raises(NotFound):
        preferences.choice_of("made-up")
    assert modes(team)["news"] == "at_once"


def test_the_page_in_the_room_sets_all_kinds(team: Team) -> None:
    browser = signed_in(team.finance)
    page = browser.get(team.url("notifications/mail/")).text
    assert "Once a day" in page
    wanted = {**modes(team), "news": "daily", "work": "never"}
    assert browser.post(team.url("notifications/mail/"), wanted).status_code == 302
    assert modes(team) == wanted
    wrong = browser.post(team.url("notifications/mail/"), {**wanted, "news": "hourly"})
    assert wrong.status_code == 422


def modes(team: Team) -> dict[str, str]:
    with team.scope():
        return {k: str(v) for k, v in preferences.modes(_again(team.finance)).items()}


def _again(user: User) -> User:
    return User.objects.get(pk=user.pk)
