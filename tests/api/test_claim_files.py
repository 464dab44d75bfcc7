"""Claims with their proof over the API: the checks of the page, once, and nothing else."""

import io
from typing import Any

import pytest
from PIL import Image

from commissions.models import Claim
from sellers.scope import seller_scope
from tests.api.caller import Answered, Caller
from tests.api.scene import Scene, make_scene
from tests.cast import signed_in, token

BOUNDARY = "----a-boundary"
FORM = f"multipart/form-data; boundary={BOUNDARY}"


@pytest.fixture(scope="module")
def scene() -> Scene:
    return make_scene()


@pytest.fixture
def partner(scene: Scene) -> Caller:
    return scene.api.for_partner(scene.partner["id"])


def _picture() -> bytes:
    kept = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(kept, "PNG")
    return kept.getvalue()


def _fields(scene: Scene, **given: Any) -> dict[str, Any]:
    return {
        "program": scene.program["id"],
        "order": f"KN-{token()}",
        "bought_on": "2026-01-02",
        "amount": "5000",
        "currency": "EUR",
        "statement": "Sie schrieb mir über Kaffee",
        **given,
    }


def _form(fields: dict[str, Any], *files: tuple[str, str, bytes]) -> bytes:
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    for field, name, content in files:
        head = (
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{field}"; filename="{name}"\r\n'
        )
        parts.append(head.encode() + b"Content-Type: image/png\r\n\r\n" + content + b"\r\n")
    return b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()


def _send(
    caller: Caller, fields: dict[str, Any], *files: tuple[str, str, bytes], **headers: str
) -> Answered:
    raw = _form(fields, *files)
    return caller.call("POST", "claims", raw=raw, content_type=FORM, headers=headers)


def test_a_claim_with_its_proof(scene: Scene, partner: Caller) -> None:
    sent = _fields(scene)
    answer = _send(partner, sent, ("file", "Beleg 1.png", _picture()))
    assert answer.status == 201, answer.raw
    made = answer.body
    assert (made["amount"], made["statement"]) == (5_000, sent["statement"])
    assert made["file_name"] == "Beleg 1.png"
    with seller_scope(scene.api.seller.pk):
        claim = Claim.objects.get(pk=made["id"])
        assert claim.content_type == "image/png"
        with claim.file.open() as kept, Image.open(kept) as image:
            assert image.size == (8, 8)
    path = f"/{scene.api.seller.slug}/console/claims/{made['id']}/file/"
    shown = signed_in(scene.api.user).get(path)
    assert shown.status_code == 200
    shown.close()


def test_a_pdf_and_a_form_without_a_file(scene: Scene, partner: Caller) -> None:
    kept = _send(partner, _fields(scene), ("file", "proof.pdf", b"%PDF-1.7 x"))
    assert (kept.status, kept.body["file_name"]) == (201, "proof.pdf")
    bare = _send(partner, _fields(scene))
    assert (bare.status, bare.body["file_name"]) == (201, "")


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("proof.pdf", b"<html>", "content"),
        ("proof.png", b"no picture", "type"),
        ("proof.svg", b"<svg onload='x'/>", "type"),
        ("proof.png", b"", "empty"),
    ],
)
def test_what_the_page_refuses_is_refused(
    scene: Scene, partner: Caller, name: str, content: bytes, code: str
) -> None:
    sent = _fields(scene)
    answer = _send(partner, sent, ("file", name, content))
    assert (answer.status, set(answer.fields)) == (422, {"file"}), answer.raw
    with seller_scope(scene.api.seller.pk):
        assert not Claim.objects.filter(order=sent["order"]).exists()


def test_a_form_is_as_strict_as_json(scene: Scene, partner: Caller) -> None:
    picture = ("file", "a.png", _picture())
    assert _send(partner, _fields(scene, colour="red"), picture).status == 400
    assert _send(partner, _fields(scene, amount="5e3"), picture).fields == {"amount": "wrong_type"}
    assert _send(partner, _fields(scene), picture, picture).fields == {"file": "repeated"}
    second = _send(partner, _fields(scene), picture, ("more", "b.png", _picture()))
    assert second.status == 400
    assert _send(partner, _fields(scene, file="a text")).fields == {"file": "wrong_type"}
    cut = partner.call("POST", "claims", raw=b"--x", content_type="multipart/form-data")
    assert cut.fields == {"body": "not_a_form"}
    as_json = {**_fields(scene), "amount": 5_000, "file": "a text"}
    assert partner.post("claims", as_json).fields == {"file": "wrong_type"}
    other = partner.call("POST", "claims", raw=b"{}", content_type="text/plain")
    assert other.status == 415


def test_too_large_a_form_is_refused_before_it_is_read(scene: Scene, partner: Caller) -> None:
    raw = _form(_fields(scene), ("file", "a.pdf", b"%PDF-" + b"x" * (27 * 2**20)))
    answer = partner.call("POST", "claims", raw=raw, content_type=FORM)
    assert (answer.status, answer.fields) == (400, {"body": "too_large"})


def test_the_same_key_and_form_files_once_and_another_file_is_another_call(
    scene: Scene, partner: Caller
) -> None:
    sent, key = _fields(scene), {"Idempotency-Key": f"key-{token()}"}
    first = _send(partner, sent, ("file", "a.png", _picture()), **key)
    assert first.status == 201, first.raw
    assert _send(partner, sent, ("file", "a.png", _picture()), **key).body == first.body
    other = io.BytesIO()
    Image.new("RGB", (9, 9)).save(other, "PNG")
    again = _send(partner, sent, ("file", "a.png", other.getvalue()), **key)
    assert (again.status, again.fields) == (422, {"Idempotency-Key": "key_reused"})


def test_another_partners_or_sellers_claim_cannot_be_filed(scene: Scene, partner: Caller) -> None:
    other = scene.api.made("partners", {"name": "Red Heron"})
    picture = ("file", "a.png", _picture())
    assert _send(partner, _fields(scene, partner=other["id"]), picture).status == 404
    foreign = make_scene()
    answer = _send(partner, _fields(scene, program=foreign.program["id"]), picture)
    assert answer.fields == {"program": "unknown"}
