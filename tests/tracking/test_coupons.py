"""Coupons: added, stopped, contested; by API, in the console and in the partner's portal."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.db.models import Q
from django.utils import timezone

from campaigns import services as campaigns
from commissions.imports import mapping
from partners import services as partners
from tests.api.scene import make_scene
from tests.cast import signed_in, token
from tests.commissions.imported import make_shop
from tests.portal.market import Market, make_market
from tests.trail import verbs
from tracking import selectors
from tracking.models import Coupon, Sale
from tracking.services import coupons as services


@pytest.fixture(scope="module")
def market() -> Market:
    return make_market()


def is_now(state: str, **of: object) -> bool:
    """Whether all coupons like this are in that state."""
    rows = selectors.coupons().filter(**of)
    return rows.exists() and not rows.exclude(Q(("state", state))).exists()


def test_a_coupon_credits_its_partner_until_it_is_stopped() -> None:
    scene = make_scene()
    body = {"enrollment": scene.enrollment["id"], "code": " Kopi-10 "}
    coupon = scene.api.made("coupons", body)
    assert (coupon["code"], coupon["state"]) == ("Kopi-10", "active")
    sale = {"external_id": f"s-{token()}", "currency": "EUR", "amount": 1_000, "coupon": "kopi-10"}
    made = scene.api.made("sales", sale)
    assert made["partner"] == scene.partner["id"]
    assert made["attribution"]["method"] == "coupon"
    scene.compute()
    assert scene.commission()["amount"] == 100
    assert scene.api.post("coupons", body).status == 409
    for _time in range(2):
        stopped = scene.api.post(f"coupons/{coupon['id']}/disable")
        assert (stopped.status, stopped.body["state"]) == (200, "retired")
    later = scene.api.made("sales", {**sale, "external_id": f"s-{token()}"})
    assert (later["partner"], later["attribution"]["why"]) == (None, "coupon_not_valid")
    assert scene.api.made("coupons", body)["id"] != coupon["id"]


def test_a_sale_of_before_it_was_stopped_is_still_credited() -> None:
    scene = make_scene()
    coupon = scene.api.made("coupons", {"enrollment": scene.enrollment["id"], "code": "KOPI"})
    before = timezone.now()
    scene.api.post(f"coupons/{coupon['id']}/disable")
    sale = {"external_id": f"s-{token()}", "currency": "EUR", "amount": 1, "coupon": "KOPI"}
    made = scene.api.made("sales", {**sale, "occurred_at": before.isoformat()})
    assert made["partner"] == scene.partner["id"]


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({"code": " "}, 422, "code"),
        ({"code": "x" * 61}, 422, "code"),
        ({"code": "a\u2028b"}, 422, "code"),
        ({"code": "A", "valid_until": "2020-01-01T00:00:00Z"}, 201, ""),
        (
            {
                "code": "B",
                "valid_from": "2025-01-02T00:00:00Z",
                "valid_until": "2025-01-02T00:00:00Z",
            },
            422,
            "valid_until",
        ),
        ({"code": "C", "enrollment": "00000000-0000-0000-0000-000000000000"}, 422, "enrollment"),
    ],
)
def test_what_is_refused(body: dict[str, str], status: int, field: str) -> None:
    scene = make_scene()
    answer = scene.api.post("coupons", {"enrollment": scene.enrollment["id"], **body})
    assert answer.status == status
    assert not field or field in answer.fields


def test_a_partner_key_reads_his_own_coupons_alone(market: Market) -> None:
    with market.team.scope():
        for side in (market.rani, market.sekar):
            services.create_coupon(
                enrollment=side.enrollment, code=f"OWN-{token()}", actor=market.team.actor
            )
        own = selectors.coupons_of(market.rani.partner.pk)
        assert {one.enrollment.partner_id for one in own} == {market.rani.partner.pk}


def test_staff_add_a_coupon_by_days_and_see_when_it_is_contested(market: Market) -> None:
    client = signed_in(market.team.marketer)
    code, url = f"SPRING-{token()}", market.team.url("coupons/new/")
    day = timezone.localdate()
    body = {"enrollment": market.rani.enrollment.pk, "code": code, "valid_until": str(day)}
    assert client.post(url, body).status_code == 302
    with market.team.scope():
        coupon = Coupon.objects.get(code=code)
        # the whole last day of the seller's, in Jakarta
        assert coupon.valid_until is not None
        assert (coupon.valid_until + timedelta(hours=7)).time().isoformat() == "00:00:00"
        assert is_now("active", pk=coupon.pk)
    assert verbs(market.team)[-1] == "coupon.created"
    again = client.post(url, body)
    assert again.status_code == 422
    assert "has the code already" in again.content.decode()
    backwards = client.post(url, {**body, "code": "X", "valid_from": "2999-01-01"})
    assert backwards.status_code == 422
    other = {"enrollment": market.sekar.enrollment.pk, "code": code.lower()}
    assert client.post(url, other).status_code == 302
    with market.team.scope():
        assert is_now("contested", key=code.upper())
    listed = client.get(market.team.url(f"coupons/?q={code}&state=contested")).content.decode()
    assert listed.count("Of several partners") >= 2
    portal = signed_in(market.rani.user).get(market.team.url("links/", room="portal"))
    assert "at the moment it credits nobody" in portal.content.decode()


def test_stopping_a_coupon_says_what_happens(market: Market) -> None:
    with market.team.scope():
        coupon = services.create_coupon(
            enrollment=market.rani.enrollment, code=f"STOP-{token()}", actor=market.team.actor
        )
    url = market.team.url(f"coupons/{coupon.pk}/disable/")
    assert signed_in(market.team.finance).get(url).status_code == 403
    client = signed_in(market.team.manager)
    assert "What it earned stays" in client.get(url).content.decode()
    assert client.post(url).status_code == 302
    with market.team.scope():
        assert is_now("retired", pk=coupon.pk)
        assert not Sale.objects.filter(coupon=coupon.code).exists()


def test_a_coupon_column_of_a_file_credits(tmp_path: Path) -> None:
    shop = make_shop()
    with shop.team.scope():
        partner = partners.create_partner(
            seller=shop.team.seller, actor=shop.team.actor, name="Tea Time"
        )
        enrollment = campaigns.enroll(program=shop.program, partner=partner, actor=shop.team.actor)
        services.create_coupon(enrollment=enrollment, code="TEA", actor=shop.team.actor)
    file = tmp_path / "orders.csv"
    rows = ["InvoiceNo,InvoiceDate,UnitPrice,Voucher Code", "1,2011-01-05 10:00,10.00,tea"]
    file.write_text("\n".join([*rows, "2,2011-01-05 11:00,10.00,", ""]))
    columns = mapping.guess(rows[0].split(","))
    assert columns["coupon"] == "Voucher Code"
    shop.bring(file, columns=columns)
    assert shop.totals() == {"Tea Time": 75}
    with shop.team.scope():
        why = Sale.objects.order_by("external_id").values_list("attribution__why", flat=True)
        assert list(why) == ["coupon", "nothing_given"]
