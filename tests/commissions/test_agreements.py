"""Agreements and reports of settlements: what they refuse, and how they change."""

from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from activity import work
from activity.models import Event
from commissions.models import Agreement, Settlement, SettlementEntry
from commissions.settlements import agreements, entries, settling
from commissions.settlements.checks import Change, PartyInput
from commissions.settlements.entries import EntryInput
from prm.errors import Conflict, Refusal, Unacceptable
from tests.commissions.settling import make_scene

Q1, Q2, Q3 = date(2026, 2, 10), date(2026, 5, 10), date(2026, 8, 10)
EIGHT = {"rate": "8"}
SPLIT = {"source": "both"}


def proof(name: str = "report.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, b"%PDF-1.7\n%%EOF\n")


def test_a_partners_report_counts_once_it_is_agreed() -> None:
    scene = make_scene()
    agreement = scene.agree(terms={"rate": "10", "source": "reports"})
    party = scene.party(agreement, scene.rani)
    entry = EntryInput("net_sales", Q1, "First quarter", amount_minor=50_000, file=proof())
    with scene.team.scope():
        row = entries.report(party=party, entry=entry, actor=scene.someone, agreed=False)
        assert (row.status, row.file_name) == ("submitted", "report.pdf")
    draft = scene.draft(agreement)
    assert draft.total_minor == 0
    with scene.team.scope():
        entries.approve_entry(entry=row, actor=scene.team.actor)
        with pytest.raises(Conflict):
            entries.approve_entry(entry=row, actor=scene.team.actor)
    assert scene.approve(draft).total_minor == 5_000
    with scene.team.scope():
        entries.reject_entry(entry=row, reason="Counted twice", actor=scene.team.actor)
    assert scene.settle(agreement).total_minor == -5_000
    with scene.team.scope():
        verbs = set(Event.objects.values_list("verb", flat=True))
    assert {"settlement_entry.submitted", "settlement_entry.rejected"} <= verbs


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"kind": "cost"}, "kind"),
        ({"on": date(2025, 12, 31)}, "on"),
        ({"on": date(2099, 1, 1)}, "on"),
        ({"amount_minor": 0}, "amount"),
        ({"amount_minor": -5}, "amount"),
        ({"quantity": 5}, "quantity"),
        ({"note": " "}, "note"),
        ({"url": "not an address"}, "url"),
        ({"url": "", "file": None}, "file"),
        ({"file": SimpleUploadedFile("x.pdf", b"MZ")}, "file"),
    ],
)
def test_a_report_that_cannot_be_is_refused_by_the_field(given: dict[str, Any], field: str) -> None:
    scene = make_scene()
    agreement = scene.agree(terms={"rate": "10", "source": "reports"})
    good = {
        "kind": "net_sales",
        "on": Q1,
        "note": "First quarter",
        "amount_minor": 5,
        "url": "https://books.example/q1",
    }
    party = scene.party(agreement, scene.rani)
    entry = EntryInput(**{**good, **given})
    with scene.team.scope(), pytest.raises(Unacceptable) as refused:
        entries.report(party=party, entry=entry, actor=scene.someone, agreed=False)
    assert refused.value.errors[0].field == field if refused.value.errors else field == "url"
    with scene.team.scope():
        assert not SettlementEntry.objects.exists()


# What is refused


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"name": " "}, "name"),
        ({"period": "week"}, "period"),
        ({"starts_on": date(1900, 1, 1)}, "starts_on"),
        ({"ends_on": date(2025, 1, 1)}, "ends_on"),
        ({"grace_days": 91}, "grace_days"),
        ({"parties": []}, "parties"),
        ({"terms": {"rate": "101"}}, "terms.rate"),
    ],
)
def test_an_agreement_that_cannot_be_is_refused_by_the_field(
    given: dict[str, Any], field: str
) -> None:
    scene = make_scene()
    with pytest.raises(Unacceptable) as refused:
        scene.agree(**{"terms": EIGHT, **given})
    assert [error.field for error in refused.value.errors] == [field]


def test_the_same_sales_are_not_counted_by_two_agreements() -> None:
    scene = make_scene()
    scene.agree(terms={**EIGHT, "goods": {"skus": ["A"]}}, ends_on=date(2026, 6, 30))
    with pytest.raises(Unacceptable) as refused:
        scene.agree(terms=EIGHT)
    assert refused.value.errors[0].code == "overlap"
    scene.agree(terms={**EIGHT, "goods": {"skus": ["B"]}})
    scene.agree(terms={**EIGHT, "goods": {"skus": ["A"]}}, starts_on=date(2026, 7, 1))
    scene.agree(terms={**EIGHT, "source": "reports"})


