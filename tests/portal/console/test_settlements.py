"""Agreements and settlements in the console, as the people involved see them."""

from datetime import date
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from commissions.models import Agreement, Settlement, SettlementEntry
from commissions.settlements import entries
from commissions.settlements.entries import EntryInput
from tests.cast import signed_in
from tests.commissions.settling import Scene, make_scene

Q1 = date(2026, 2, 10)
GOOD = {
    "name": "Licence of the bird",
    "period": "quarter",
    "starts_on": "2026-01-01",
    "source": "sales",
    "grace_days": "5",
    "rate": "8",
    "guarantee_per": "period",
}


@pytest.fixture
def scene() -> Scene:
    return make_scene()


@pytest.fixture
def owner(scene: Scene) -> Client:
    return signed_in(scene.team.owner)


def read(client: Client, url: str, status: int = 200) -> str:
    """A page's text with plain spaces."""
    response = client.get(url)
    assert response.status_code == status, response.content[:500]
    return unescape(response.content.decode()).replace("\xa0", " ")


def url(scene: Scene, rest: str = "") -> str:
    return scene.team.url(f"settlements/{rest}")


def test_empty_lists_lead_on(scene: Scene, owner: Client) -> None:
    assert "No settlements yet" in read(owner, url(scene))
    text = read(owner, url(scene, "agreements/"))
    assert "No agreements yet" in text
    assert url(scene, "agreements/new/") in text
    assert scene.program.name in read(owner, url(scene, "agreements/new/"))


def test_a_licence_is_written_with_a_worked_example(scene: Scene, owner: Client) -> None:
    new = url(scene, f"agreements/new/?program={scene.program.pk}")
    assert "Fill in what is agreed" in read(owner, new)
    body = {**GOOD, "program": str(scene.program.pk), "partner": str(scene.rani.enrollment.pk)}
    steps = {"step_from_1": "30000", "step_rate_1": "10", "guarantee": "5000"}
    shown = owner.post(new, {**body, **steps, "act": "preview", "sample": "40000"})
    text = unescape(shown.content.decode()).replace("\xa0", " ")
    assert "Net sales of EUR 40,000.00: 8 % of EUR 30,000.00, 10 % of EUR 10,000.00." in text
    assert "Tops up royalties of EUR 3,400.00 to the guarantee of EUR 5,000.00." in text
    part = owner.get(
        url(scene, f"agreements/preview/{scene.program.pk}/"), {**body, "sample": "100"}
    )
    assert "8 % of net sales of EUR 100.00." in unescape(part.content.decode()).replace("\xa0", " ")
    response = owner.post(new, {**body, **steps})
    with scene.team.scope():
        made = Agreement.objects.get()
    assert response["Location"] == url(scene, f"agreements/{made.pk}/")
    text = read(owner, response["Location"])
    assert "8 % of net sales" in text
    assert "EUR 5,000.00 each period" in text
    assert "Draft its settlement" in text


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"rate": "101"}, "rate"),
        ({"rate": ""}, "rate"),
        ({"step_from_1": "50", "step_rate_1": "1", "step_from_2": "40"}, "step_from_2"),
        ({"step_rate_1": "5"}, "step_from_1"),
        ({"partner": ""}, "partner"),
        ({"ends_on": "2025-01-01"}, "ends_on"),
        ({"guarantee": "1.234"}, "guarantee"),
        ({"period": "week"}, "period"),
    ],
)
def test_mistakes_stand_by_their_fields(
    scene: Scene, owner: Client, given: dict[str, str], field: str
) -> None:
    body = {**GOOD, "program": str(scene.program.pk), "partner": str(scene.rani.enrollment.pk)}
    response = owner.post(url(scene, "agreements/new/"), {**body, **given})
    assert response.status_code == 422
    assert f'id="id_{field}_error"' in response.content.decode()
    with scene.team.scope():
        assert not Agreement.objects.exists()


def test_parts_of_a_joint_venture_and_a_fee_are_written_too() -> None:
    for kind, given, words in (
        (
            "joint_venture",
            {"part_seller": "60", "party_1": "{rani}", "part_1": "40", "costs": "on"},
            "40 of 100 parts",
        ),
        (
            "distribution",
            {"partner": "{rani}", "fee_type": "per_unit", "fee_amount": "0.50", "minimum": "20"},
            "EUR 0.50 per unit",
        ),
    ):
        scene = make_scene(kind)
        owner = signed_in(scene.team.owner)
        body = {k: v for k, v in GOOD.items() if k not in ("rate", "guarantee_per")}
        ids = {k: v.format(rani=scene.rani.enrollment.pk) for k, v in given.items()}
        new = url(scene, "agreements/new/")
        body |= {"program": str(scene.program.pk), **ids}
        shown = owner.post(new, {**body, "act": "preview"}).content.decode()
        assert scene.rani.partner.name in unescape(shown)
        assert "In all" in shown
        response = owner.post(new, body, follow=True)
        text = unescape(response.content.decode()).replace("\xa0", " ")
        assert words in text
        with scene.team.scope():
            made = Agreement.objects.get()
        change = read(owner, url(scene, f"agreements/{made.pk}/change/"))
        assert "Save as next version" in change


