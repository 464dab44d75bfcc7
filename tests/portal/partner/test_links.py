"""A partner's links: list, own code and sub ids, QR code, stopping one; never another's."""

import pytest

from campaigns import services as campaigns
from tests.cast import signed_in, token
from tests.portal.market import Market, make_market
from tracking.models import Link


@pytest.fixture(scope="module")
def market() -> Market:
    return make_market()


def _url(market: Market, rest: str = "") -> str:
    return market.team.url(f"links/{rest}", room="portal")


def test_the_list_shows_what_each_link_brought() -> None:
    market = make_market()
    market.sell(amount=20_000)
    market.sell(market.sekar, amount=5_000)
    page = signed_in(market.rani.user).get(_url(market))
    (row,) = page.context["page"].slice.rows
    assert (row.pk, row.sale_count, row.earned_minor) == (market.rani.link.pk, 1, 2_000)
    assert market.sekar.link.code not in page.content.decode()


def test_a_link_with_everything(market: Market) -> None:
    code = f"rani-{token()}"
    data = {
        "program": str(market.rani.enrollment.pk),
        "destination": "shop.example/beans",
        "label": "Spring",
        "code": code,
        "sub1": "a",
        "sub5": "e",
    }
    client = signed_in(market.rani.user)
    answer = client.post(_url(market, "new/"), data)
    assert answer.status_code == 302
    with market.team.scope():
        link = Link.objects.get(code=code)
    assert (link.destination, link.label, link.sub1, link.sub5) == (
        "https://shop.example/beans",
        "Spring",
        "a",
        "e",
    )
    text = client.get(answer["Location"]).content.decode()
    assert "<svg" in text
    assert f"/r/{code}" in text
    again = client.post(_url(market, "new/"), data)
    assert again.status_code == 422
    assert "code" in again.context["form"].errors


@pytest.mark.parametrize("code", ["ab", "x" * 51, "mit leer", "é-code", "a/b", "a\x00bc"])
def test_a_code_that_cannot_be_is_refused(market: Market, code: str) -> None:
    data = {"program": str(market.rani.enrollment.pk), "destination": "/", "code": code}
    page = signed_in(market.rani.user).post(_url(market, "new/"), data)
    assert page.status_code == 422
    assert "code" in page.context["form"].errors


def test_qr_codes_as_files(market: Market) -> None:
    client = signed_in(market.rani.user)
    base = f"{market.rani.link.pk}/qr"
    drawing = client.get(_url(market, f"{base}.svg"))
    assert (drawing["Content-Type"], b"<svg" in drawing.content) == ("image/svg+xml", True)
    picture = client.get(_url(market, f"{base}.png"))
    assert picture.content.startswith(b"\x89PNG")
    assert f"{market.rani.link.code}.png" in picture["Content-Disposition"]
    assert client.get(_url(market, f"{base}.exe")).status_code == 404


def test_stopping_a_link_says_what_happens_and_cannot_be_repeated_by_mistake() -> None:
    market = make_market()
    client = signed_in(market.rani.user)
    url = _url(market, f"{market.rani.link.pk}/disable/")
    assert "their sales are credited to nobody" in client.get(url).content.decode()
    assert client.post(url).status_code == 302
    assert client.post(url).status_code == 302
    with market.team.scope():
        assert Link.objects.get(pk=market.rani.link.pk).disabled_at is not None
    assert "Retired" in client.get(_url(market)).content.decode()


@pytest.mark.parametrize("rest", ["", "disable/", "qr.svg"])
def test_anothers_link_is_not_found(market: Market, rest: str) -> None:
    client = signed_in(market.rani.user)
    url = _url(market, f"{market.sekar.link.pk}/{rest}")
    assert client.get(url).status_code == 404
    if rest == "disable/":
        assert client.post(url).status_code == 404


def test_without_a_program_there_is_nothing_to_link_to() -> None:
    market = make_market()
    with market.team.scope():
        campaigns.end_enrollment(enrollment=market.rani.enrollment, actor=market.team.actor)
    page = signed_in(market.rani.user).get(_url(market, "new/"))
    assert "You are in no program at the moment" in page.content.decode()
    data = {"program": str(market.rani.enrollment.pk), "destination": "/"}
    assert signed_in(market.rani.user).post(_url(market, "new/"), data).status_code == 422


def test_a_link_is_changed_with_an_end_and_another_page_for_some(market: Market) -> None:
    client = signed_in(market.rani.user)
    with market.team.scope():
        made = market.rani.enrollment.links.create(
            seller=market.team.seller,
            code=f"c-{token()}",
            destination="https://shop.example/beans",
        )
    url = _url(market, f"{made.pk}/edit/")
    assert 'value="https://shop.example/beans"' in client.get(url).content.decode()
    data = {
        "destination": "tea",
        "label": "Tea",
        "expires_at": "2190-03-01T10:30",
        "page0": "/phones",
        "countries0": "id, sg",
        "devices0": ["mobile"],
    }
    assert client.post(url, data).status_code == 302
    with market.team.scope():
        link = Link.objects.get(pk=made.pk)
    assert (link.destination, link.label) == ("https://shop.example/tea", "Tea")
    assert str(link.expires_at) == "2190-03-01 03:30:00+00:00"
    assert link.targets == [
        {
            "destination": "https://shop.example/phones",
            "countries": ["ID", "SG"],
            "devices": ["mobile"],
        }
    ]
    assert "https://shop.example/phones" in client.get(_url(market, f"{made.pk}/")).content.decode()
    assert 'value="2190-03-01T10:30"' in client.get(url).content.decode()
    for wrong in (
        {"page0": "https://evil.example/"},
        {"destination": "https://evil.example/"},
        {"countries0": "XX"},
        {"expires_at": "2020-01-01T00:00"},
    ):
        assert client.post(url, {**data, **wrong}).status_code == 422, wrong
    stranger = signed_in(market.sekar.user)
    assert stranger.get(url).status_code == 404


def test_staff_change_a_link_in_the_console(market: Market) -> None:
    url = market.team.url(f"links/{market.rani.link.pk}/edit/")
    client = signed_in(market.team.marketer)
    assert client.post(url, {"destination": "/new", "label": "New"}).status_code == 302
    with market.team.scope():
        assert Link.objects.get(pk=market.rani.link.pk).destination == "https://shop.example/new"
    assert signed_in(market.team.finance).get(url).status_code == 403