def test_parties_are_named_once_and_are_of_the_program() -> None:
    scene, other = make_scene("joint_venture"), make_scene("joint_venture")
    twice = [PartyInput(scene.rani.enrollment, 1), PartyInput(scene.rani.enrollment, 1)]
    for parties in (twice, [PartyInput(None, 1)], [PartyInput(scene.rani.enrollment, 1)]):
        with pytest.raises(Unacceptable):
            scene.agree(terms=SPLIT, parties=parties)
    with pytest.raises(Refusal):
        scene.agree(
            terms=SPLIT, parties=[PartyInput(None, 1), PartyInput(other.rani.enrollment, 1)]
        )


def test_an_agreement_ends_after_what_is_settled() -> None:
    scene = make_scene()
    agreement = scene.agree(terms={"rate": "8", "guarantee": {"amount": 9_000, "per": "period"}})
    scene.settle(agreement)
    scene.draft(agreement)
    for day, code in ((date(2025, 1, 1), "before_start"), (Q1, "settled")):
        with scene.team.scope(), pytest.raises(Unacceptable) as refused:
            agreements.end_agreement(agreement=agreement, ends_on=day, actor=scene.team.actor)
        assert refused.value.errors[0].code == code
    with scene.team.scope():
        agreements.end_agreement(
            agreement=agreement, ends_on=date(2026, 4, 30), actor=scene.team.actor
        )
    short = scene.settle(agreement)
    assert (short.ends_on, short.total_minor) == (date(2026, 4, 30), 2_967)  # 30 of 91 days


@pytest.mark.parametrize(
    ("amount", "day", "field"),
    [(0, Q2, "amount"), (5, date(2025, 1, 1), "granted_on"), (5, Q1, "granted_on")],
)
def test_an_advance_that_cannot_be_is_refused(amount: int, day: date, field: str) -> None:
    scene = make_scene()
    agreement = scene.agree(terms=EIGHT)
    scene.settle(agreement)
    with scene.team.scope(), pytest.raises(Unacceptable) as refused:
        agreements.grant_advance(
            agreement=agreement, amount_minor=amount, granted_on=day, actor=scene.team.actor
        )
    assert refused.value.errors[0].field == field


def test_other_kinds_of_programs_and_agreements_have_none_of_it() -> None:
    scene = make_scene("affiliate")
    with pytest.raises(Unacceptable):
        scene.agree(terms=EIGHT)
    scene = make_scene("joint_venture")
    agreement = scene.agree(terms=SPLIT)
    with scene.team.scope(), pytest.raises(Unacceptable):
        agreements.grant_advance(
            agreement=agreement, amount_minor=5, granted_on=Q1, actor=scene.team.actor
        )


def test_a_change_keeps_the_partner_and_makes_no_version_of_the_same() -> None:
    scene = make_scene()
    agreement = scene.agree(terms=EIGHT)
    other = Change(parties=[PartyInput(scene.sekar.enrollment)])
    with scene.team.scope(), pytest.raises(Unacceptable) as refused:
        agreements.change_agreement(agreement=agreement, change=other, actor=scene.team.actor)
    assert refused.value.errors[0].code == "fixed"
    same = Change(terms={"rate": "8.0"}, settings={"grace_days": 3})
    with scene.team.scope():
        agreements.change_agreement(agreement=agreement, change=same, actor=scene.team.actor)
        assert agreement.versions.count() == 1
        assert Agreement.objects.get().grace_days == 3


def test_a_venture_takes_in_a_new_party_and_refuses_unknown_ones() -> None:
    scene = make_scene("joint_venture")
    agreement = scene.agree(terms=SPLIT)
    three = [
        PartyInput(None, 50),
        PartyInput(scene.rani.enrollment, 25),
        PartyInput(scene.sekar.enrollment, 25),
    ]
    with scene.team.scope():
        agreements.change_agreement(
            agreement=agreement,
            change=Change(parties=three, from_on=date(2026, 4, 1)),
            actor=scene.team.actor,
        )
    scene.sell(Q1, 10_000)
    scene.sell(Q2, 10_000)
    scene.settle(agreement)
    scene.settle(agreement)
    assert (scene.earned(), scene.earned(scene.sekar)) == ([4_000, 2_500], [2_500])
    strange = Change(terms={**SPLIT, "parts": {"nobody": 1, "else": 1}})
    with scene.team.scope(), pytest.raises(Unacceptable) as refused:
        agreements.change_agreement(agreement=agreement, change=strange, actor=scene.team.actor)
    assert refused.value.errors[0].field == "terms.parts"


def test_what_cannot_be_booked_is_not_drafted_and_stops_nobody_else() -> None:
    scene = make_scene("distribution")
    fee = {"fee": {"type": "per_unit", "amount": 10**15}, "source": "both"}
    agreement = scene.agree(terms=fee)
    scene.enter(agreement, "units", Q1, scene.rani, quantity=10**9)
    with scene.team.scope(), pytest.raises(Unacceptable):
        settling.draft_next(agreement=agreement, actor=scene.team.actor)
    work.drain(settling.WORK, scene.team.id)
    with scene.team.scope():
        assert not Settlement.objects.exists()
        row = Agreement.objects.get()
        assert row.look_at is not None
        assert row.look_at > timezone.now()
