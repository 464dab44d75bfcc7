"""What pages about selling start from: a program with a rule, two partners with links."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from campaigns import services as campaigns
from campaigns.models import Enrollment, Program
from commissions import services
from commissions.engine import holds, refunds, sales
from commissions.inputs import LineInput, RefundInput, SaleInput
from commissions.models import Commission, RuleVersion
from commissions.services.rulebook import RuleInput
from ledger import checks
from partners.models import Partner
from sellers.models import User
from tests.cast import Team, make_partner, make_team, make_user, token
from tracking import services as tracking
from tracking.models import Link, Sale


@dataclass
class Side:
    """A partner with his person, enrollment and link."""

    partner: Partner
    user: User
    enrollment: Enrollment
    link: Link


@dataclass
class Market:
    """Amounts are minor units of EUR; the rule pays 10 % of net after a hold of 14 days."""

    team: Team
    program: Program
    rule: RuleVersion
    rani: Side
    sekar: Side

    def sell(
        self,
        side: Side | None = None,
        amount: int = 10_000,
        *,
        days_ago: float = 1,
        currency: str = "EUR",
        lines: list[LineInput] | None = None,
    ) -> Sale:
        """A sale by the side's link, computed."""
        side = side or self.rani
        with self.team.scope():
            taken = services.take_sale(
                seller=self.team.seller,
                actor=self.team.actor,
                sale=SaleInput(
                    external_id=f"KN-{token()}",
                    currency=currency,
                    amount=None if lines else amount,
                    lines=lines or [],
                    link=side.link.code,
                    occurred_at=timezone.now() - timedelta(days=days_ago),
                ),
            )
        self.compute()
        return taken.sale

    def refund(self, sale: Sale, amount: int) -> None:
        """Money back on a sale, computed."""
        with self.team.scope():
            services.take_refund(
                seller=self.team.seller,
                actor=self.team.actor,
                refund=RefundInput(
                    external_id=f"R-{token()}",
                    sale_external_id=sale.external_id,
                    amount=amount,
                    reason="1 of 2 bags returned",
                ),
            )
        self.compute()

    def compute(self) -> None:
        """Everything that waits; the books are whole afterwards."""
        sales.step(self.team.id)
        refunds.step(self.team.id)
        holds.step(self.team.id)
        with self.team.scope():
            assert checks.faults() == []

    def line_of(self, sale: Sale) -> Commission:
        """What a sale earned."""
        with self.team.scope():
            return Commission.objects.select_related("sale", "partner").get(
                sale=sale, kind=Commission.Kind.COMMISSION
            )

    def line(self, line_id: uuid.UUID) -> Commission:
        """A line as it is now."""
        with self.team.scope():
            return Commission.objects.get(pk=line_id)


def make_market(
    *, starts: datetime | None = None, auto_approve: bool = True, currency: str = "EUR"
) -> Market:
    """A new seller's market."""
    team = make_team(currency=currency)
    with team.scope():
        program = campaigns.create_program(
            seller=team.seller,
            actor=team.actor,
            name="Affiliate",
            slug="affiliate",
            currency=currency,
            landing_url="https://shop.example/",
            terms="Be honest.",
            hold_days=14,
            auto_approve_commissions=auto_approve,
            minimum_payout={currency: 5_000},
        )
        campaigns.open_program(program=program, actor=team.actor)
        rule = services.create_rule(
            program=program,
            rule=RuleInput(
                "All sales",
                {"type": "percent", "rate": "10", "base": "net"},
                valid_from=starts or timezone.now() - timedelta(days=200),
            ),
            actor=team.actor,
        )
    rani = _side(team, program, "Ngopi Pagi", "Rani Wulandari")
    sekar = _side(team, program, "Sekar Diseduh", "Sekar Ayu")
    return Market(team, program, rule, rani, sekar)


def _side(team: Team, program: Program, name: str, person: str) -> Side:
    user = make_user(person)
    partner = make_partner(team, user, name=f"{name} {token()}")
    with team.scope():
        enrollment = campaigns.enroll(program=program, partner=partner, actor=team.actor)
        link = tracking.create_link(
            enrollment=enrollment,
            destination="https://shop.example/beans",
            actor=team.actor,
            label=f"Guide of {name}",
            subs={"sub1": "blog"},
        )
    return Side(partner, user, enrollment, link)
