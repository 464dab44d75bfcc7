"""What a person was told."""

from activity.models import Notification
from sellers import services
from tests.cast import Team, make_team, signed_in, staff_of


def _told(team: Team) -> Notification:
    """The manager learns of a new role."""
    with team.scope():
        services.change_staff_role(
            staff=staff_of(team, team.manager), role="finance", actor=team.actor
        )
        return Notification.objects.select_related("user").get(user=team.manager)


def test_a_notification_is_listed_opened_and_read() -> None:
    team = make_team()
    notification = _told(team)
    browser = signed_in(team.manager)
    page = browser.get(team.url("notifications/")).text
    assert notification.subject in page
    answer = browser.get(team.url(f"notifications/{notification.pk}/"))
    assert answer.headers["Location"] == notification.path
    with team.scope():
        notification.refresh_from_db()
    assert notification.read_at is not None


def test_all_are_read_at_once() -> None:
    team = make_team()
    notification = _told(team)
    assert signed_in(team.manager).post(team.url("notifications/read/")).status_code == 302
    with team.scope():
        notification.refresh_from_db()
    assert notification.read_at is not None


def test_other_peoples_notifications_are_not_found() -> None:
    team = make_team()
    notification = _told(team)
    browser = signed_in(team.owner)
    assert notification.subject not in browser.get(team.url("notifications/")).text
    assert browser.get(team.url(f"notifications/{notification.pk}/")).status_code == 404
    browser.post(team.url("notifications/read/"))
    with team.scope():
        notification.refresh_from_db()
    assert notification.read_at is None


def test_an_empty_list_says_what_belongs_there() -> None:
    team = make_team()
    assert "Nothing to tell you yet" in signed_in(team.auditor).get(team.url("notifications/")).text
