"""Every route of the API: what it needs and a call of it that is well formed."""

from dataclasses import dataclass, field
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
from tests.api.scene import LANDING, Scene, make_scene
from tests.api.settled import settled_ids
from tests.cast import make_user, token

PERIOD = {"from": "2026-01-01T00:00:00Z", "to": "2026-02-01T00:00:00Z"}
REASON = {"reason": "Because"}
REWARD = {"type": "percent", "rate": "5"}


@dataclass(frozen=True)
class Route:
    """One operation. A partner's own key may call it if it reads and is `partner`, or writes and
    is `files`."""

    method: str
    path: str
    scope: str
    partner: bool = False
    files: bool = False
    body: Any = None
    query: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.method} /{self.path}"


def _read(path: str, scope: str, *, partner: bool = False, **query: str) -> Route:
    return Route("GET", path, scope, partner, query=query)


def _write(
    path: str, scope: str, body: Any = None, method: str = "POST", *, files: bool = False
) -> Route:
    return Route(method, path, scope, files=files, body=body)


METHOD = {"kind": "iban", "name": "Blue Parrot", "account": "DE89370400440532013000"}
PROGRAM = {"name": "P", "slug": "a-program", "currency": "EUR", "landing_url": LANDING}
TIER = {"program": "{program_id}", "key": "elm", "name": "Elm", "rank": 7}
SALE = {"external_id": "route", "currency": "EUR", "amount": 1}
REFUND = {"external_id": "route", "amount": 1}
GOAL = {
    "program": "{program_id}",
    "name": "G",
    "metric": "sales_count",
    "window": "month",
    "starts_on": "2030-01-01",
    "steps": [{"from": 3, "reward": {"type": "flat", "amount": 500}}],
}
SIMULATION = {
    "rules": [{"name": "S", "reward": REWARD}],
    "from": "2026-01-01",
    "to": "2026-01-31",
}
BRIEF = {"program": "{program_id}", "title": "Launch post", "amount": 5_000}
PIECE = {"brief": "{brief_id}", "partner": "{partner_id}", "url": "https://blog.example/two"}
CLAIM = {
    "partner": "{partner_id}",
    "program": "{program_id}",
    "order": "KN-route",
    "bought_on": "2026-01-02",
    "amount": 5_000,
    "currency": "EUR",
    "statement": "She wrote to me",
}
CLAIMED_SALE = {"amount": 5_000, "currency": "EUR", "occurred_at": "2026-01-02T10:00:00Z"}
GOODWILL = {"amount": 5_000, "currency": "EUR", **REASON}
REWARD_OF_POINTS = {"kind": "gift", "name": "Tote", "cost": 10}
STAMP_CARD = {"name": "Tenth", "counts": "items", "every": 10, "gift": "average"}
REDEMPTION = {"partner": "{partner_id}", "reward": "{reward_id}"}
AGREEMENT = {
    "program": "{agreement_program_id}",
    "name": "A",
    "period": "month",
    "starts_on": "2026-01-01",
    "parties": [],
    "terms": {"rate": "5", "source": "reports"},
}
ADVANCE = {"amount": 1, "granted_on": "2199-01-01"}
FIGURE = {
    "enrollment": "{agreement_enrollment_id}",
    "kind": "net_sales",
    "on": "2026-01-01",
    "amount": 1,
    "note": "By the books",
}
ROUTES = [
    _read("programs", "programs:read", partner=True),
    _write("programs", "programs:write", PROGRAM),
    _read("program-kinds", "programs:read"),
    _read("programs/{program_id}", "programs:read", partner=True),
    _write("programs/{program_id}", "programs:write", {"name": "Q"}, "PATCH"),
    _write("programs/{program_id}/open", "programs:write"),
    _write("programs/{program_id}/close", "programs:write"),
    _read("programs/{program_id}/rules", "programs:read"),
    _write("programs/{program_id}/rules", "programs:write", {"name": "R", "reward": REWARD}),
    _read("rules/{rule_id}", "programs:read"),
    _write("rules/{rule_id}", "programs:write", {"name": "R2"}, "PATCH"),
    _read("rules/{rule_id}/versions", "programs:read"),
    _write("rules/{rule_id}/end", "programs:write"),
    _read("programs/{program_id}/simulations", "programs:read"),
    _write("programs/{program_id}/simulations", "programs:write", SIMULATION),
    _read("simulations/{simulation_id}", "programs:read"),
    _read("simulations/{simulation_id}/partners", "programs:read"),
    _write("simulations/{simulation_id}/publish", "programs:write", REASON),
    _read("tiers", "programs:read"),
    _write("tiers", "programs:write", TIER),
    _read("tiers/{tier_id}", "programs:read"),
    _write("tiers/{tier_id}", "programs:write", {"name": "Oak"}, "PATCH"),
    _read("groups", "programs:read"),
    _write("groups", "programs:write", {"program": "{program_id}", "name": "Cafés"}),
    _read("groups/{group_id}", "programs:read"),
    _write("groups/{group_id}", "programs:write", {"name": "Bars"}, "PATCH"),
    _read("goals", "programs:read", partner=True),
    _write("goals", "programs:write", GOAL),
    _read("goals/{goal_id}", "programs:read", partner=True),
    _write("goals/{goal_id}", "programs:write", {"name": "Q"}, "PATCH"),
    _write("goals/{goal_id}/publish", "programs:write"),
    _write("goals/{goal_id}/end", "programs:write"),
    _read("goals/{goal_id}/progress", "programs:read", partner=True),
    _read("goals/{goal_id}/results", "commissions:read", partner=True),
    _write("goals/{goal_id}", "programs:write", None, "DELETE"),
    _read("applications", "partners:read"),
    _read("applications/{application_id}", "partners:read"),
    _write("applications/{application_id}/approve", "partners:write"),
    _write("applications/{application_id}/reject", "partners:write", REASON),
    _read("campaigns", "programs:read", partner=True),
    _read("campaigns/{campaign_id}", "programs:read", partner=True),
    _read("materials", "programs:read", partner=True),
    _read("materials/{material_id}", "programs:read", partner=True),
    _read("partners", "partners:read"),
    _write("partners", "partners:write", {"name": "P"}),
    _read("partners/{partner_id}", "partners:read"),
    _write("partners/{partner_id}", "partners:write", {"name": "Q"}, "PATCH"),
    _write("partners/{partner_id}/suspend", "partners:write", REASON),
    _write("partners/{partner_id}/reactivate", "partners:write"),
    _write("partners/{partner_id}/terminate", "partners:write", REASON),
    _read("partners/{partner_id}/enrollments", "partners:read"),
    _write("partners/{partner_id}/enrollments", "partners:write", {"program": "{program_id}"}),
    _read("enrollments/{enrollment_id}", "partners:read"),
    _write("enrollments/{enrollment_id}", "partners:write", {"tier": "{tier_id}"}, "PATCH"),
    _read("partners/{partner_id}/balance", "commissions:read", partner=True),
    _read("partners/{partner_id}/statement", "commissions:read", partner=True, **PERIOD),
    _read("links", "links:read", partner=True),
    _write("links", "links:write", {"enrollment": "{enrollment_id}", "destination": LANDING}),
    _read("links/{link_id}", "links:read", partner=True),
    _write("links/{link_id}", "links:write", {"label": "Spring"}, method="PATCH"),
    _write("links/{link_id}/disable", "links:write"),
    _write("clicks", "clicks:write", [{"link": "none", "occurred_at": PERIOD["from"]}]),
    _read("coupons", "links:read", partner=True),
    _write("coupons", "links:write", {"enrollment": "{enrollment_id}", "code": "BEANS"}),
    _read("coupons/{coupon_id}", "links:read", partner=True),
    _write("coupons/{coupon_id}/disable", "links:write"),
    _read("sales", "sales:read", partner=True),
    _write("sales", "sales:write", SALE),
    _write("sales/batch", "sales:write", [SALE]),
    _read("sales/{sale_id}", "sales:read", partner=True),
    _write("sales/{sale_id}/payments", "sales:write", {"paid_at": "2026-01-02T00:00:00Z"}),
    _read("leads", "sales:read", partner=True),
    _write("leads", "sales:write", {"external_id": "lead-1"}),
    _read("leads/{lead_id}", "sales:read", partner=True),
    _read("sales/{sale_id}/refunds", "sales:read", partner=True),
    _write("sales/{sale_id}/refunds", "sales:write", REFUND),
    _read("refunds", "sales:read", partner=True),
    _write("refunds", "sales:write", {**REFUND, "sale_external_id": "none"}),
    _read("refunds/{refund_id}", "sales:read", partner=True),
    _read("commissions", "commissions:read", partner=True),
    _read("commissions/{commission_id}", "commissions:read", partner=True),
    _write("commissions/approve", "commissions:write", {"ids": ["{commission_id}"]}),
    _write("commissions/reject", "commissions:write", {"ids": ["{commission_id}"], **REASON}),
    _write("commissions/hold", "commissions:write", {"ids": ["{commission_id}"], "review": True}),
    _write("commissions/release", "commissions:write", {"ids": ["{commission_id}"]}),
    _write("commissions/{commission_id}/approve", "commissions:write"),
    _write("commissions/{commission_id}/reject", "commissions:write", REASON),
    _write("commissions/{commission_id}/hold", "commissions:write", REASON),
    _write("commissions/{commission_id}/release", "commissions:write"),
    _write(
        "adjustments",
        "commissions:write",
        {"enrollment": "{enrollment_id}", "amount": 1, "currency": "EUR", **REASON},
    ),
    _read("programs/{program_id}/loyalty", "programs:read"),
    _write("programs/{program_id}/loyalty", "programs:write", {"expire_months": 12}, "PATCH"),
    _read("programs/{program_id}/rewards", "programs:read"),
    _write("programs/{program_id}/rewards", "programs:write", REWARD_OF_POINTS),
    _read("rewards/{reward_id}", "programs:read"),
    _write("rewards/{reward_id}", "programs:write", {"cost": 20}, "PATCH"),
    _write("rewards/{reward_id}/withdraw", "programs:write"),
    _write("rewards/{reward_id}/restore", "programs:write"),
    _write("rewards/{reward_id}/codes", "programs:write", {"codes": ["X"]}),
    _read("programs/{program_id}/stamp-cards", "programs:read"),
    _write("programs/{program_id}/stamp-cards", "programs:write", STAMP_CARD),
    _write("stamp-cards/{card_id}/end", "programs:write"),
    _read("redemptions", "commissions:read", partner=True),
    _write("redemptions", "commissions:write", REDEMPTION),
    _read("redemptions/{redemption_id}", "commissions:read", partner=True),
    _write("redemptions/{redemption_id}/fulfil", "commissions:write"),
    _write("redemptions/{redemption_id}/cancel", "commissions:write", REASON),
    _read("partners/{partner_id}/points", "commissions:read", partner=True),
    _read("programs/{program_id}/friend-terms", "programs:read"),
    _write("programs/{program_id}/friend-terms", "programs:write", {"amount": 600}, "PATCH"),
    _write("programs/{program_id}/friend-codes", "programs:write", {"codes": ["F"]}),
    _read("friend-rewards", "commissions:read"),
    _read("friend-rewards/{friend_reward_id}", "commissions:read"),
    _write("friend-rewards/{friend_reward_id}/use", "commissions:write"),
    _write("friend-rewards/{friend_reward_id}/cancel", "commissions:write", REASON),
    _read("claims", "claims:read", partner=True),
    _write("claims", "claims:write", CLAIM, files=True),
    _read("claims/{claim_id}", "claims:read", partner=True),
    _read("claims/{claim_id}/messages", "claims:read", partner=True),
    _write("claims/{claim_id}/answer", "claims:write", {"text": "Here"}, files=True),
    _write("claims/{claim_id}/withdraw", "claims:write", files=True),
    _write("claims/{claim_id}/ask", "claims:write", {"text": "Where?"}),
    _write("claims/{claim_id}/decline", "claims:write", REASON),
    _write("claims/{claim_id}/credit", "claims:write"),
    _write("claims/{claim_id}/record", "claims:write", CLAIMED_SALE),
    _write("claims/{claim_id}/goodwill", "claims:write", GOODWILL),
    _read("deliverable-briefs", "programs:read", partner=True),
    _write("deliverable-briefs", "programs:write", BRIEF),
    _read("deliverable-briefs/{brief_id}", "programs:read", partner=True),
    _write("deliverable-briefs/{brief_id}", "programs:write", {"title": "Q"}, "PATCH"),
    _write("deliverable-briefs/{brief_id}/end", "programs:write"),
    _read("deliverables", "commissions:read", partner=True),
    _write("deliverables", "commissions:write", PIECE),
    _read("deliverables/{deliverable_id}", "commissions:read", partner=True),
    _read("deliverables/{deliverable_id}/looks", "commissions:read", partner=True),
    _write(
        "deliverables/{deliverable_id}/hand-in",
        "commissions:write",
        {"url": "https://blog.example/three"},
    ),
    _write("deliverables/{deliverable_id}/approve", "commissions:write", {}),
    _write("deliverables/{deliverable_id}/send-back", "commissions:write", REASON),
    _write("deliverables/{deliverable_id}/decline", "commissions:write", REASON),
    _write("deliverables/{deliverable_id}/take-back", "commissions:write", REASON),
    _write("deliverables/{deliverable_id}/look", "commissions:write"),
    _read("agreements", "programs:read", partner=True),
    _write("agreements", "programs:write", AGREEMENT),
    _read("agreements/{agreement_id}", "programs:read", partner=True),
    _write("agreements/{agreement_id}", "programs:write", {"name": "B"}, "PATCH"),
    _write("agreements/{agreement_id}/end", "programs:write", {"ends_on": "2199-01-01"}),
    _read("agreements/{agreement_id}/versions", "programs:read", partner=True),
    _read("agreements/{agreement_id}/advances", "commissions:read", partner=True),
    _write("agreements/{agreement_id}/advances", "commissions:write", ADVANCE),
    _read("agreements/{agreement_id}/entries", "commissions:read", partner=True),
    _write("agreements/{agreement_id}/entries", "commissions:write", FIGURE),
    _write("agreements/{agreement_id}/settlements", "commissions:write"),
    _write("settlement-entries/{entry_id}/approve", "commissions:write"),
    _write("settlement-entries/{entry_id}/reject", "commissions:write", REASON),
    _read("settlements", "commissions:read", partner=True),
    _read("settlements/{settlement_id}", "commissions:read", partner=True),
    _read("settlements/{settlement_id}/lines", "commissions:read", partner=True),
    _write("settlements/{settlement_id}/approve", "commissions:write", {}),
    _read("activity", "activity:read"),
    _read("partners/{partner_id}/payout-methods", "payouts:read"),
    _write("partners/{partner_id}/payout-methods", "payouts:write", METHOD),
    _read("payout-batches", "payouts:read"),
    _write("payout-batches", "payouts:write", {"currency": "EUR"}),
    _read("payout-batches/{batch_id}", "payouts:read"),
    _read("payout-batches/{batch_id}/lines", "payouts:read"),
    _write("payout-batches/{batch_id}/approve", "payouts:write"),
    _write("payout-batches/{batch_id}/cancel", "payouts:write"),
    _write("payout-batches/{batch_id}/settle", "payouts:write"),
    _write("payout-batches/{batch_id}/return", "payouts:write", {"line": "{line_id}", **REASON}),
    _read("payout-batches/{batch_id}/files/csv", "payouts:read"),
]


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
        "tier_id": tier_of(scene)["id"],
        "group_id": group_of(scene)["id"],
        "campaign_id": campaign_id,
        "material_id": material_id,
        "application_id": application_of(scene),
        "goal_id": _goal(scene),
        "simulation_id": _simulation(scene),
        "batch_id": batch_id,
        "line_id": line_id,
        "claim_id": _claim(scene),
        **club_of(scene),
        **_handed_in(scene),
    }
    ids |= settled_ids(scene, approve=True)
    return scene, ids


def _coupon(scene: Scene) -> str:
    """A coupon of the scene's partner."""
    coupon = {"enrollment": scene.enrollment["id"], "code": f"TEA-{token()}"}
    return str(scene.api.made("coupons", coupon)["id"])


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


def tier_of(scene: Scene) -> dict[str, Any]:
    """A new tier of the scene's program."""
    tier = {"program": scene.program["id"], "key": f"t-{token()}", "name": "Ash"}
    made: dict[str, Any] = scene.api.made("tiers", {**tier, "rank": int(token(), 16) % 1000})
    return made


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
