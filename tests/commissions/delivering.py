"""What tests of deliverables start from: a program that pays for pieces, and a partner in it."""

import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils import timezone

from campaigns.models import Program
from commissions.models import Brief, Commission, Deliverable
from commissions.services import briefs, deliverables, looks
from commissions.services.briefs import BriefInput
from ledger import checks
from partners.models import Partner
from sellers.actors import Actor
from sellers.models import User
from tests.campaigns.scene import make_partner, make_program
from tests.cast import Team, make_team, make_user, token

PDF = b"%PDF-1.7\n%%EOF\n"


@dataclass
class Desk:
    """A seller who agrees on pieces; amounts are minor units of EUR, nothing has a hold."""

    team: Team
    program: Program
    partner: Partner
    person: User

    @property
    def partner_actor(self) -> Actor:
        """The partner's person, as services want him."""
        return Actor.person(self.person)

    def another(self) -> tuple[Partner, User]:
        """One more partner of the program, with his person."""
        user = make_user("Sekar Ayu")
        with self.team.scope():
            return make_partner(self.team, self.program, user), user

    def agree(self, *, partner: Partner | None = None, **terms: Any) -> Brief:
        """A brief for everybody, or for one."""
        wanted = {"title": f"Launch post {token()}", "amount_minor": 5000, **terms}
        if wanted.get("fee") == "rule":
            wanted["amount_minor"] = 0
        with self.team.scope():
            return briefs.create_brief(
                program=self.program,
                brief=BriefInput(**wanted),
                actor=self.team.actor,
                partner=partner,
            )

    def hand_in(
        self, brief: Brief, url: str = "", partner: Partner | None = None, **proof: Any
    ) -> Deliverable:
        """The next piece of the brief."""
        with self.team.scope():
            return deliverables.hand_in(
                brief=brief,
                partner=partner or self.partner,
                actor=self.partner_actor,
                url=url or f"https://blog.example/{token()}",
                **proof,
            )

    def approve(self, piece: Deliverable, **how: Any) -> Deliverable:
        """Approved by the owner; the books are whole afterwards."""
        with self.team.scope():
            found = deliverables.approve_deliverable(
                deliverable=piece, actor=self.team.actor, **how
            )
        self.check()
        return found

    def look(self) -> int:
        """Every look that is due; how many there were."""
        count = 0
        while looks.step(self.team.id):
            count += 1
        self.check()
        return count

    def later(self, piece: Deliverable, **fields: Any) -> Deliverable:
        """The piece with instants moved, as if time had passed."""
        with self.team.scope():
            Deliverable.objects.filter(pk=piece.pk).update(**fields)
        return self.now(piece)

    def due_now(self, piece: Deliverable) -> Deliverable:
        """The piece as it is when its next look is due."""
        assert self.now(piece).next_look_at is not None
        return self.later(piece, next_look_at=timezone.now() - timedelta(seconds=1))

    def now(self, piece: Deliverable) -> Deliverable:
        """The piece as it is stored."""
        with self.team.scope():
            return Deliverable.objects.select_related("brief").get(pk=piece.pk)

    def lines(self, partner_id: uuid.UUID | None = None) -> list[tuple[int, str]]:
        """(amount, status) of the partner's lines, oldest first."""
        with self.team.scope():
            rows = Commission.objects.filter(partner_id=partner_id or self.partner.pk)
            return list(rows.order_by("id").values_list("amount_minor", "status"))

    def check(self) -> None:
        """The books must be whole."""
        with self.team.scope():
            assert checks.faults() == []


def make_desk(kind: str = "content", **settings: Any) -> Desk:
    """A new seller with a program of the kind and a partner in it."""
    team, user = make_team(), make_user("Rani Wulandari")
    with team.scope():
        program = make_program(team, kind=kind, **{"hold_days": 0, **settings})
        partner = make_partner(team, program, user)
    return Desk(team, program, partner, user)
