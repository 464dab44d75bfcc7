"""API keys."""

import pytest
from django.test import RequestFactory

from prm.errors import Conflict, Unacceptable
from prm.ids import new_id
from sellers import services
from sellers.models import ApiKey
from sellers.rest.authentication import key_scope
from tests.cast import make_team
from tests.trail import last_event


def _found(secret: str) -> ApiKey | None:
    request = RequestFactory().get("/", headers={"authorization": f"Bearer {secret}"})
    with key_scope(request) as key:
        return key


def test_the_secret_is_given_once_and_opens_the_api() -> None:
    team = make_team()
    with team.scope():
        key, secret = services.make_api_key(
            seller=team.seller, name=" Shop ", scopes=["sales:write"], actor=team.actor
        )
    assert key.name == "Shop"
    assert secret.startswith(key.prefix)
    assert secret not in str(key.__dict__.values())
    assert _found(secret) == key
    event = last_event(team)
    assert event.verb == "api_key.made"
    assert secret not in str([event.detail, event.changes, event.object_label])


def test_a_revoked_key_opens_nothing() -> None:
    team = make_team()
    with team.scope():
        key, secret = services.make_api_key(
            seller=team.seller, name="Shop", scopes=["sales:read"], actor=team.actor
        )
        services.revoke_api_key(key=key, actor=team.actor)
    assert _found(secret) is None
    with pytest.raises(Conflict), team.scope():
        services.revoke_api_key(key=key, actor=team.actor)


@pytest.mark.parametrize(
    ("name", "scopes", "field"),
    [
        (" ", ["sales:read"], "name"),
        ("x" * 81, ["sales:read"], "name"),
        ("Shop", [], "scopes"),
        ("Shop", ["sales:read", "everything"], "scopes"),
    ],
)
def test_bad_keys_are_refused_by_field(name: str, scopes: list[str], field: str) -> None:
    team = make_team()
    with pytest.raises(Unacceptable) as caught, team.scope():
        services.make_api_key(seller=team.seller, name=name, scopes=scopes, actor=team.actor)
    assert [error.field for error in caught.value.errors] == [field]


def test_a_partners_key_only_reads() -> None:
    team = make_team()
    with pytest.raises(Unacceptable), team.scope():
        services.make_api_key(
            seller=team.seller,
            name="Partner",
            scopes=["sales:write"],
            actor=team.actor,
            partner_id=new_id(),
        )
