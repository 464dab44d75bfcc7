"""A seller with one of everything, so that every address has something to show."""

from dataclasses import dataclass
from datetime import timedelta

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from activity import work
from activity.models import Event, Notification
from activity.services import Notice, record
from campaigns import services as campaigns
from campaigns.models import BrandedMaterial, Enrollment, Material, Program
from campaigns.services import Company
from campaigns.services.onboarding import set_checklist
from commissions import services as commissions
from commissions.claims import filing
from commissions.goals import services as goals
from commissions.goals.services import GoalInput
from commissions.goals.terms import Terms
from commissions.imports import jobs as imports
from commissions.inputs import RefundInput, SaleInput
from commissions.models import BrowserReport, Commission, Signal, Simulation
from commissions.services import briefs, deliverables
from commissions.services.briefs import BriefInput
from commissions.services.rulebook import RuleInput
from commissions.simulation.candidates import Candidate
from commissions.simulation.services import start_simulation
from ledger.models import Account
from partners import services as partners
from partners.models import Member, Partner
from payouts import services as payouts
from payouts.models import BatchLine
from sellers import services as sellers
from sellers.actors import Actor
from sellers.models import Invitation, Staff, User
from tests.cast import Team, make_team, make_user, token
from tests.permissions.club import club_of
from tests.permissions.pages import page_of
from tests.permissions.prospects import prospect_of
from tests.permissions.reviewed import reviewed
from tests.permissions.settled import settled_things
from tests.permissions.shops import shop_of
from tests.permissions.talk import talk_of
from tracking import services as tracking
from tracking.services import coupons

LANDING = "https://shop.example.com/"
TEN_SALES = {"name": "", "from": 10, "reward": {"type": "flat", "amount": 500}}


@dataclass(frozen=True)
class World:
    """A team, one partner with three people, and an id for each kind of thing in an address."""

    team: Team
    admin: User
    member: User
    clerk: User
    ids: dict[str, object]
    news: dict[User, object]

    @property
    def people(self) -> dict[str, User]:
        """Role -> person, staff and partner's people."""
        return {
            **self.team.people,
            "partner_admin": self.admin,
            "partner_member": self.member,
            "partner_finance": self.clerk,
        }


def make_world(name: str = "Tahta Kopi") -> World:
    """A seller in the middle of his work."""
    team = make_team(name=name)
    admin, member, clerk = make_user("Ari Admin"), make_user("Mia Member"), make_user("Finn Clerk")
    with team.scope():
        program = _program(team)
        partner = _partner(team, program, admin)
        partners.add_member(partner=partner, user=member, role="member", actor=team.actor)
        partners.add_member(partner=partner, user=clerk, role="finance", actor=team.actor)
        ids = _things(team, program, partner)
        ids |= _handed_in(team, program, partner)
        ids["claim_id"] = _claim(team, program, partner)
    for kind in ("commissions", "holds"):
        work.drain(kind, team.id)
    with team.scope():
        ids |= _money(team, partner)
        ids |= _waiting(team, program, partner)
        ids |= club_of(team, program, partner)
        ids |= settled_things(team, partner)
        ids |= reviewed(team, partner)
        ids |= shop_of(team)
        ids |= page_of(team, program, partner)
        ids |= talk_of(team, partner, admin)
        ids |= prospect_of(team)
        news = _news(team, partner, [admin, member, clerk])
    return World(team, admin, member, clerk, ids, news)


def _program(team: Team) -> Program:
    program = campaigns.create_program(
        seller=team.seller,
        actor=team.actor,
        name="Friends",
        slug=f"friends-{token()}",
        currency="EUR",
        landing_url=LANDING,
        hold_days=0,
        terms="Be honest.",
        questions=[{"key": "media", "label": "Media kit", "kind": "file", "required": False}],
    )
    return campaigns.open_program(program=program, actor=team.actor)


def _partner(team: Team, program: Program, admin: User) -> Partner:
    application = campaigns.apply(
        program=program,
        user=admin,
        company=Company(name=f"Blue Parrot {token()}", country="DE"),
        answers={},
        actor=Actor.person(admin),
        terms_version=program.terms_version,
    )
    approved = campaigns.approve_application(application=application, actor=team.actor)
    return Partner.objects.get(pk=approved.partner_id)


