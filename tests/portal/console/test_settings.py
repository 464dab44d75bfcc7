"""The seller's settings."""

import pytest

from sellers.models import Seller
from tests.cast import make_team, signed_in, stranger

PAGES = [
    "settings/",
    "settings/company/",
    "settings/staff/",
    "settings/staff/invite/",
    "settings/api-keys/",
    "settings/api-keys/new/",
    "settings/branding/",
    "settings/branding/preview.css",
]


@pytest.mark.parametrize("page", PAGES)
def test_the_owner_alone_opens_settings(page: str) -> None:
    team = make_team()
    assert signed_in(team.owner).get(team.url(page)).status_code == 200
    for role, person in team.people.items():
        if role != "owner":
            assert signed_in(person).get(team.url(page)).status_code == 403
    assert signed_in(make_team().owner).get(team.url(page)).status_code == 404
    answer = stranger().get(team.url(page))
    assert answer.headers["Location"].startswith("/accounts/login/?next=")


def test_the_company_is_changed() -> None:
    team = make_team()
    values = {
        "name": "Kopi Tahta",
        "support_email": "help@example.com",
        "website": "example.com",
        "country": "DE",
        "currency": "EUR",
        "time_zone": "Europe/Berlin",
        "language": "en",
    }
    answer = signed_in(team.owner).post(team.url("settings/company/"), values)
    assert answer.headers["Location"] == team.url("settings/")
    with team.scope():
        kept = Seller.objects.get(pk=team.id)
    assert (kept.name, kept.website) == ("Kopi Tahta", "https://example.com")


def test_mistakes_stand_by_their_fields() -> None:
    team = make_team()
    answer = signed_in(team.owner).post(
        team.url("settings/company/"), {"name": "", "support_email": "no", "currency": "X"}
    )
    assert answer.status_code == 422
    for field in ("name", "support_email", "currency", "time_zone"):
        assert f'id="id_{field}_error"' in answer.text
