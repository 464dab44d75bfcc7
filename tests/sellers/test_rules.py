"""Addresses, tokens and roles."""

import pytest

from sellers import roles
from sellers.models.seller import SLUG
from sellers.rules import KEY_PREFIX, RESERVED_SLUGS, new_secret, slug_from, token_hash


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Tahta Kopi & Co.", "tahta-kopi-co"),
        ("  Größe  ", "groe"),
        ("Żółć i Synowie", "zoc-i-synowie"),
        ("北京", ""),
        ("AB", ""),
        ("a" * 80, "a" * 50),
        ("x" * 49 + " yz", "x" * 49),
    ],
)
def test_an_address_is_made_from_the_name(name: str, slug: str) -> None:
    assert slug_from(name) == slug
    if slug:
        SLUG(slug)


def test_the_products_own_addresses_cannot_be_taken() -> None:
    assert {"accounts", "api", "static", "switch", "join", "r", "healthz"} - RESERVED_SLUGS == {"r"}
    assert not slug_from("r"), "one letter is too short to be an address"


def test_secrets_are_long_and_never_the_same() -> None:
    one, other = new_secret(), new_secret()
    assert one != other
    assert one.startswith(KEY_PREFIX)
    assert len(one) >= 50
    assert token_hash(one) != token_hash(other)


def test_the_owner_may_do_everything_that_any_staff_may() -> None:
    everything = frozenset().union(*roles.STAFF_PERMISSIONS.values())
    assert roles.STAFF_PERMISSIONS["owner"] == everything


def test_the_auditor_manages_nothing() -> None:
    manages = {p for p in roles.STAFF_PERMISSIONS["auditor"] if p.endswith(".manage")}
    assert not manages


def test_no_partner_permission_opens_a_console() -> None:
    staff = frozenset().union(*roles.STAFF_PERMISSIONS.values())
    partner = frozenset().union(*roles.PARTNER_PERMISSIONS.values())
    assert not staff & partner