def _things(team: Team, program: Program, partner: Partner) -> dict[str, object]:
    enrollment = Enrollment.objects.get(partner=partner)
    reward = {"type": "percent", "rate": "10"}
    version = commissions.create_rule(
        program=program, rule=RuleInput("Ten percent", reward), actor=team.actor
    )
    campaign = campaigns.create_campaign(
        program=program, name="Harvest", starts_on=timezone.now().date(), actor=team.actor
    )
    material = campaigns.create_material(
        program=program,
        kind="document",
        name="Guide",
        file=SimpleUploadedFile("guide.pdf", b"%PDF-1.7\n%%EOF\n"),
        actor=team.actor,
    )
    link = tracking.create_link(enrollment=enrollment, destination=LANDING, actor=team.actor)
    tracking.link_of_material(
        enrollment=enrollment, material=material, actor=team.actor, where="qr"
    )
    coupon = coupons.create_coupon(enrollment=enrollment, code="BEANS", actor=team.actor)
    sale = SaleInput(f"order-{token()}", "EUR", amount=10_000, link=link.code)
    taken = commissions.take_sale(seller=team.seller, sale=sale, actor=team.actor).sale
    refund = commissions.take_refund(
        seller=team.seller,
        refund=RefundInput(f"refund-{token()}", taken.external_id, amount=1_000),
        actor=team.actor,
    ).refund
    key, _secret = sellers.make_api_key(
        seller=team.seller, name="Shop", scopes=["sales:write"], actor=team.actor
    )
    payouts.set_payout_method(
        partner=partner, kind="paypal", name="Parrot", account="a@example.com", actor=team.actor
    )
    return {
        "program_id": program.pk,
        "program_slug": program.slug,
        "partner_id": partner.pk,
        "enrollment_id": enrollment.pk,
        "rule_id": version.rule_id,
        "campaign_id": campaign.pk,
        "material_id": material.pk,
        "branded_id": _branded(material, partner),
        "link_id": link.pk,
        "coupon_id": coupon.pk,
        "report_id": BrowserReport.objects.create(
            seller=team.seller,
            program=program,
            event="lead",
            channel="script",
            external_id=f"lead-{token()}",
            fingerprint=token(),
        ).pk,
        "code": link.code,
        "domain_id": tracking.add_domain(
            seller=team.seller, host=f"go.{token()}.example", actor=team.actor
        ).pk,
        "sale_id": taken.pk,
        "refund_id": refund.pk,
        "key_id": key.pk,
    }


def _branded(material: Material, partner: Partner) -> object:
    """The material with the partner's name on it, ready."""
    return BrandedMaterial.objects.create(
        seller_id=material.seller_id,
        material=material,
        partner=partner,
        version=1,
        name="Blue Parrot",
        status="ready",
        file=ContentFile(b"%PDF-1.7", "named.pdf"),
        file_name="named.pdf",
    ).pk


def _handed_in(team: Team, program: Program, partner: Partner) -> dict[str, object]:
    """A brief, and a piece handed in for it."""
    brief = briefs.create_brief(
        program=program,
        brief=BriefInput("Launch post", amount_minor=5_000, needs_file=True),
        actor=team.actor,
    )
    piece = deliverables.hand_in(
        brief=brief,
        partner=partner,
        url="https://blog.example/launch",
        file=SimpleUploadedFile("proof.pdf", b"%PDF-1.7\n%%EOF\n"),
        actor=team.actor,
    )
    return {"brief_id": brief.pk, "deliverable_id": piece.pk}


def _claim(team: Team, program: Program, partner: Partner) -> object:
    """A claim with a file."""
    claim = filing.file_claim(
        program=program,
        partner=partner,
        actor=team.actor,
        order=f"KN-{token()}",
        bought_on=timezone.localdate(),
        amount_minor=4_500,
        currency="EUR",
        statement="She wrote to me",
        file=SimpleUploadedFile("order.pdf", b"%PDF-1.7\n%%EOF\n"),
    )
    return claim.pk


