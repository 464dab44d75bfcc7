"""One of everything at a seller, for calls of every route."""

from typing import Any

from django.utils import timezone

from activity import work
from campaigns import services as campaigns
from campaigns.models import Program
from campaigns.services.applications import Company
from sellers.actors import Actor
from sellers.scope import seller_scope
from tests.api.caller import Caller, make_key
from tests.api.club import club_of
from tests.api.routes import BRIEF, CLAIM, GOAL, LANDING_PAGE, METHOD, SIMULATION, TO_DO
from tests.api.scene import Scene, make_scene
from tests.api.settled import settled_ids
from tests.cast import make_user, token


def make_things(scene: Scene | None = None) -> tuple[Scene, dict[str, str]]:
    """A scene with one thing of every kind, and the ids by the names in the routes."""
    scene = scene or make_scene()
    sale = scene.sell(10_000)
    refund = scene.api.made(
        f"sales/{sale['id']}/refunds", {"external_id": f"refund-{token()}", "amount": 10}
    )
    scene.compute()
    campaign_id, material_id = _goods(scene)
    batch_id, line_id = _payout(scene)
    ids = {
        "program_id": scene.program["id"],
        "rule_id": scene.rule["id"],
        "partner_id": scene.partner["id"],
        "enrollment_id": scene.enrollment["id"],
        "link_id": scene.link["id"],
        "coupon_id": _coupon(scene),
        "sale_id": sale["id"],
        "lead_id": _lead(scene),
        "refund_id": refund["id"],
        "commission_id": scene.commission(kind="commission")["id"],
        "tier_id": _placed(scene),
        "group_id": group_of(scene)["id"],
        "campaign_id": campaign_id,
        "material_id": material_id,
        "landing_id": _landing(scene),
        "application_id": application_of(scene),
        "goal_id": _goal(scene),
        "simulation_id": _simulation(scene),
        "batch_id": batch_id,
        "line_id": line_id,
        "claim_id": _claim(scene),
        "domain_id": _domain(scene),
        "source_id": _source(scene),
        **_prospect(scene),
        **_joining(scene),
        "import_id": _import(scene),
        **club_of(scene),
        **_handed_in(scene),
        **_reviewed(scene),
    }
    ids |= settled_ids(scene, approve=True)
    return scene, ids


def _coupon(scene: Scene) -> str:
    """A coupon of the scene's partner."""
    coupon = {"enrollment": scene.enrollment["id"], "code": f"TEA-{token()}"}
    return str(scene.api.made("coupons", coupon)["id"])


def _import(scene: Scene) -> str:
    """A dry run of a file of partners with a bad row, done."""
    file = f"name,country\nPartner {token()},DE\nSomebody,Narnia\n".encode()
    answer = scene.api.send_file("imports", file, kind="partners")
    assert answer.status == 201, answer.raw
    work.drain("imports", scene.api.seller.pk)
    return str(answer.body["id"])


def _domain(scene: Scene) -> str:
    """A host for links."""
    return str(scene.api.made("link-domains", {"host": f"go.{token()}.example"})["id"])


def _prospect(scene: Scene) -> dict[str, str]:
    """A prospect who is invited to a program."""
    api = scene.api
    prospect = api.made("prospects", {"name": f"Owl {token()}", "email": "owl@example.com"})
    path = f"prospects/{prospect['id']}/invitations"
    invitation = api.made(path, {"program": scene.program["id"]})
    return {"prospect_id": prospect["id"], "invitation_id": invitation["id"]}


def _joining(scene: Scene) -> dict[str, str]:
    """A step of the scene's program that staff tick, and a welcome mail."""
    api, program = scene.api, f"programs/{scene.program['id']}"
    step = {"kind": "own", "label": "Call us", "ticked_by": "staff"}
    steps = api.patch(f"{program}/check-list", {"steps": [step]})
    assert steps.status == 200, steps.raw
    mail = {"days": 1, "subject": "Hello", "body": "Good to have you."}
    made = api.made(f"{program}/welcome-mails", mail)
    return {"step_id": steps.body["steps"][0]["id"], "welcome_mail_id": made["id"]}


def _source(scene: Scene) -> str:
    """A shop system."""
    return str(scene.api.made("sources", {"kind": "generic", "name": f"Shop {token()}"})["id"])


def _claim(scene: Scene) -> str:
    """A claim of the scene's partner."""
    claim = {
        **CLAIM,
        "partner": scene.partner["id"],
        "program": scene.program["id"],
        "order": f"KN-{token()}",
    }
    return str(scene.api.made("claims", claim)["id"])


def _lead(scene: Scene) -> str:
    """A lead of the scene's partner."""
    lead = {"external_id": f"lead-{token()}", "link": scene.link["code"]}
    return str(scene.api.made("leads", lead)["id"])


