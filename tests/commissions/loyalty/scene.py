"""A loyalty program with a member, and hands to earn, take back and run what runs by itself."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from campaigns import services as campaigns
from campaigns.models import Enrollment, Program
from commissions import services as commissions
from commissions.engine import holds, refunds, sales
from commissions.inputs import CustomerInput, LineInput, RefundInput, RefundLine, SaleInput
from commissions.loyalty import selectors, services, steps
from commissions.models import (
    Commission,
    CommissionKind,
    LoyaltyReward,
    LoyaltySettings,
    OccasionKind,
)
from commissions.services import moving
from commissions.services.occasions import OccasionInput, Settled, pay_once
from commissions.services.rulebook import RuleInput
from ledger import checks
from ledger.selectors import balances_of
from partners.models import Partner
from prm.ids import new_id
from sellers.models import User
from tests.cast import Team, make_partner, make_team, make_user, token
from tracking.models import Sale


@dataclass
class Club:
    """Points need no rule here: they are credited by hand, as a rule of points would."""

    team: Team
    program: Program
    user: User
    partner: Partner
    member: Enrollment

    def earn(self, points: int, *, days_ago: float = 1, member: Enrollment | None = None) -> Any:
        """Points free to use, earned so long ago."""
        with self.team.scope():
            return pay_once(
                enrollment=member or self.member,
                occasion=OccasionInput(
                    kind=OccasionKind.LOYALTY,
                    key=f"test:{token()}",
                    label="Purchase",
                    occurred_at=ago(days_ago),
                    currency="PTS",
                ),
                settled=Settled(
                    CommissionKind.BONUS,
                    points,
                    {
                        "what": "stamp_card",
                        "card": "Test",
                        "number": 1,
                        "every": 2,
                        "gift": "points",
                    },
                    at_once=True,
                ),
                actor=self.team.actor,
            )

    def take_back(self, line: Commission, points: int) -> None:
        """What a refund of the line's purchase takes back, as the engine writes it."""
        with self.team.scope():
            row = Commission(
                id=new_id(),
                seller_id=line.seller_id,
                kind=CommissionKind.REVERSAL,
                program_id=line.program_id,
                partner_id=line.partner_id,
                enrollment_id=line.enrollment_id,
                reverses=line,
                occurred_at=timezone.now(),
                base_minor=0,
                amount_minor=-points,
                currency="PTS",
                status="payable",
                payable_at=timezone.now(),
            )
            row.save(force_insert=True)
            Commission.objects.filter(pk=line.pk).update(reversed_minor=points)
            moving.accrue(seller_id=row.seller_id, rows=[row])

    def live(self, months: int | None, remind: tuple[int, ...] = ()) -> LoyaltySettings:
        """How long points live."""
        with self.team.scope():
            return services.change_settings(
                program=self.program,
                actor=self.team.actor,
                point_name="bean",
                points_name="beans",
                expire_months=months,
                remind_days=remind,
            )

    def reward(self, cost: int = 100, kind: str = "gift", **fields: Any) -> LoyaltyReward:
        """A reward in the catalogue."""
        with self.team.scope():
            return services.create_reward(
                program=self.program,
                actor=self.team.actor,
                kind=kind,
                name=f"Tote {token()}",
                cost=cost,
                **fields,
            )

    def redeem(self, reward: LoyaltyReward, member: Enrollment | None = None) -> Any:
        """The member asks for it."""
        with self.team.scope():
            return services.redeem(
                enrollment=member or self.member, reward=reward, actor=self.team.actor
            )

    def spendable(self, member: Enrollment | None = None) -> int:
        """Points to use, which are also what the ledger says."""
        one = member or self.member
        with self.team.scope():
            row = Enrollment.objects.select_related("program__seller").get(pk=one.pk)
            found = selectors.standing_of(row).spendable
            of_ledger = [
                each.payable
                for each in balances_of([one.partner_id]).get(one.partner_id, [])
                if each.currency == "PTS"
            ]
            assert (of_ledger or [0]) == [found]
        return found

    def run(self) -> None:
        """A day later for the sweeper: the daily pass runs again, to its end."""
        with self.team.scope():
            LoyaltySettings.objects.update(swept_at=None)
        while steps.step(self.team.id):
            pass
        with self.team.scope():
            assert checks.faults() == []

    def buy(
        self, quantity: int = 1, *, price: int = 500, sku: str = "bag", days_ago: float = 1
    ) -> Sale:
        """A purchase of the member, computed."""
        sale = SaleInput(
            external_id=f"KN-{token()}",
            currency="EUR",
            lines=[LineInput(quantity, price, sku=sku, category="coffee", name=sku)],
            partner=str(self.partner.pk),
            program=str(self.program.pk),
            customer=CustomerInput(external_id=f"C-{token()}"),
            occurred_at=ago(days_ago),
        )
        with self.team.scope():
            taken = commissions.take_sale(
                seller=self.team.seller, actor=self.team.actor, sale=sale
            ).sale
        self.compute()
        return taken

    def give_back(self, sale: Sale, quantity: int, amount: int, sku: str = "bag") -> None:
        """A refund by line, computed."""
        refund = RefundInput(
            f"R-{token()}", sale.external_id, lines=[RefundLine(sku, quantity, amount)]
        )
        with self.team.scope():
            commissions.take_refund(seller=self.team.seller, actor=self.team.actor, refund=refund)
        self.compute()

    def compute(self) -> None:
        """What the engine has to do."""
        sales.step(self.team.id)
        refunds.step(self.team.id)
        holds.step(self.team.id)


def ago(days: float) -> datetime:
    """An instant so many days back."""
    return timezone.now() - timedelta(days=days)


def make_club(*, hold_days: int = 0) -> Club:
    """A new seller's loyalty program with one member; purchases earn 5 % as cashback."""
    team = make_team()
    user = make_user("Rani Wulandari")
    partner = make_partner(team, user, name=f"Rani {token()}")
    with team.scope():
        program = campaigns.create_program(
            seller=team.seller,
            actor=team.actor,
            name="Bean club",
            slug="beans",
            kind=Program.Kind.LOYALTY,
            currency="EUR",
            landing_url="https://shop.example/",
            terms="Be thirsty.",
            hold_days=hold_days,
        )
        campaigns.open_program(program=program, actor=team.actor)
        commissions.create_rule(
            program=program,
            rule=RuleInput(
                "Cashback",
                {"type": "percent", "rate": "5", "base": "net"},
                valid_from=ago(400),
            ),
            actor=team.actor,
        )
        member = campaigns.enroll(program=program, partner=partner, actor=team.actor)
    return Club(team, program, user, partner, member)


def join(club: Club, name: str = "Sekar") -> Enrollment:
    """Another member."""
    partner = make_partner(club.team, make_user(name), name=f"{name} {token()}")
    with club.team.scope():
        return campaigns.enroll(program=club.program, partner=partner, actor=club.team.actor)