def _money(team: Team, partner: Partner) -> dict[str, object]:
    goal = goals.create_goal(
        program=Program.objects.get(),
        goal=GoalInput(
            name="Ten sales",
            metric="sales_count",
            window="month",
            starts_on=timezone.localdate(),
            terms=Terms(steps=[TEN_SALES]),
        ),
        actor=team.actor,
    )
    goals.publish_goal(goal=goal, actor=team.actor)
    batch = payouts.draft_batch(
        seller=team.seller,
        currency="EUR",
        cutoff=timezone.now() + timedelta(minutes=1),
        actor=Actor.person(team.finance),
    )
    payouts.approve_batch(batch=batch, actor=team.actor)
    tier = campaigns.create_tier(
        program=goal.program, actor=team.actor, key="gold", name="Gold", rank=3
    )
    return {
        "goal_id": goal.pk,
        "tier_id": tier.pk,
        "simulation_id": _simulation(team).pk,
        "batch_id": batch.pk,
        "signal_id": Signal.objects.create(
            seller=team.seller,
            kind="duplicate_account",
            key=token(),
            action="note",
            partner=partner,
            facts={"what": "email", "others": ["Sekar"]},
        ).pk,
        "line_id": BatchLine.objects.get(batch=batch, partner=partner).pk,
        "commission_id": Commission.objects.filter(kind="commission").latest("id").pk,
        "account_id": Account.objects.filter(partner_id=partner.pk).latest("id").pk,
        "member_id": Member.objects.filter(partner=partner).latest("id").pk,
        "event_id": Event.objects.latest("id").pk,
        "object_id": partner.pk,
    }


def _simulation(team: Team) -> Simulation:
    """A rule tried on the last days' sales."""
    today = timezone.localdate()
    rule = RuleInput("Five more", {"type": "percent", "rate": "5"}, adds=True)
    return start_simulation(
        program=Program.objects.get(),
        candidates=[Candidate(rule)],
        since=today - timedelta(days=29),
        until=today,
        actor=team.actor,
    )


def _waiting(team: Team, program: Program, partner: Partner) -> dict[str, object]:
    """Things that wait for somebody: an application, invitations, a job, a notification."""
    applicant = make_user("Nia New")
    application = campaigns.apply(
        program=program,
        user=applicant,
        company=Company(name=f"Red Heron {token()}", country="ID"),
        answers={},
        files={"media": SimpleUploadedFile("kit.pdf", b"%PDF-1.7\n%%EOF\n")},
        actor=Actor.person(applicant),
        terms_version=program.terms_version,
    )
    steps = set_checklist(
        program=program, steps=[{"kind": "own", "label": "Say hello"}], actor=team.actor
    )
    sellers.invite_staff(
        seller=team.seller, email=f"new-{token()}@example.com", role="manager", actor=team.actor
    )
    own = partners.invite_member(
        partner=partner, email=f"new-{token()}@example.com", role="member", actor=team.actor
    )
    job = imports.upload(
        seller=team.seller,
        file=ContentFile(b"Order,Date,Price\n1,2026-01-02,3\n"),
        name="orders.csv",
        actor=team.actor,
    )
    return {
        "application_id": application.pk,
        "step_id": steps[0].pk,
        "application_file_id": application.files.get().pk,
        "staff_id": Staff.objects.get(user=team.marketer).pk,
        "invitation_id": Invitation.objects.filter(partner_id=None, accepted_at=None)
        .latest("id")
        .pk,
        "member_invitation_id": own.pk,
        "import_id": job.pk,
    }


def _news(team: Team, partner: Partner, people: list[User]) -> dict[User, object]:
    """A notification for each person."""
    event = record(
        seller=team.seller,
        actor=team.actor,
        verb="partner.changed",
        object=partner,
        notify=[
            Notice(list(team.people.values()), "console", "News"),
            Notice(people, "partner", "News"),
        ],
    )
    return {row.user: row.pk for row in Notification.objects.filter(event=event)}