def test_new_terms_make_a_version(scene: Scene, owner: Client) -> None:
    made = scene.agree(terms={"rate": "8"})
    page = url(scene, f"agreements/{made.pk}/change/")
    assert 'value="8"' in read(owner, page)
    body = {"name": made.name, "source": "sales", "grace_days": "0", "rate": "9.5"}
    response = owner.post(page, {**body, "from_on": "2026-04-01", "reason": "Agreed anew"})
    assert response.status_code == 302
    text = read(owner, url(scene, f"agreements/{made.pk}/"))
    assert "Version 2" in text
    assert "“Agreed anew”" in text
    refused = owner.post(page, {**body, "rate": "7", "from_on": "2026-01-01"})
    assert refused.status_code == 422
    assert "id_from_on_error" in refused.content.decode()


def test_a_draft_is_read_and_approved(scene: Scene, owner: Client) -> None:
    made = scene.agree(terms={"rate": "8"})
    scene.sell(Q1, 4_120_000)
    drafted = owner.post(url(scene, f"agreements/{made.pk}/draft/"))
    page = drafted["Location"]
    text = read(owner, page)
    assert "8 % of net sales of EUR 41,200.00." in text
    assert "Approve" in text
    asked = read(owner, f"{page}approve/")
    assert "earns EUR 3,296.00, free to pay at once." in asked
    with scene.team.scope():
        draft = Settlement.objects.get()
    changed = owner.post(f"{page}approve/", {"seen": "0" * 64}, follow=True)
    assert "The figures have changed meanwhile" in changed.content.decode()
    done = owner.post(f"{page}approve/", {"seen": draft.digest}, follow=True)
    assert "The settlement is approved." in done.content.decode()
    assert scene.earned() == [329_600]
    assert owner.get(f"{page}approve/").status_code == 409
    assert "Licence of the bird" in read(owner, url(scene, "?status=approved&q=rani"))
    export = owner.get(url(scene), {"export": "csv"})
    assert export.status_code == 200
    again = owner.post(url(scene, f"agreements/{made.pk}/draft/"))
    assert again.status_code == 302


def test_an_advance_and_an_end_say_what_they_mean(scene: Scene, owner: Client) -> None:
    made = scene.agree(terms={"rate": "8"})
    advance = url(scene, f"agreements/{made.pk}/advance/")
    assert "Royalties are set against it first" in read(owner, advance)
    body = {"amount": "3000", "granted_on": "2026-01-01", "pay": "on", "note": "On signing"}
    assert owner.post(advance, {**body, "amount": "0"}).status_code == 422
    assert owner.post(advance, body).status_code == 302
    assert scene.earned() == [300_000]
    assert "On signing" in read(owner, url(scene, f"agreements/{made.pk}/"))
    end = url(scene, f"agreements/{made.pk}/end/")
    assert "settled like the others" in read(owner, end)
    assert owner.post(end, {"ends_on": "2020-01-01"}).status_code == 422
    assert owner.post(end, {"ends_on": "2026-06-30"}).status_code == 302
    assert "Ended" in read(owner, url(scene, f"agreements/{made.pk}/"))


def test_figures_are_put_in_looked_at_and_refused(scene: Scene, owner: Client) -> None:
    made = scene.agree(terms={"rate": "10", "source": "both"})
    new = url(scene, f"agreements/{made.pk}/entries/new/")
    assert "counts at once" in read(owner, new)
    party = scene.party(made, scene.rani)
    body = {"kind": "net_sales", "party": str(party.pk), "on": "2026-02-10", "note": "Shop"}
    assert owner.post(new, {**body, "amount": ""}).status_code == 422
    assert owner.post(new, {**body, "amount": "12.50"}).status_code == 302
    with scene.team.scope():
        handed = entries.report(
            party=party,
            entry=EntryInput(
                "net_sales",
                Q1,
                "First quarter",
                amount_minor=50_000,
                file=SimpleUploadedFile("report.pdf", b"%PDF-1.7\n%%EOF\n"),
            ),
            actor=scene.someone,
            agreed=False,
        )
    assert "First quarter" in read(owner, url(scene))
    page = url(scene, f"entries/{handed.pk}/")
    assert "report.pdf" in read(owner, page)
    proof = owner.get(f"{page}proof/")
    assert proof["Content-Disposition"] == 'attachment; filename="report.pdf"'
    assert b"".join(proof.streaming_content).startswith(b"%PDF")  # type: ignore[attr-defined]
    assert owner.post(f"{page}decide/").status_code == 302
    assert owner.post(f"{page}decide/", {"act": "refuse", "reason": ""}).status_code == 422
    assert owner.post(f"{page}decide/", {"act": "refuse", "reason": "Twice"}).status_code == 302
    with scene.team.scope():
        assert SettlementEntry.objects.get(pk=handed.pk).status == "rejected"
    assert "Twice" in read(owner, page)


def test_who_only_reads_is_offered_no_acts(scene: Scene) -> None:
    made = scene.agree(terms={"rate": "8"})
    auditor = signed_in(scene.team.auditor)
    text = read(auditor, url(scene, f"agreements/{made.pk}/"))
    for act in ("Change terms", "Grant an advance", "End it", "Draft its settlement"):
        assert act not in text
    assert "Make an agreement" not in read(auditor, url(scene, "agreements/"))


def test_more_settlements_ask_no_more_queries(scene: Scene, owner: Client) -> None:
    made = scene.agree(terms={"rate": "8"}, period="month")
    pages = (url(scene), url(scene, f"agreements/{made.pk}/"))

    def asked() -> list[int]:
        found = []
        for page in pages:
            with CaptureQueriesContext(connection) as queries:
                read(owner, page)
            found.append(len(queries))
        return found

    for _ in range(2):
        scene.settle(made)
    asked()  # what the first reader fills, the next finds
    before = asked()
    for _ in range(3):
        scene.settle(made)
    assert asked() == before
