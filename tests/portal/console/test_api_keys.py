"""The pages of API keys."""

import re

from django.test import Client

from partners.services import create_partner
from sellers.models import ApiKey
from tests.cast import Team, make_team, signed_in


def _make(team: Team, browser: Client) -> str:
    form = {"name": "Shop", "scopes": ["sales:write", "sales:read"]}
    answer = browser.post(team.url("settings/api-keys/new/"), form)
    assert answer.status_code == 200
    assert "no-store" in answer.headers["Cache-Control"]
    found = re.search(r"prm_live_[\w-]{43}", answer.text)
    assert found
    return found[0]


def test_the_secret_is_shown_once() -> None:
    team = make_team()
    browser = signed_in(team.owner)
    secret = _make(team, browser)
    page = browser.get(team.url("settings/api-keys/")).text
    assert secret not in page
    assert secret[:15] in page


def test_a_key_needs_a_name_and_a_scope() -> None:
    team = make_team()
    answer = signed_in(team.owner).post(team.url("settings/api-keys/new/"), {"name": ""})
    assert answer.status_code == 422
    assert 'id="id_name_error"' in answer.text
    assert 'id="id_scopes_error"' in answer.text
    with team.scope():
        assert not ApiKey.objects.exists()


def test_revoking_says_what_happens_and_ends_the_key() -> None:
    team = make_team()
    browser = signed_in(team.owner)
    _make(team, browser)
    with team.scope():
        key = ApiKey.objects.get()
    url = team.url(f"settings/api-keys/{key.pk}/revoke/")
    assert "401" in browser.get(url).text
    assert browser.post(url).status_code == 302
    assert browser.post(url).status_code == 409
    other = make_team()
    answer = signed_in(other.owner).post(other.url(f"settings/api-keys/{key.pk}/revoke/"))
    assert answer.status_code == 404


def test_a_partners_key_reads_and_only_what_is_his() -> None:
    team = make_team()
    with team.scope():
        partner = create_partner(seller=team.seller, actor=team.actor, name="Blue Parrot")
    browser, url = signed_in(team.owner), team.url("settings/api-keys/new/")
    form = {"name": "His shop", "partner_id": str(partner.pk), "scopes": ["sales:write"]}
    refused = browser.post(url, form)
    assert refused.status_code == 422
    assert "only reads" in refused.text
    made = browser.post(url, {**form, "scopes": ["sales:read"]})
    found = re.search(r"prm_live_[\w-]{43}", made.text)
    assert found
    api = Client(headers={"authorization": f"Bearer {found[0]}"})
    assert api.get("/api/v1/sales").json()["results"] == []
    assert api.get("/api/v1/partners").status_code == 403
