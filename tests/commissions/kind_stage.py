"""A seller with one program of a kind, made over the API, and hands to bring what it pays for."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone

from activity import work
from campaigns.models import Enrollment, Program
from commissions import starters
from commissions.models import Agreement, Brief, Commission
from commissions.services import deliverables
from commissions.services.occasions import OccasionInput, bring
from commissions.settlements import agreements, settling
from commissions.settlements.checks import AgreementInput, PartyInput
from ledger import checks
from partners import services as partners
from partners.models import Partner
from sellers.actors import Actor
from sellers.scope import seller_scope
from tests.api.caller import Caller, make_caller
from tests.campaigns.scene import upload
from tests.cast import make_user, token
from tests.commissions.delivering import PDF
from tracking import services as tracking

PAGE = "https://blog.example/"


@dataclass
class Stage:
    """A seller with one program of a kind, opened, and a partner in it with a link."""

    api: Caller
    program: Program
    partner: Partner
    enrollment: Enrollment
    link: str

    @property
    def actor(self) -> Actor:
        """The owner."""
        return Actor.person(self.api.user)

    def sell(self, amount: int | None = None, *, customer: str = "", **fields: Any) -> None:
        """A sale through the partner's link, or named after him, computed."""
        sale = {
            "external_id": f"S-{token()}",
            "currency": "EUR",
            "link": self.link,
            "customer": {"external_id": customer or f"C-{token()}"},
            **({"amount": amount} if amount is not None else {}),
            **fields,
        }
        self.api.made("sales", sale)
        self.compute()

    def bring(self, kind: str, **facts: Any) -> None:
        """Something else that may earn, computed."""
        occasion = OccasionInput(
            kind=kind, key=f"{kind}:{token()}", label=kind, occurred_at=timezone.now(), **facts
        )
        with seller_scope(self.api.seller.pk):
            bring(enrollment=self.enrollment, occasion=occasion)
        self.compute()

    def deliver(self, title: str = "") -> None:
        """The next piece of a brief, handed in with its proof and approved."""
        with seller_scope(self.api.seller.pk):
            found = Brief.objects.select_related("program__seller").order_by("id")
            brief = (found.filter(title=title) if title else found)[0]
            proof = (
                {"url": f"{PAGE}{token()}"} if brief.needs_url else {"file": upload("p.pdf", PDF)}
            )
            piece = deliverables.hand_in(
                brief=brief, partner=self.partner, actor=self.actor, **proof
            )
            deliverables.approve_deliverable(
                deliverable=piece, actor=self.actor, anyway=True, reason="Seen on paper"
            )
        self.compute()

    def agree(self) -> Agreement:
        """An agreement by the terms that the program was made with, in force this year."""
        with seller_scope(self.api.seller.pk):
            start = starters.agreement_start(self.program.kind, self.program.kind_settings)
            assert start is not None
            parties = [PartyInput(self.enrollment, start.partner_part)]
            if start.seller_part:
                parties.insert(0, PartyInput(None, start.seller_part))
            agreement = agreements.create_agreement(
                program=self.program,
                content=AgreementInput(
                    name="Together",
                    period=start.period,
                    starts_on=date(2026, 1, 1),
                    terms=start.terms,
                    parties=parties,
                    grace_days=0,
                ),
                actor=self.actor,
            )
            if start.advance_minor:
                agreements.grant_advance(
                    agreement=agreement,
                    amount_minor=start.advance_minor,
                    granted_on=date(2026, 1, 1),
                    actor=self.actor,
                )
            return agreement

    def settle(self, agreement: Agreement) -> None:
        """The first period, drafted and approved."""
        with seller_scope(self.api.seller.pk):
            draft = settling.draft_next(agreement=agreement, actor=self.actor)
            assert draft is not None
            settling.approve(settlement=draft, actor=self.actor)

    def compute(self) -> None:
        """Everything that waits; the books are whole afterwards."""
        work.drain("commissions", self.api.seller.pk)
        with seller_scope(self.api.seller.pk):
            assert checks.faults() == []

    def lines(self) -> list[tuple[int, str]]:
        """(amount, currency) of the partner's lines, the oldest first."""
        with seller_scope(self.api.seller.pk):
            rows = Commission.objects.filter(partner=self.partner).order_by("id")
            return list(rows.values_list("amount_minor", "currency"))

    def paid(self) -> list[int]:
        """Amounts of the partner's lines in EUR."""
        return [amount for amount, currency in self.lines() if currency == "EUR"]


def make(kind: str, currency: str = "EUR", **answers: Any) -> Stage:
    """A program of the kind from these answers; what is not answered has its default."""
    api = make_caller(currency)
    body = {
        "name": "Program",
        "slug": f"p-{token()}",
        "kind": kind,
        "currency": currency,
        "terms": "Be honest.",
        "landing_url": "https://shop.example/",
        "kind_settings": answers,
    }
    made = api.made("programs", body)
    api.made(f"programs/{made['id']}/open")
    with seller_scope(api.seller.pk):
        program = Program.objects.select_related("seller").get(pk=made["id"])
        actor = Actor.person(api.user)
        partner = partners.create_partner(seller=api.seller, actor=actor, name="Ngopi Pagi")
        partners.add_member(
            partner=partner, user=make_user("Rani Wulandari"), role="admin", actor=actor
        )
    enrolled = api.made(f"partners/{partner.pk}/enrollments", {"program": made["id"]})
    with seller_scope(api.seller.pk):
        enrollment = Enrollment.objects.select_related("program").get(pk=enrolled["id"])
        link = tracking.create_link(
            enrollment=enrollment, destination="https://shop.example/beans", actor=actor
        )
    return Stage(api, program, partner, enrollment, link.code)
