"""Mailing notifications: once each, a bounded number of tries, never twice at a time."""

import threading
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from activity import mail as mailing
from activity import work
from activity.mail import MAX_ATTEMPTS, send_due
from activity.models import Notification
from activity.services import Notice, record
from sellers.scope import maintenance_scope
from tests.cast import Team, last_mail_to, make_team, signed_in


@pytest.fixture
def team() -> Team:
    """A team whose earlier notifications are done with."""
    made = make_team()
    with made.scope():
        Notification.objects.update(mail_due=False)
    return made


def _tell(team: Team, subject: str = "A batch waits for you", **more: object) -> Notification:
    with team.scope():
        notice = Notice([team.finance], "console", subject, path="/somewhere/", **more)  # type: ignore[arg-type]
        event = record(
            seller=team.seller, actor=team.actor, verb="test.told", object=team.seller,
            notify=[notice],
        )  # fmt: skip
        return Notification.objects.get(event=event)


def _now(team: Team, notification: Notification) -> Notification:
    with team.scope():
        notification.refresh_from_db()
    return notification


def test_a_due_notification_is_mailed_once(team: Team) -> None:
    notification = _tell(team)
    assert send_due(team.id, 10) == 1
    assert send_due(team.id, 10) == 0
    message = last_mail_to(team.finance.email)
    assert message.subject == "A batch waits for you"
    link = team.url(f"notifications/{notification.pk}/")
    assert f"http://localhost:8000{link}" in message.body
    assert signed_in(team.finance).get(link).headers["Location"] == "/somewhere/"
    assert _now(team, notification).mailed_at is not None


def test_what_is_only_for_the_page_is_not_mailed(team: Team) -> None:
    _tell(team, mail=False)
    assert send_due(team.id, 10) == 0


def test_other_sellers_mails_stay(team: Team) -> None:
    other = make_team()
    _tell(team)
    with other.scope():
        Notification.objects.update(mail_due=False)
    assert send_due(other.id, 10) == 0
    assert send_due(team.id, 10) == 1


def test_a_limit_is_kept(team: Team) -> None:
    for number in range(3):
        _tell(team, f"Number {number}")
    assert [send_due(team.id, 2) for _ in range(3)] == [2, 1, 0]


def test_line_breaks_in_a_subject_do_no_harm(team: Team) -> None:
    _tell(team, "One\nBcc: victim@example.com")
    assert send_due(team.id, 10) == 1
    assert last_mail_to(team.finance.email).recipients() == [team.finance.email]


def test_a_server_that_is_away_is_tried_again_a_bounded_number_of_times(
    team: Team, settings: Settings
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    notification = _tell(team)
    for attempt in range(1, MAX_ATTEMPTS + 3):
        assert send_due(team.id, 10) == 0
        assert send_due(team.id, 10) == 0, "not before its time"
        assert _now(team, notification).mail_attempts == min(attempt, MAX_ATTEMPTS)
        with team.scope():
            Notification.objects.filter(pk=notification.pk).update(
                mail_not_before=timezone.now() - timedelta(seconds=1)
            )
    assert not _now(team, notification).mail_due
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert send_due(team.id, 10) == 0


def test_people_who_cannot_sign_in_get_no_mail(team: Team) -> None:
    _tell(team)
    team.finance.is_active = False
    team.finance.save()
    assert send_due(team.id, 10) == 0


def test_two_workers_send_each_mail_once(team: Team, rounds: int) -> None:
    for _round in range(rounds):
        mail.outbox.clear()
        for number in range(6):
            _tell(team, f"Number {number}")
        start = threading.Barrier(3)
        sent: list[int] = []

        def work(start: threading.Barrier = start, sent: list[int] = sent) -> None:
            start.wait()
            try:
                sent.append(send_due(team.id, 100))
            finally:
                connection.close()

        threads = [threading.Thread(target=work) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sum(sent) == 6
        assert len(mail.outbox) == 6


def test_the_sweeper_finds_due_mails_and_the_worker_sends_them(team: Team) -> None:
    notification = _tell(team)
    with maintenance_scope():
        assert team.id in mailing.waiting()
    assert work.drain(mailing.KIND, team.id) == 1
    assert _now(team, notification).mailed_at is not None
    with maintenance_scope():
        assert team.id not in mailing.waiting()
