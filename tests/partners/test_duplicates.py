"""Partners that somebody new resembles, each with every sign of it."""

import pytest

from partners import duplicates, services
from partners.duplicates import Candidate
from partners.models import Partner
from tests.cast import Team, make_partner, make_team, make_user, token


@pytest.fixture(scope="module")
def team() -> Team:
    """A seller with one person in each role."""
    return make_team()


def make(team: Team, name: str, email: str = "", website: str = "") -> Partner:
    return services.create_partner(
        seller=team.seller, actor=team.actor, name=name, email=email, website=website
    )


def kinds(who: Candidate) -> dict[str, list[str]]:
    return {
        hit.partner.name: [sign.kind for sign in hit.signs] for hit in duplicates.look_alikes(who)
    }


def test_each_sign_by_itself_and_together(team: Team) -> None:
    host = f"{token()}.example"
    with team.scope():
        one = make(team, f"Kedai {token()} GmbH", f"rani@{host}", f"https://www.{host}/shop")
        names = {one.name: ["email", "domain", "name"]}
        same = Candidate(one.name.removesuffix(" GmbH"), f"RANI+x@{host}", f"http://{host}")
        assert kinds(same) == names
        assert kinds(Candidate(token(), f"budi@{host}")) == {one.name: ["email_domain"]}
        near = one.name.replace(" GmbH", "s")
        assert kinds(Candidate(near)) == {one.name: ["near_name"]}
        assert kinds(Candidate(token(), "nobody@gmail.com", "https://instagram.com/x")) == {}
        assert kinds(Candidate(one.name, partner_id=one.pk)) == {}


def test_a_person_who_works_for_a_partner(team: Team) -> None:
    ayu = make_user("Ayu")
    partner = make_partner(team, ayu, name=f"Warung {token()}")
    with team.scope():
        assert kinds(Candidate(token(), ayu.email)) == {partner.name: ["person"]}
        assert kinds(Candidate(token(), user_id=ayu.pk)) == {partner.name: ["person"]}


def test_a_higher_app_adds_its_sign(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    with team.scope():
        one = make(team, f"Bank {token()}")
        monkeypatch.setattr(duplicates, "_finders", {})
        duplicates.register("account", lambda _who: [(one.pk, "…3000")])
        (hit,) = duplicates.look_alikes(Candidate(token()))
        assert (hit.partner, hit.strong) == (one, True)
        assert hit.as_json()["signs"] == [{"kind": "account", "value": "…3000"}]
    assert not duplicates.is_strong("near_name")


def test_other_sellers_partners_are_not_seen(team: Team) -> None:
    with team.scope():
        one = make(team, f"Secret {token()}", f"s-{token()}@secret.example")
    with make_team().scope():
        assert kinds(Candidate(one.name, one.email)) == {}
