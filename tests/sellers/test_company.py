"""Opening a seller account and changing its settings."""

from typing import Any

import pytest

from prm.errors import Conflict, Unacceptable
from sellers import selectors, services
from sellers.models import Seller
from sellers.scope import seller_scope
from tests.cast import make_seller, make_team, make_user, staff_of, token
from tests.trail import last_event, verbs

FINE: dict[str, Any] = {
    "name": "Tahta Kopi",
    "currency": "IDR",
    "country": "ID",
    "time_zone": "Asia/Jakarta",
    "language": "id",
}


def test_whoever_opens_an_account_owns_it() -> None:
    user = make_user()
    seller = services.sign_up_seller(user=user, slug=f"tahta-{token()}", **FINE)
    found = selectors.memberships_of(user)
    assert [(m.seller, m.staff.role if m.staff else "") for m in found] == [(seller, "owner")]
    assert seller.support_email == user.email


@pytest.mark.parametrize("slug", ["accounts", "api", "switch"])
def test_reserved_addresses_are_refused(slug: str) -> None:
    with pytest.raises(Conflict) as caught:
        services.sign_up_seller(user=make_user(), slug=slug, **FINE)
    assert caught.value.errors[0].field == "slug"


def test_a_taken_address_is_refused_and_nothing_is_kept() -> None:
    slug, late = f"same-{token()}", make_user()
    services.sign_up_seller(user=make_user(), slug=slug, **FINE)
    with pytest.raises(Conflict) as caught:
        services.sign_up_seller(user=late, slug=slug.upper(), **FINE)
    assert caught.value.errors[0].field == "slug"
    assert selectors.memberships_of(late) == []


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "  "),
        ("name", "x" * 121),
        ("currency", "EURO"),
        ("currency", "XYZ"),
        ("country", "ZZ"),
        ("time_zone", "Mars/Olympus"),
        ("language", "tlh"),
        ("slug", "No Spaces"),
        ("slug", "-edge-"),
    ],
)
def test_bad_values_are_named(field: str, value: str) -> None:
    with pytest.raises(Unacceptable) as caught:
        services.sign_up_seller(
            user=make_user(), **{"slug": f"fine-{token()}", **FINE, field: value}
        )
    assert field in {error.field for error in caught.value.errors}


def test_a_change_is_recorded_with_before_and_after() -> None:
    team = make_team()
    with team.scope():
        services.change_seller(seller=team.seller, actor=team.actor, name="Kopi Tahta")
    event = last_event(team)
    assert event.verb == "seller.changed"
    assert event.changes == {"name": ["Tahta Kopi", "Kopi Tahta"]}


def test_no_change_leaves_no_trace() -> None:
    team = make_team()
    before = verbs(team)
    with team.scope():
        services.change_seller(seller=team.seller, actor=team.actor, name=team.seller.name)
    assert verbs(team) == before


def test_the_address_cannot_be_changed() -> None:
    team = make_team()
    with pytest.raises(TypeError), team.scope():
        services.change_seller(seller=team.seller, actor=team.actor, slug="another")


def test_a_refused_change_keeps_the_old_values() -> None:
    team = make_team()
    with pytest.raises(Unacceptable), team.scope():
        services.change_seller(seller=team.seller, actor=team.actor, currency="NOPE")
    with team.scope():
        assert Seller.objects.get(pk=team.id).currency == "EUR"


def test_one_person_may_own_several_sellers() -> None:
    user = make_user()
    sellers = {make_seller(user, name="B").pk, make_seller(user, name="a").pk}
    found = selectors.memberships_of(user)
    assert {m.seller.pk for m in found} == sellers
    assert [m.seller.name for m in found] == ["a", "B"]


def test_sellers_do_not_see_each_other() -> None:
    one, other = make_team(), make_seller()
    with one.scope():
        assert not Seller.objects.filter(pk=other.pk).exists()
    with seller_scope(other.pk):
        assert not selectors.team().filter(pk=staff_of(one, one.owner).pk).exists()