def _reviewed(scene: Scene) -> dict[str, str]:
    """A review that was shared, and what was agreed in it."""
    made = scene.api.made(
        "reviews",
        {"partner": scene.partner["id"], "first_on": "2026-01-01", "last_on": "2026-01-31"},
    )
    path = f"reviews/{made['id']}"
    action = scene.api.made(f"{path}/actions", TO_DO)
    assert scene.api.post(f"{path}/share").status == 200
    return {"review_id": made["id"], "action_id": action["id"]}


def _handed_in(scene: Scene) -> dict[str, str]:
    """A brief and a piece handed in for it."""
    api, program = scene.api, scene.program["id"]
    brief = api.made("deliverable-briefs", {**BRIEF, "program": program, "pieces": 3})
    piece = api.made(
        "deliverables",
        {
            "brief": brief["id"],
            "partner": scene.partner["id"],
            "url": "https://blog.example/one",
        },
    )
    return {"brief_id": brief["id"], "deliverable_id": piece["id"]}


def _goods(scene: Scene) -> tuple[str, str]:
    """A campaign and a text material."""
    api = scene.api
    with seller_scope(api.seller.pk):
        program = Program.objects.get(pk=scene.program["id"])
        actor = Actor.person(api.user)
        campaign = campaigns.create_campaign(
            program=program, actor=actor, name="Spring", starts_on=timezone.localdate()
        )
        material = campaigns.create_material(
            program=program, actor=actor, kind="text", name="Mail", text="Buy {link}"
        )
    return str(campaign.pk), str(material.pk)


def _landing(scene: Scene) -> str:
    """A landing page, and the public page of the scene's partner."""
    scene.api.patch(f"partners/{scene.partner['id']}/page", {"about": "We write about beans."})
    page = {**LANDING_PAGE, "program": scene.program["id"], "slug": f"spring-{token()}"}
    return str(scene.api.made("landing-pages", page)["id"])


def tier_of(scene: Scene) -> dict[str, Any]:
    """A new tier of the scene's program."""
    tier = {"program": scene.program["id"], "key": f"t-{token()}", "name": "Ash"}
    made: dict[str, Any] = scene.api.made("tiers", {**tier, "rank": int(token(), 16) % 1000})
    return made


def _placed(scene: Scene) -> str:
    """A tier that the scene's partner was moved to."""
    tier_id = str(tier_of(scene)["id"])
    placed = scene.api.patch(f"enrollments/{scene.enrollment['id']}", {"tier": tier_id})
    assert placed.status == 200, placed.raw
    return tier_id


def group_of(scene: Scene) -> dict[str, Any]:
    """A new group of the scene's program."""
    group = {"program": scene.program["id"], "name": f"Group {token()}"}
    made: dict[str, Any] = scene.api.made("groups", group)
    return made


def _goal(scene: Scene) -> str:
    """A live goal."""
    made = scene.api.made("goals", {**GOAL, "program": scene.program["id"]})
    scene.api.made(f"goals/{made['id']}/publish")
    return str(made["id"])


def _simulation(scene: Scene) -> str:
    """A new rule tried on past sales, done."""
    made = scene.api.made(f"programs/{scene.program['id']}/simulations", SIMULATION)
    work.drain("simulations", scene.api.seller.pk)
    return str(made["id"])


def application_of(scene: Scene) -> str:
    """The application of somebody new to the scene's program."""
    path = f"programs/{scene.program['id']}"
    if scene.api.get(path).body["status"] == "draft":
        scene.api.patch(path, {"terms": "Be fair."})
        scene.api.made(f"{path}/open")
    with seller_scope(scene.api.seller.pk):
        program = Program.objects.get(pk=scene.program["id"])
        user = make_user("Nora New")
        application = campaigns.apply(
            program=program,
            user=user,
            company=Company("New Partner"),
            answers={},
            actor=Actor.person(user),
        )
    return str(application.pk)


def _payout(scene: Scene) -> tuple[str, str]:
    """An approved batch and its line."""
    api = scene.api
    api.made(f"partners/{scene.partner['id']}/payout-methods", METHOD)
    batch = api.made("payout-batches", {"currency": "EUR"})
    other_person(api).made(f"payout-batches/{batch['id']}/approve")
    lines = api.get(f"payout-batches/{batch['id']}/lines").body["results"]
    return batch["id"], lines[0]["id"]


def other_person(api: Caller) -> Caller:
    """A key that somebody else of the same seller made."""
    return make_key(api.seller, make_user("Fina Finance"))


def filled(value: Any, ids: dict[str, str]) -> Any:
    """A path or body with the ids put in."""
    if isinstance(value, str):
        return value.format(**ids) if value.startswith("{") or "/{" in value else value
    if isinstance(value, dict):
        return {name: filled(inner, ids) for name, inner in value.items()}
    return value
