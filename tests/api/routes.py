"""Every route of the API: what it needs and a call of it that is well formed."""

from dataclasses import dataclass, field
from typing import Any

from tests.api.scene import LANDING

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
TIER_DRAFT = {**TIER, "key": "fir", "metric": "leads", "window": "quarter", "from": 3}
SALE = {"external_id": "route", "currency": "EUR", "amount": 1}
APPLY = {"program": "{program_id}", "email": "owl@example.com"}
WELCOME = {"days": 1, "subject": "Hello", "body": "Good to have you."}
MATERIAL = {"program": "{program_id}", "kind": "text", "name": "Mail", "text": "Buy {link}"}
LANDING_PAGE = {
    "program": "{program_id}",
    "slug": "spring",
    "title": "Spring",
    "text": "Beans",
    "button": "To the shop",
    "destination": LANDING,
}
MANY_LINKS = {"enrollment": "{enrollment_id}", "links": [{"destination": LANDING}]}
REFUND = {"external_id": "route", "amount": 1}
DAYS = {"first_on": "2026-02-01", "last_on": "2026-02-28"}
TO_DO = {"text": "Two films", "side": "partner"}
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
    _write("tiers/preview", "programs:write", TIER_DRAFT),
    _read("tier-moves", "partners:read", partner=True),
    _read("partners/{partner_id}/performance", "commissions:read", partner=True, by="campaign"),
    _read("standings", "partners:read"),
    _read("reviews", "partners:read", partner=True),
    _write("reviews", "partners:write", {"partner": "{partner_id}", **DAYS}),
    _read("reviews/{review_id}", "partners:read", partner=True),
    _write("reviews/{review_id}", "partners:write", {"notes": "Well done."}, "PATCH"),
    _write("reviews/{review_id}/actions", "partners:write", TO_DO),
    _write("reviews/{review_id}/share", "partners:write"),
    _write("reviews/{review_id}", "partners:write", None, "DELETE"),
    _write("review-actions/{action_id}/done", "partners:write"),
    _write("review-actions/{action_id}/reopen", "partners:write"),
    _read("enrollments/{enrollment_id}/tier", "partners:read", partner=True),
    _write(
        "enrollments/{enrollment_id}/tier/pin",
        "partners:write",
        {"tier": "{tier_id}", **REASON},
    ),
    _write("enrollments/{enrollment_id}/tier/unpin", "partners:write"),
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
    _read("prospects", "partners:read"),
    _write("prospects", "partners:write", {"name": "Grey Owl"}),
    _read("prospects/{prospect_id}", "partners:read"),
    _write("prospects/{prospect_id}", "partners:write", {"country": "DE"}, "PATCH"),
    _write("prospects/{prospect_id}/move", "partners:write", {"stage": "talking"}),
    _read("prospects/{prospect_id}/fits", "partners:read"),
    _read("prospects/{prospect_id}/invitations", "partners:read"),
    _write("prospects/{prospect_id}/invitations", "partners:write", APPLY),
    _write("prospects/{prospect_id}/invitations/{invitation_id}/withdraw", "partners:write"),
    _read("programs/{program_id}/wanted-profile", "programs:read"),
    _write("programs/{program_id}/wanted-profile", "programs:write", {"niches": []}, "PATCH"),
    _read("partners/{partner_id}/reach", "partners:read"),
    _write("partners/{partner_id}/reach", "partners:write", {"channels": []}, "PATCH"),
    _read("applications", "partners:read"),
    _read("applications/{application_id}", "partners:read"),
    _write("applications/{application_id}/approve", "partners:write"),
    _write("applications/{application_id}/reject", "partners:write", REASON),
    _write("applications/{application_id}/merge", "partners:write", {"partner": "{partner_id}"}),
    _read("programs/{program_id}/check-list", "programs:read"),
    _write("programs/{program_id}/check-list", "programs:write", {"steps": []}, "PATCH"),
    _read("enrollments/{enrollment_id}/check-list", "partners:read", partner=True),
    _write("enrollments/{enrollment_id}/check-list/{step_id}/tick", "partners:write"),
    _write("enrollments/{enrollment_id}/check-list/{step_id}/untick", "partners:write"),
    _read("programs/{program_id}/welcome-mails", "programs:read"),
    _write("programs/{program_id}/welcome-mails", "programs:write", WELCOME),
    _read("welcome-mails/{welcome_mail_id}", "programs:read"),
    _write("welcome-mails/{welcome_mail_id}", "programs:write", {"days": 2}, "PATCH"),
    _write("welcome-mails/{welcome_mail_id}", "programs:write", None, "DELETE"),
    _read("campaigns", "programs:read", partner=True),
    _read("campaigns/{campaign_id}", "programs:read", partner=True),
    _read("materials", "programs:read", partner=True),
    _write("materials", "programs:write", MATERIAL),
    _read("materials/{material_id}", "programs:read", partner=True),
    _write("materials/{material_id}", "programs:write", {"name": "M"}, "PATCH"),
    _write("materials/{material_id}/versions", "programs:write", {"note": "New", "text": "T"}),
    _write("materials/{material_id}/withdraw", "programs:write"),
    _write("materials/{material_id}/restore", "programs:write"),
    _read("landing-pages", "programs:read"),
    _write("landing-pages", "programs:write", LANDING_PAGE),
    _read("landing-pages/{landing_id}", "programs:read"),
    _write("landing-pages/{landing_id}", "programs:write", {"title": "M"}, "PATCH"),
    _write("landing-pages/{landing_id}/publish", "programs:write"),
    _write("landing-pages/{landing_id}/withdraw", "programs:write"),
    _read("partner-pages", "partners:read"),
    _read("partners/{partner_id}/page", "partners:read", partner=True),
    _write("partners/{partner_id}/page", "partners:write", {"headline": "M"}, "PATCH"),
    _write("partners/{partner_id}/page/logo", "partners:write", {"remove": True}),
    _write("partners/{partner_id}/page/hide", "partners:write", REASON),
    _write("partners/{partner_id}/page/show", "partners:write"),
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
    _write("links/batch", "links:write", MANY_LINKS),
    _read("links/{link_id}", "links:read", partner=True),
    _write("links/{link_id}", "links:write", {"label": "Spring"}, method="PATCH"),
    _write("links/{link_id}/disable", "links:write"),
    _write("clicks", "clicks:write", [{"link": "none", "occurred_at": PERIOD["from"]}]),
    _read("imports", "imports:read"),
    _write("imports", "imports:write"),
    _read("imports/{import_id}", "imports:read"),
    _read("imports/{import_id}/problems", "imports:read"),
    _write("imports/{import_id}/apply", "imports:write"),
    _read("coupons", "links:read", partner=True),
    _write("coupons", "links:write", {"enrollment": "{enrollment_id}", "code": "BEANS"}),
    _read("coupons/{coupon_id}", "links:read", partner=True),
    _write("coupons/{coupon_id}/disable", "links:write"),
    _read("link-domains", "links:read"),
    _write("link-domains", "links:write", {"host": "go.route.example"}),
    _read("link-domains/{domain_id}", "links:read"),
    _write("link-domains/{domain_id}/check", "links:write"),
    _write("link-domains/{domain_id}", "links:write", None, "DELETE"),
    _read("sources", "sales:read"),
    _write("sources", "sales:write", {"kind": "generic", "name": "A shop"}),
    _read("sources/{source_id}", "sales:read"),
    _write("sources/{source_id}", "sales:write", {"program": "{program_id}"}, "PATCH"),
    _write("sources/{source_id}/pause", "sales:write"),
    _write("sources/{source_id}/resume", "sales:write"),
    _write("sources/{source_id}/secret", "sales:write", {}),
    _write("sources/{source_id}/end-old-secrets", "sales:write"),
    _read("sources/{source_id}/arrivals", "sales:read"),
    _write("sources/{source_id}", "sales:write", None, "DELETE"),
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
    _read("commissions/{commission_id}/proof", "commissions:read", partner=True),
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
    _read("payout-methods", "payouts:read"),
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
