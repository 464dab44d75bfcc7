"""When and from where a session was last used is noted, but not for every page."""

from allauth.usersessions.models import UserSession
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.cast import make_team, signed_in


def _notes(client: Client, address: str, **headers: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address, headers=headers).status_code == 200
    return sum("UPDATE" in one["sql"] and "usersession" in one["sql"] for one in queries)


def test_a_session_is_noted_at_first_and_again_where_the_browser_is_another() -> None:
    team = make_team()
    client = signed_in(team.owner)
    client.get(team.url(), headers={"user-agent": "Firefox"})
    (session,) = UserSession.objects.filter(user=team.owner)
    assert session.user_agent == "Firefox"
    assert _notes(client, team.url(), **{"user-agent": "Firefox"}) == 0
    assert _notes(client, team.url(), **{"user-agent": "Safari"}) == 1
    session.refresh_from_db()
    assert session.user_agent == "Safari"
    assert _notes(client, team.url(), **{"user-agent": "Safari"}) == 0


def test_two_people_are_noted_apart() -> None:
    team = make_team()
    for person in (team.owner, team.finance):
        signed_in(person).get(team.url())
        assert UserSession.objects.filter(user=person).exists()
