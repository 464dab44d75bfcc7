"""Tiers in the console and in the portal: made with a preview, reached, shown with the gap."""

import pytest

from campaigns.models import Enrollment, Tier
from commissions.tiering import evaluation
from tests.cast import signed_in
from tests.portal.market import Market, make_market

GOLD = {
    "name": "Gold",
    "key": "gold",
    "rank": "3",
    "metric": "sales_amount",
    "window": "lifetime",
    "threshold": "150.50",
    "grace_days": "30",
    "benefits": "2 points more on every sale\n\n",
}


@pytest.fixture
def market() -> Market:
    """Rani sold 200.00 three days ago, Sekar 100.00."""
    found = make_market()
    found.sell(found.rani, 20_000, days_ago=3)
    found.sell(found.sekar, 10_000, days_ago=3)
    return found


def test_a_tier_is_previewed_then_saved_and_partners_move(market: Market) -> None:
    team = market.team
    client = signed_in(team.owner)
    new = team.url(f"programs/{market.program.pk}/tiers/new/")
    seen = client.post(new, {**GOLD, "act": "preview"}).content.decode()
    assert "1 partner rises at once" in seen
    assert market.rani.partner.name in seen
    assert market.sekar.partner.name not in seen
    with team.scope():
        assert not Tier.objects.exists()
    saved = client.post(new, {**GOLD, "act": "save"})
    assert saved.status_code == 302
    while evaluation.step(team.id):
        pass
    with team.scope():
        tier = Tier.objects.get()
        assert (tier.threshold, tier.benefits) == (15_050, ["2 points more on every sale"])
        placed = Enrollment.objects.get(tier=tier)
    assert placed.partner_id == market.rani.partner.pk
    page = client.get(saved["Location"]).content.decode()
    assert "EUR\u00a0150.50 of sales in all" in page
    assert "1 partner" in page
    edit = client.get(team.url(f"tiers/{tier.pk}/")).content.decode()
    assert 'value="150.50"' in edit


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"window": ""}, "A condition is a figure, a window"),
        ({"threshold": "10.005"}, "finer than what is counted"),
        ({"metric": "sales_count", "threshold": "1.5"}, "finer than what is counted"),
        ({"grace_days": "400"}, "365"),
        ({"key": "no space"}, "key"),
    ],
)
def test_a_mistake_stands_by_its_field(market: Market, changes: dict[str, str], words: str) -> None:
    new = market.team.url(f"programs/{market.program.pk}/tiers/new/")
    answer = signed_in(market.team.owner).post(new, {**GOLD, **changes, "act": "save"})
    assert answer.status_code == 422
    assert words in answer.content.decode()


def test_the_partner_sees_his_tier_and_the_gap(market: Market) -> None:
    team = market.team
    client = signed_in(team.owner)
    client.post(team.url(f"programs/{market.program.pk}/tiers/new/"), {**GOLD, "act": "save"})
    evaluation.step(team.id)
    sekar, rani = signed_in(market.sekar.user), signed_in(market.rani.user)
    home = sekar.get(team.url("", "portal")).content.decode().replace("\u00a0", " ")
    assert "None yet" in home
    assert "EUR 50.50 of sales more make you Gold." in home
    assert "2 points more on every sale" in home
    assert "Gold at EUR 150.50" in home
    assert "You keep Gold." in rani.get(team.url("", "portal")).content.decode()
    programs = rani.get(team.url("programs/", "portal")).content.decode()
    assert "Yours" in programs


def test_staff_pin_a_partner_with_a_reason(market: Market) -> None:
    team = market.team
    client = signed_in(team.manager)
    signed_in(team.owner).post(
        team.url(f"programs/{market.program.pk}/tiers/new/"), {**GOLD, "act": "save"}
    )
    with team.scope():
        tier = Tier.objects.get()
    page = team.url(f"enrollments/{market.sekar.enrollment.pk}/tier/")
    refused = client.post(page, {"tier": str(tier.pk), "pinned": "on", "reason": ""})
    assert refused.status_code == 422
    assert "Say why" in refused.content.decode()
    done = client.post(page, {"tier": str(tier.pk), "pinned": "on", "reason": "Agreed in May"})
    assert done.status_code == 302
    while evaluation.step(team.id):
        pass
    shown = client.get(page).content.decode()
    assert "Agreed in May" in shown
    assert "Placed by a person" in shown
    assert "Agreed in May" in shown
    let_go = client.post(page, {"tier": str(tier.pk), "reason": ""})
    assert let_go.status_code == 302
    with team.scope():
        row = Enrollment.objects.get(pk=market.sekar.enrollment.pk)
    assert (row.tier_id, row.tier_pinned_at) == (tier.pk, None)
    assert signed_in(team.auditor).post(page, {"tier": ""}).status_code in {403, 404}
