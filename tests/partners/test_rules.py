"""How the same partner is recognised under another spelling."""

import pytest

from partners.rules import email_key, name_key, website_domain


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Drei Tassen Cafés GmbH", "drei tassen cafes"),
        ("P.T. Kopi Kita", "Kopi Kita"),
        ("Bean & Bicycle Ltd.", "BEAN BICYCLE"),
    ],
)
def test_names_alike(one: str, other: str) -> None:
    assert name_key(one) == name_key(other)


def test_a_name_of_legal_forms_alone_keeps_them() -> None:
    assert name_key("SA") == "sa"
    assert name_key("☕") == ""


@pytest.mark.parametrize(
    ("url", "domain"),
    [
        ("https://www.kopi.example/about", "kopi.example"),
        ("https://instagram.com/kopi", ""),
        ("https://[broken", ""),
        ("", ""),
    ],
)
def test_domains_of_shared_hosts_say_nothing(url: str, domain: str) -> None:
    assert website_domain(url) == domain


def test_addresses_are_compared_in_lower_case() -> None:
    assert email_key(" Rani@Example.COM ") == "rani@example.com"
