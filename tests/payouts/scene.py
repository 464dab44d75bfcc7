"""What payout tests start from: a team, a program, partners with payable lines."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from campaigns import services as campaigns
from campaigns.models import Enrollment, Program
from commissions import services as commissions
from commissions.engine import refunds, sales
from commissions.inputs import RefundInput, SaleInput
from commissions.models import Commission
from commissions.services.rulebook import RuleInput
from ledger import checks, selectors
from partners import services as partners
from partners.models import Partner
from payouts import services
from payouts.models import Batch
from sellers.actors import Actor
from sellers.models import User
from tests.cast import Team, make_team, make_user, token

IBANS = ("DE89370400440532013000", "GB82WEST12345698765432", "NL91ABNA0417164300")


@dataclass
class Scene:
    """A seller with a program at 10 % without hold. Amounts are minor units of EUR."""

    team: Team
    program: Program

    @contextmanager
    def scope(self) -> Iterator[None]:
        """The seller's scope; when it ends well, the books must be whole."""
        with self.team.scope():
            yield
            assert_whole()

    @property
    def drafter(self) -> Actor:
        """The finance person."""
        return Actor.person(self.team.finance)

    @property
    def approver(self) -> Actor:
        """The owner."""
        return Actor.person(self.team.owner)

    def partner(
        self,
        name: str = "Ngopi Pagi",
        *,
        iban: str | None = IBANS[0],
        program: Program | None = None,
    ) -> Partner:
        """A partner in the program, with a payout method unless `iban` is None."""
        with self.scope():
            partner = partners.create_partner(
                seller=self.team.seller, actor=self.team.actor, name=f"{name} {token()}"
            )
            campaigns.enroll(
                program=program or self.program, partner=partner, actor=self.team.actor
            )
            if iban:
                services.set_payout_method(
                    partner=partner, kind="iban", name=name, account=iban, actor=self.team.actor
                )
        return partner

    def person(self, partner: Partner, role: str = "admin") -> User:
        """One of the partner's people."""
        user = make_user("Rani Wulandari")
        with self.scope():
            partners.add_member(partner=partner, user=user, role=role, actor=self.team.actor)
        return user

    def earn(self, partner: Partner, amount: int, *, days_ago: int = 1) -> str:
        """A sale that earns the partner `amount`; its external id."""
        order = f"KN-{token()}"
        with self.scope():
            commissions.take_sale(
                seller=self.team.seller,
                actor=self.team.actor,
                sale=SaleInput(
                    external_id=order,
                    currency="EUR",
                    amount=amount * 10,
                    partner=str(partner.pk),
                    occurred_at=timezone.now() - timedelta(days=days_ago),
                ),
            )
        sales.step(self.team.id)
        return order

    def refund(self, order: str, amount: int) -> None:
        """Give back what earned `amount` of the order's commission."""
        self.take_back(order, amount)
        with self.scope():
            pass

    def take_back(self, order: str, amount: int) -> None:
        """The same beside others who write: the books are looked at when all are done."""
        with self.team.scope():
            commissions.take_refund(
                seller=self.team.seller,
                actor=self.team.actor,
                refund=RefundInput(
                    external_id=f"R-{token()}", sale_external_id=order, amount=amount * 10
                ),
            )
        refunds.step(self.team.id)

    def draft(self, **changes: Any) -> Batch:
        """A draft of everything up to now, by the finance person."""
        wanted: dict[str, Any] = {
            "seller": self.team.seller,
            "currency": "EUR",
            "cutoff": timezone.now(),
            "actor": self.drafter,
        }
        with self.scope():
            return services.draft_batch(**{**wanted, **changes})

    def approved(self) -> Batch:
        """A batch of everything, approved by the owner."""
        batch = self.draft()
        with self.scope():
            return services.approve_batch(batch=batch, actor=self.approver)

    def statuses(self, partner: Partner) -> list[tuple[int, str]]:
        """(amount, status) of the partner's lines, oldest first."""
        with self.team.scope():
            rows = Commission.objects.filter(partner=partner).order_by("id")
            return list(rows.values_list("amount_minor", "status"))

    def enrollment(self, partner: Partner) -> Enrollment:
        """The partner's place in the program."""
        return Enrollment.objects.select_related("program").get(
            partner=partner, program=self.program
        )


def make_scene(*, minimum: int = 0) -> Scene:
    """A new seller with an open program."""
    team = make_team()
    return Scene(team, make_program(team, minimum=minimum))


def make_program(team: Team, *, minimum: int = 0, rate: str = "10") -> Program:
    """An open program in EUR that pays `rate` percent at once."""
    with team.scope():
        program = campaigns.create_program(
            seller=team.seller,
            actor=team.actor,
            name="Affiliate Indonesia",
            slug=f"p-{token()}",
            currency="EUR",
            landing_url="https://kopi.example.com/",
            terms="Be honest.",
            hold_days=0,
            minimum_payout={"EUR": minimum},
        )
        campaigns.open_program(program=program, actor=team.actor)
        commissions.create_rule(
            program=program,
            rule=RuleInput(
                name="All sales",
                reward={"type": "percent", "rate": rate},
                valid_from=timezone.now() - timedelta(days=400),
            ),
            actor=team.actor,
        )
    return program


def assert_whole() -> None:
    """Trial balance is zero and nothing in the ledger is out of step; needs the scope."""
    assert not any(selectors.trial_balance().values())
    assert checks.faults() == []


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Run all acts in threads of their own, started together; what each returned or raised."""
    barrier = threading.Barrier(len(acts))
    results: list[Any] = [None] * len(acts)

    def run(place: int, act: Callable[[], Any]) -> None:
        try:
            barrier.wait(10)
            results[place] = act()
        except Exception as error:  # noqa: BLE001  what it was is the result
            results[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results
