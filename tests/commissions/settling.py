"""What tests of settlements start from: a program of a kind, partners in it, sales on days."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from campaigns import services as campaigns
from campaigns.models import Enrollment, Program
from commissions import services
from commissions.inputs import LineInput, RefundInput, RefundLine, SaleInput
from commissions.models import Agreement, AgreementParty, Commission, Settlement, SettlementEntry
from commissions.settlements import agreements, entries, settling
from commissions.settlements.checks import AgreementInput, PartyInput
from commissions.settlements.entries import EntryInput
from ledger import checks
from partners.models import Partner
from sellers.actors import Actor
from sellers.models import User
from tests.cast import Team, make_partner, make_team, make_user, token

ZONE = ZoneInfo("Asia/Jakarta")
NAMES = ("Rani Wulandari", "Sekar Ayu")


@dataclass(frozen=True)
class Person:
    """A partner with one person, enrolled."""

    partner: Partner
    user: User
    enrollment: Enrollment


@dataclass
class Scene:
    """A seller in Jakarta with a program of one kind in EUR, and two partners in it."""

    team: Team
    program: Program
    rani: Person
    sekar: Person

    def agree(self, **given: Any) -> Agreement:
        """An agreement by quarters from 2026 on; `terms` and whatever else is given."""
        shared = self.program.kind in ("joint_venture", "co_branding")
        parties = [PartyInput(self.rani.enrollment, 40)]
        if shared:
            parties.insert(0, PartyInput(None, 60))
        content = {
            "name": "Licence of the bird",
            "period": "quarter",
            "starts_on": date(2026, 1, 1),
            "parties": parties,
            "grace_days": 0,
            **given,
        }
        with self.team.scope():
            return agreements.create_agreement(
                program=self.program, content=AgreementInput(**content), actor=self.team.actor
            )

    def sell(
        self,
        on: date,
        amount: int = 100_00,
        *,
        by: Person | None = None,
        lines: list[LineInput] | None = None,
        currency: str = "EUR",
        at: time = time(12),
    ) -> str:
        """A sale on a day in Jakarta; its number."""
        number = f"S-{token()}"
        sale = SaleInput(
            external_id=number,
            currency=currency,
            amount=None if lines else amount,
            lines=lines or [],
            partner=str((by or self.rani).partner.pk),
            program=str(self.program.pk),
            occurred_at=datetime.combine(on, at, tzinfo=ZONE),
        )
        with self.team.scope():
            services.take_sale(seller=self.team.seller, actor=self.team.actor, sale=sale)
        return number

    def refund(
        self, sale: str, amount: int, on: date, lines: list[RefundLine] | None = None
    ) -> None:
        """Money back on a sale, on a day in Jakarta."""
        refund = RefundInput(
            external_id=f"R-{token()}",
            sale_external_id=sale,
            amount=None if lines else amount,
            lines=lines or [],
            occurred_at=datetime.combine(on, time(12), tzinfo=ZONE),
        )
        with self.team.scope():
            services.take_refund(seller=self.team.seller, actor=self.team.actor, refund=refund)

    def party(self, agreement: Agreement, person: Person | None = None) -> AgreementParty:
        """The party of an agreement: a partner's, or the seller's own."""
        with self.team.scope():
            rows = AgreementParty.objects.select_related("agreement__seller", "enrollment")
            found: AgreementParty = rows.get(
                agreement=agreement, enrollment=person.enrollment if person else None
            )
        return found

    def enter(
        self, agreement: Agreement, kind: str, on: date, person: Person | None, **given: Any
    ) -> SettlementEntry:
        """A figure that the seller's people put in, which counts at once."""
        party = self.party(agreement, person)
        entry = EntryInput(kind=kind, on=on, note="By the books", **given)
        with self.team.scope():
            return entries.report(party=party, entry=entry, actor=self.team.actor, agreed=True)

    def draft(self, agreement: Agreement) -> Settlement:
        """The next period's draft."""
        with self.team.scope():
            made = settling.draft_next(agreement=agreement, actor=self.team.actor)
        assert made is not None
        return made

    def settle(self, agreement: Agreement) -> Settlement:
        """The next period, drafted and approved; the books are whole afterwards."""
        return self.approve(self.draft(agreement))

    def approve(self, draft: Settlement) -> Settlement:
        """A draft approved; the books are whole afterwards."""
        with self.team.scope():
            made = settling.approve(settlement=draft, actor=self.team.actor)
            assert checks.faults() == []
        return made

    def lines_of(self, settlement: Settlement) -> dict[tuple[str, str], int]:
        """Amounts of a settlement's lines by code and the first day they belong to."""
        with self.team.scope():
            return {
                (line.code, line.belongs_on.isoformat()): line.amount_minor
                for line in settlement.lines.all()
            }

    def earned(self, person: Person | None = None) -> list[int]:
        """Amounts of the partner's settled lines of earnings, the oldest first."""
        with self.team.scope():
            rows = Commission.objects.filter(partner=(person or self.rani).partner)
            return list(rows.order_by("id").values_list("amount_minor", flat=True))

    @property
    def someone(self) -> Actor:
        """Rani herself."""
        return Actor.person(self.rani.user)


def make_scene(kind: str = "licensing") -> Scene:
    """A new seller with a program of `kind` that has no rules."""
    team = make_team()
    with team.scope():
        program = campaigns.create_program(
            seller=team.seller,
            actor=team.actor,
            name="Together",
            slug="together",
            kind=kind,
            currency="EUR",
            landing_url="https://shop.example/",
            terms="Be honest.",
        )
        campaigns.open_program(program=program, actor=team.actor)
    return Scene(team, program, *(_person(team, program, name) for name in NAMES))


def _person(team: Team, program: Program, name: str) -> Person:
    user = make_user(name)
    partner = make_partner(team, user, name=f"{name} {token()}")
    with team.scope():
        enrollment = campaigns.enroll(program=program, partner=partner, actor=team.actor)
    return Person(partner, user, enrollment)
