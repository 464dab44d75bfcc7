"""What a partner buys himself earns nothing, also when something that came late is taken up."""

from dataclasses import replace
from datetime import timedelta

from django.utils import timezone

from campaigns.models import Program
from commissions import services
from commissions.inputs import CustomerInput, SaleInput
from commissions.models import Commission
from commissions.services.rulebook import RuleInput
from commissions.simulation import services as simulation
from commissions.simulation.candidates import Candidate
from tests.cast import token
from tests.portal.market import Market, make_market

LIMITED = RuleInput(
    "At most 5 in all",
    {"type": "percent", "rate": "10"},
    limits=[{"per": "partner", "window": "lifetime", "amount": 500}],
)


def sell(market: Market, email: str, days_ago: int, amount: int = 3_000) -> str:
    """A sale by the first partner's link; its number."""
    number = f"KN-{token()}"
    with market.team.scope():
        services.take_sale(
            seller=market.team.seller,
            actor=market.team.actor,
            sale=SaleInput(
                external_id=number,
                currency="EUR",
                amount=amount,
                customer=CustomerInput(email=email),
                link=market.rani.link.code,
                occurred_at=timezone.now() - timedelta(days=days_ago),
            ),
        )
    market.compute()
    return number


def test_a_late_sale_does_not_pay_what_the_partner_bought_himself() -> None:
    market = make_market()
    team = market.team
    with team.scope():
        Program.objects.update(self_purchase="nothing")
        started = timezone.now() - timedelta(days=200)
        services.create_rule(
            program=market.program,
            rule=replace(LIMITED, valid_from=started),
            priority=5,
            actor=team.actor,
        )
    own = sell(market, market.rani.user.email, 3)
    sell(market, "somebody@example.com", 2)
    sell(market, "somebody@example.org", 5)
    with team.scope():
        assert not Commission.objects.filter(sale__external_id=own).exists()
        assert sum(Commission.objects.values_list("amount_minor", flat=True)) == 500
        today = simulation.today_of(team.seller)
        made = simulation.start_simulation(
            program=market.program,
            candidates=[Candidate(RuleInput("One more", {"type": "flat", "amount": 1}, adds=True))],
            since=today - timedelta(days=30),
            until=today,
            actor=team.actor,
        )
    simulation.step(team.id)
    with team.scope():
        made.refresh_from_db()
    assert made.totals["EUR"]["sales"] == 2
    assert (made.totals["EUR"]["now"], made.totals["EUR"]["then"]) == (500, 502)
