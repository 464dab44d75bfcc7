"""A partner's agreements and settlements in his portal."""

from datetime import date
from html import unescape

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from commissions.models import SettlementEntry
from tests.cast import signed_in
from tests.commissions.settling import Scene, make_scene

Q1 = date(2026, 2, 10)


def read(client: Client, url: str, status: int = 200) -> str:
    """A page's text with plain spaces."""
    response = client.get(url)
    assert response.status_code == status, response.content[:500]
    return unescape(response.content.decode()).replace("\xa0", " ")


def url(scene: Scene, rest: str = "") -> str:
    return scene.team.url(f"settlements/{rest}", room="portal")


def test_a_partner_reads_what_was_agreed_and_each_line() -> None:
    scene = make_scene()
    made = scene.agree(terms={"rate": "8"})
    scene.sell(Q1, 4_120_000)
    rani, sekar = signed_in(scene.rani.user), signed_in(scene.sekar.user)
    draft = scene.draft(made)
    assert "Nothing settled yet" in read(rani, url(scene))
    read(rani, url(scene, f"{draft.pk}/"), 404)  # a draft is the seller's own
    scene.approve(draft)
    scene.settle(made)
    assert "EUR 3,296.00" in read(rani, url(scene)).replace('<span class="cur">EUR</span>', "EUR ")
    text = read(rani, url(scene, f"{draft.pk}/"))
    assert "8 % of net sales of EUR 41,200.00." in text
    agreed = read(rani, url(scene, f"agreements/{made.pk}/"))
    assert "8 % of net sales" in agreed
    assert "As it stands now" in agreed
    assert "The figures as a table" in agreed
    for rest in (f"{draft.pk}/", f"agreements/{made.pk}/", f"agreements/{made.pk}/hand-in/"):
        read(sekar, url(scene, rest), 404)
    assert "Licence of the bird" not in read(sekar, url(scene))


def test_a_partner_hands_in_a_cost_with_its_proof() -> None:
    scene = make_scene("joint_venture")
    made = scene.agree(terms={"source": "both"})
    rani = signed_in(scene.rani.user)
    page = url(scene, f"agreements/{made.pk}/hand-in/")
    assert "It counts once the seller has agreed." in read(rani, page)
    body = {
        "kind": "cost",
        "party": str(scene.party(made, scene.rani).pk),
        "on": "2026-02-10",
        "amount": "500",
        "note": "Rent of the roastery",
    }
    assert rani.post(page, body).status_code == 422  # without any proof
    foreign = {**body, "party": str(scene.party(made).pk), "url": "https://books.example/1"}
    assert rani.post(page, foreign).status_code == 422  # the seller's cost is not his to report
    file = SimpleUploadedFile("rent.pdf", b"%PDF-1.7\n%%EOF\n")
    assert rani.post(page, {**body, "file": file}).status_code == 302
    with scene.team.scope():
        entry = SettlementEntry.objects.get()
    assert (entry.status, entry.amount_minor) == ("submitted", 50_000)
    assert "rent.pdf" in read(rani, url(scene, f"agreements/{made.pk}/"))
    proof = url(scene, f"entries/{entry.pk}/proof/")
    assert b"".join(rani.get(proof).streaming_content).startswith(b"%PDF")  # type: ignore[attr-defined]
    assert signed_in(scene.sekar.user).get(proof).status_code == 404


def test_a_loss_says_where_it_goes() -> None:
    scene = make_scene("joint_venture")
    made = scene.agree(terms={"source": "both"})
    scene.enter(made, "cost", Q1, None, amount_minor=100_000)
    settlement = scene.settle(made)
    text = read(signed_in(scene.rani.user), url(scene, f"{settlement.pk}/"))
    assert "The amount is taken from your next payout." in text
    assert scene.team.seller.name in text
