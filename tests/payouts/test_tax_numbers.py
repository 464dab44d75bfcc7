"""Tax numbers: checked by the country's rule, encrypted, and known when two partners share one."""

import pytest

from activity.models import Event
from payouts import selectors, services, startup, tax_numbers, vault
from payouts.models import TaxNumber
from prm import crypto
from prm.errors import Unacceptable
from tests.payouts.scene import Scene, make_scene

NPWP = "01.300.066.6-091.000"


@pytest.fixture(scope="module")
def scene() -> Scene:
    return make_scene()


@pytest.mark.parametrize(
    ("country", "raw", "scheme", "number"),
    [
        ("ID", NPWP, "NPWP", "013000666091000"),
        ("DE", "de 136 695 976", "VAT", "136695976"),
        ("DE", "36 574 261 809", "IdNr", "36574261809"),
        ("FR", "FR 83 404833048", "VAT", "83404833048"),
        ("US", "536-90-4399", "TIN", "536904399"),
        ("CH", "CHE-107.787.577 IVA", "VAT", "CHE107787577IVA"),
        ("MY", "C 2584563-20", "TAX ID", "C258456320"),
    ],
)
def test_numbers_are_kept_in_one_spelling(country: str, raw: str, scheme: str, number: str) -> None:
    found = tax_numbers.checked(country, raw)
    assert (found.scheme, found.number) == (scheme, number)
    assert found.shown == f"•••• {number[-4:]}"


@pytest.mark.parametrize(
    ("country", "raw", "field", "code"),
    [
        ("ID", "01.300.066.6-091", "number", "check"),
        ("DE", "DE136695977", "number", "check"),
        ("US", "12-345", "number", "check"),
        ("MY", "1", "number", "too_short"),
        ("MY", "<script>", "number", "shape"),
        ("MY", "1" * 31, "number", "shape"),
        ("ID", " ", "number", "required"),
        ("", NPWP, "country", "unknown"),
        ("XX", NPWP, "country", "unknown"),
    ],
)
def test_wrong_numbers_are_refused_by_field(country: str, raw: str, field: str, code: str) -> None:
    with pytest.raises(Unacceptable) as refused:
        tax_numbers.checked(country, raw)
    assert [(error.field, error.code) for error in refused.value.errors] == [(field, code)]


def test_the_number_is_encrypted_bound_to_its_row_and_in_the_trail_by_its_end(
    scene: Scene,
) -> None:
    one, two = scene.partner("One"), scene.partner("Two")
    with scene.scope():
        first = services.set_tax_number(partner=one, country="ID", number=NPWP, actor=scene.drafter)
        assert b"013000666091000" not in bytes(first.number)
        assert vault.tax_number_of(first) == "013000666091000"
        again = services.set_tax_number(partner=one, country="ID", number=NPWP, actor=scene.drafter)
        assert again.pk == first.pk
        other = services.set_tax_number(
            partner=two, country="DE", number="136695976", actor=scene.drafter
        )
        other.number = first.number
        with pytest.raises(crypto.CannotOpen):
            vault.tax_number_of(other)
        event = Event.objects.get(verb="tax_number.changed", partner_id=one.pk)
        assert event.changes["tail"] == ["", "•••• 1000"]
        assert "013000666091000" not in str(event.changes)


def test_a_new_number_replaces_the_one_before(scene: Scene) -> None:
    partner = scene.partner("Three")
    with scene.scope():
        for country, number in (("ID", NPWP), ("DE", "136695976")):
            services.set_tax_number(
                partner=partner, country=country, number=number, actor=scene.drafter
            )
        current = selectors.current_tax_number(partner.pk)
        assert current is not None
        assert (current.country, str(current)) == ("DE", "VAT •••• 5976")
        assert TaxNumber.objects.filter(partner=partner).count() == 2


def test_partners_under_one_number_are_seen() -> None:
    scene = make_scene()
    first, second, apart = (scene.partner(name) for name in ("One", "Two", "Three"))
    with scene.scope():
        for partner, country, number in (
            (first, "ID", NPWP),
            (second, "ID", NPWP),
            (apart, "DE", "136695976"),
        ):
            services.set_tax_number(
                partner=partner, country=country, number=number, actor=scene.drafter
            )
        assert list(startup.shared_tax_numbers()) == [("tax", frozenset({first.pk, second.pk}))]
