"""Payout accounts: checked, encrypted, replaced, and told about."""

import pytest

from activity.models import Event, Notification
from payouts import accounts, selectors, services, vault
from payouts.models import PayoutMethod
from prm import crypto
from prm.errors import Unacceptable
from tests.payouts.scene import IBANS, Scene, make_scene


@pytest.mark.parametrize(
    ("kind", "raw", "number", "shown"),
    [
        ("iban", "de89 3704 0044 0532 0130 00", "DE89370400440532013000", "DE•• 3000"),
        ("paypal", " Rani@Example.com ", "rani@example.com", "ra•••@example.com"),
        ("wise", "P12345678", "P12345678", "•••• 5678"),
        ("wise", "rani@example.com", "rani@example.com", "ra•••@example.com"),
        ("ach", "021000021 / 123456789", "021000021/123456789", "•••• 6789"),
        ("other", "Cash at the desk 7", "Cash at the desk 7", "•••• sk 7"),
    ],
)
def test_accounts_are_spelled_in_one_way(kind: str, raw: str, number: str, shown: str) -> None:
    assert accounts.checked(kind, raw) == accounts.Account(number, shown)


@pytest.mark.parametrize(
    ("kind", "raw", "code"),
    [
        ("iban", "DE89 3704 0044 0532 0130 01", "iban"),
        ("iban", "XX89370400440532013000", "iban"),
        ("iban", "DE8937040044053201300", "iban"),
        ("iban", "hello", "iban"),
        ("iban", "  ", "required"),
        ("paypal", "rani", "email"),
        ("ach", "021000022/123456789", "routing"),
        ("ach", "123", "ach"),
        ("other", "x" * 141, "too_long"),
        ("other", "a\x00b", "too_long"),
    ],
)
def test_accounts_that_cannot_be_paid_are_refused(kind: str, raw: str, code: str) -> None:
    with pytest.raises(Unacceptable) as refused:
        accounts.checked(kind, raw)
    assert [(error.field, error.code) for error in refused.value.errors] == [("account", code)]


@pytest.fixture(scope="module")
def scene() -> Scene:
    return make_scene()


def test_the_number_is_encrypted_and_bound_to_its_row(scene: Scene) -> None:
    first, second = scene.partner("One"), scene.partner("Two", iban=IBANS[1])
    with scene.scope():
        one, two = (selectors.current_method(p.pk) for p in (first, second))
        assert one is not None
        assert two is not None
        assert vault.account_of(one) == IBANS[0]
        assert IBANS[0].encode() not in bytes(one.account)
        one.account = two.account  # as somebody with access to the table would
        with pytest.raises(crypto.CannotOpen):
            vault.account_of(one)


def test_an_old_key_goes_on_opening(settings: "object") -> None:
    settings.FIELD_KEYS = ["old"]  # type: ignore[attr-defined]
    sealed = crypto.seal(b"secret", place="here")
    settings.FIELD_KEYS = ["new", "old"]  # type: ignore[attr-defined]
    assert crypto.open_sealed(sealed, place="here") == b"secret"
    assert crypto.seal(b"secret", place="here") != sealed
    settings.FIELD_KEYS = ["new"]  # type: ignore[attr-defined]
    for wrong in (sealed, b"", b"\x01short", b"\x02" + sealed[1:], sealed[:-1]):
        with pytest.raises(crypto.CannotOpen):
            crypto.open_sealed(wrong, place="here")


def test_a_change_keeps_the_old_one_and_tells_who_sees_money(scene: Scene) -> None:
    partner = scene.partner("Three")
    admin, finance = scene.person(partner, "admin"), scene.person(partner, "finance")
    scene.person(partner, "member")
    with scene.scope():
        services.set_payout_method(
            partner=partner,
            kind="paypal",
            name="Rani W",
            account="r@x.example",
            actor=scene.drafter,
        )
        rows = list(selectors.methods_of(partner.pk))
        assert [(row.kind, row.replaced_at is None) for row in rows] == [
            ("paypal", True),
            ("iban", False),
        ]
        event = Event.objects.filter(verb="payout_method.changed").latest("id")
        assert event.partner_id == partner.pk
        assert event.changes["account_tail"] == ["DE•• 3000", "r•••@x.example"]
        assert "r@x" not in str(event.changes)
        told = Notification.objects.filter(event=event)
        assert {each.user for each in told} == {admin, finance}
        assert all(each.mail_due for each in told)


def test_kind_and_holder_are_named_when_wrong(scene: Scene) -> None:
    partner = scene.partner("Four", iban=None)
    with scene.scope():
        with pytest.raises(Unacceptable) as refused:
            services.set_payout_method(
                partner=partner, kind="gold", name=" ", account="x", actor=scene.drafter
            )
        assert [error.field for error in refused.value.errors] == ["kind", "name"]
        assert not PayoutMethod.objects.filter(partner=partner).exists()
