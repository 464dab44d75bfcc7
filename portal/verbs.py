"""What happened, in words: the trail's verbs as people read them."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activity.models import Event
from commissions.reasons.stopped import stop_words
from portal.rule_changes import rule_changes

WORDS: Final[dict[str, str | Promise]] = {
    "agreement.advance_granted": gettext_lazy("Advance granted"),
    "agreement.changed": gettext_lazy("Agreement changed"),
    "agreement.created": gettext_lazy("Agreement made"),
    "agreement.ended": gettext_lazy("Agreement ended"),
    "announcement.changed": gettext_lazy("Announcement changed"),
    "announcement.created": gettext_lazy("Announcement drafted"),
    "announcement.deleted": gettext_lazy("Draft of an announcement deleted"),
    "announcement.sent": gettext_lazy("Announcement sent"),
    "announcement.withdrawn": gettext_lazy("Announcement withdrawn"),
    "api_key.made": gettext_lazy("API key made"),
    "api_key.revoked": gettext_lazy("API key revoked"),
    "application.approved": gettext_lazy("Application approved"),
    "application.received": gettext_lazy("Application handed in"),
    "application.rejected": gettext_lazy("Application rejected"),
    "article.changed": gettext_lazy("Help article changed"),
    "article.created": gettext_lazy("Help article written"),
    "article.published": gettext_lazy("Help article published"),
    "article.taken_back": gettext_lazy("Help article taken back"),
    "brief.changed": gettext_lazy("Brief changed"),
    "brief.created": gettext_lazy("Brief agreed"),
    "brief.ended": gettext_lazy("Brief ended"),
    "brief.late": gettext_lazy("Due date of a brief passed"),
    "browser_report.accepted": gettext_lazy("Browser’s report taken"),
    "browser_report.confirmed": gettext_lazy("Browser’s report confirmed by your own records"),
    "browser_report.refused": gettext_lazy("Browser’s report refused"),
    "campaign.changed": gettext_lazy("Campaign changed"),
    "campaign.created": gettext_lazy("Campaign made"),
    "campaign.ended": gettext_lazy("Campaign ended"),
    "chargeback.recorded": gettext_lazy("Chargeback recorded"),
    "commission.adjusted": gettext_lazy("Earnings adjusted by hand"),
    "commission.adjustment": gettext_lazy("Settled amount taken back"),
    "commission.approved": gettext_lazy("Commission approved"),
    "commission.bonus": gettext_lazy("Bonus paid"),
    "commission.earned": gettext_lazy("Commission earned"),
    "commission.held": gettext_lazy("Commission held"),
    "commission.payable": gettext_lazy("Hold over, free to pay"),
    "commission.rejected": gettext_lazy("Commission rejected"),
    "commission.released": gettext_lazy("Commission released"),
    "commission.reversed": gettext_lazy("Commission taken back"),
    "commission.sealed": gettext_lazy("Line sealed"),
    "commission.settlement": gettext_lazy("Agreed amount earned"),
    "commissions.computed": gettext_lazy("Commissions computed"),
    "conversation.closed": gettext_lazy("Conversation closed"),
    "conversation.opened": gettext_lazy("Conversation begun"),
    "message.sent": gettext_lazy("Message written"),
    "question.answered": gettext_lazy("Question answered by an article"),
    "question.dismissed": gettext_lazy("Question put aside"),
    "coupon.created": gettext_lazy("Coupon added"),
    "coupon.disabled": gettext_lazy("Coupon stopped"),
    "credit_note.recorded": gettext_lazy("Credit note recorded"),
    "deliverable.agreed": gettext_lazy("Piece approved, its link is looked at once more"),
    "deliverable.approved": gettext_lazy("Piece approved"),
    "deliverable.declined": gettext_lazy("Piece declined"),
    "deliverable.handed_in": gettext_lazy("Piece handed in"),
    "deliverable.link_back": gettext_lazy("Link of a piece is back"),
    "deliverable.link_lost": gettext_lazy("Link of a piece is gone"),
    "deliverable.not_approved": gettext_lazy("Piece not approved, no link found"),
    "deliverable.sent_back": gettext_lazy("Piece sent back"),
    "deliverable.taken_back": gettext_lazy("Fee of a piece taken back"),
    "claim.accepted": gettext_lazy("Claim accepted"),
    "claim.answered": gettext_lazy("Question about a claim answered"),
    "claim.asked": gettext_lazy("Asked back about a claim"),
    "claim.declined": gettext_lazy("Claim declined"),
    "claim.escalated": gettext_lazy("Partner told that his claim is overdue"),
    "claim.filed": gettext_lazy("Missing sale claimed"),
    "claim.overdue": gettext_lazy("Claim not answered in time"),
    "claim.reminded": gettext_lazy("Reminded of a claim"),
    "claim.withdrawn": gettext_lazy("Claim withdrawn"),
    "enrollment.created": gettext_lazy("Joined a program"),
    "enrollment.demoted": gettext_lazy("Moved to a lower tier"),
    "enrollment.ended": gettext_lazy("Left a program"),
    "enrollment.placed": gettext_lazy("Placed in a tier or group"),
    "enrollment.promoted": gettext_lazy("Moved up a tier"),
    "enrollment.resumed": gettext_lazy("Joined a program again"),
    "enrollment.terms_accepted": gettext_lazy("New terms accepted"),
    "enrollment.tier_at_risk": gettext_lazy("Fell short of the tier’s condition"),
    "enrollment.tier_pinned": gettext_lazy("Tier pinned"),
    "enrollment.tier_unpinned": gettext_lazy("Tier no longer pinned"),
    "goal.came_late": gettext_lazy("Events came in after a goal’s period was closed"),
    "goal.changed": gettext_lazy("Goal changed"),
    "goal.created": gettext_lazy("Goal made"),
    "goal.deleted": gettext_lazy("Draft of a goal thrown away"),
    "goal.ended": gettext_lazy("Goal ended"),
    "goal.name_hidden": gettext_lazy("Name taken off leaderboards"),
    "goal.name_shown": gettext_lazy("Name shown in leaderboards"),
    "goal.near": gettext_lazy("Nearly at a target"),
    "goal.paid": gettext_lazy("Goal’s period closed"),
    "goal.placed": gettext_lazy("Placed in a contest"),
    "goal.published": gettext_lazy("Goal made live"),
    "goal.reached": gettext_lazy("Target reached"),
    "group.changed": gettext_lazy("Group renamed"),
    "group.created": gettext_lazy("Group made"),
    "import.failed": gettext_lazy("Import failed"),
    "import.finished": gettext_lazy("Import finished"),
    "import.started": gettext_lazy("Import started"),
    "invitation.sent": gettext_lazy("Invitation sent"),
    "invitation.sent_again": gettext_lazy("Invitation sent again"),
    "invitation.withdrawn": gettext_lazy("Invitation withdrawn"),
    "books.checked": gettext_lazy("Books checked"),
    "link.changed": gettext_lazy("Link changed"),
    "link.created": gettext_lazy("Link made"),
    "link.disabled": gettext_lazy("Link switched off"),
    "link_domain.added": gettext_lazy("Host for links named"),
    "link_domain.removed": gettext_lazy("Host for links removed"),
    "link_domain.verified": gettext_lazy("Host for links leads here"),
    "mail_preference.changed": gettext_lazy("Mails chosen"),
    "branding.approved": gettext_lazy("Material with a partner’s name approved"),
    "branding.asked": gettext_lazy("Partner’s name on a material asked for"),
    "branding.failed": gettext_lazy("Material with a partner’s name could not be made"),
    "branding.made": gettext_lazy("Material with a partner’s name made"),
    "branding.rejected": gettext_lazy("Material with a partner’s name not approved"),
    "material.changed": gettext_lazy("Material changed"),
    "material.created": gettext_lazy("Material put up"),
    "material.renewed": gettext_lazy("New version of a material"),
    "material.restored": gettext_lazy("Material put up again"),
    "material.withdrawn": gettext_lazy("Material withdrawn"),
    "member.added": gettext_lazy("Person added"),
    "member.changed": gettext_lazy("Role changed"),
    "member.removed": gettext_lazy("Person removed"),
    "page_settings.changed": gettext_lazy("Public pages of partners switched"),
    "landing.changed": gettext_lazy("Landing page changed"),
    "landing.created": gettext_lazy("Landing page written"),
    "landing.published": gettext_lazy("Landing page put up"),
    "landing.withdrawn": gettext_lazy("Landing page withdrawn"),
    "partner_page.item_added": gettext_lazy("Put on the public page"),
    "partner_page.item_changed": gettext_lazy("Words on the public page changed"),
    "partner_page.item_removed": gettext_lazy("Taken off the public page"),
    "program.coupon_parameter": gettext_lazy("Coupons in links set up"),
    "partner_page.changed": gettext_lazy("Public page changed"),
    "partner_page.hidden": gettext_lazy("Public page hidden"),
    "partner_page.shown": gettext_lazy("Public page shown again"),
    "onboarding.done": gettext_lazy("First step ticked"),
    "onboarding.undone": gettext_lazy("Tick of a first step taken back"),
    "onboarding.welcomed": gettext_lazy("Welcome mail sent"),
    "partner.approved": gettext_lazy("Partner approved"),
    "partner.changed": gettext_lazy("Details changed"),
    "partner.created": gettext_lazy("Partner added"),
    "partner.reactivated": gettext_lazy("Suspension lifted"),
    "partner.rejected": gettext_lazy("Partner rejected"),
    "partner.suspended": gettext_lazy("Partner suspended"),
    "partner.terminated": gettext_lazy("Partnership ended"),
    "payout.approved": gettext_lazy("Payout batch approved"),
    "payout.cancelled": gettext_lazy("Payout batch cancelled"),
    "payout.drafted": gettext_lazy("Payout batch drafted"),
    "payout.exported": gettext_lazy("Bank file taken"),
    "payout.lowered": gettext_lazy("Draft lowered"),
    "payout.paid": gettext_lazy("Payout paid"),
    "payout.returned": gettext_lazy("Payout came back"),
    "payout.settled": gettext_lazy("Payout batch settled"),
    "payout_method.asked": gettext_lazy("Another payout account asked for"),
    "payout_method.asked_again": gettext_lazy("Link to confirm a payout account sent again"),
    "payout_method.changed": gettext_lazy("Payout account changed"),
    "payout_method.stopped": gettext_lazy("Change of the payout account stopped"),
    "program.changed": gettext_lazy("Program changed"),
    "program.closed": gettext_lazy("Program closed"),
    "program.created": gettext_lazy("Program made"),
    "program.opened": gettext_lazy("Program opened"),
    "prospect.changed": gettext_lazy("Prospect changed"),
    "prospect.channels": gettext_lazy("Channels noted"),
    "prospect.created": gettext_lazy("Prospect added"),
    "prospect.declined": gettext_lazy("Invitation declined by the prospect"),
    "prospect.invited": gettext_lazy("Prospect invited to apply"),
    "prospect.invitation_withdrawn": gettext_lazy("Invitation to apply withdrawn"),
    "prospect.moved": gettext_lazy("Prospect moved along"),
    "prospect.references": gettext_lazy("References noted"),
    "prospect.started": gettext_lazy("Application begun from the invitation"),
    "prospect.tied": gettext_lazy("Prospect is this partner"),
    "partner.channels": gettext_lazy("Channels noted"),
    "partner.references": gettext_lazy("References noted"),
    "wanted_profile.changed": gettext_lazy("Wanted profile changed"),
    "refund.recorded": gettext_lazy("Refund recorded"),
    "rule.changed": gettext_lazy("Rule changed"),
    "rule.created": gettext_lazy("Rule made"),
    "rule.ended": gettext_lazy("Rule ended"),
    "sale.retried": gettext_lazy("Sale put into the queue again"),
    "refund.retried": gettext_lazy("Refund put into the queue again"),
    "sale.recorded": gettext_lazy("Sale recorded"),
    "sale.paid": gettext_lazy("Sale paid by the customer"),
    "lead.recorded": gettext_lazy("Lead recorded"),
    "signup.recorded": gettext_lazy("Sign-up recorded"),
    "seller.branded": gettext_lazy("Branding changed"),
    "seller.changed": gettext_lazy("Company details changed"),
    "seller.opened": gettext_lazy("Seller opened"),
    "settlement.approved": gettext_lazy("Settlement approved"),
    "settlement.drafted": gettext_lazy("Settlement drafted"),
    "settlement_entry.added": gettext_lazy("Figure added"),
    "settlement_entry.approved": gettext_lazy("Figure approved"),
    "settlement_entry.rejected": gettext_lazy("Figure refused"),
    "settlement_entry.submitted": gettext_lazy("Figure handed in"),
    "simulation.failed": gettext_lazy("Comparison of rules failed"),
    "simulation.finished": gettext_lazy("Comparison of rules done"),
    "simulation.published": gettext_lazy("Rules published from a comparison"),
    "simulation.started": gettext_lazy("Comparison of rules started"),
    "source.changed": gettext_lazy("Shop system changed"),
    "source.created": gettext_lazy("Shop system added"),
    "source.dismissed": gettext_lazy("Message of a shop system dealt with"),
    "source.paused": gettext_lazy("Shop system paused"),
    "source.processed_again": gettext_lazy("Message of a shop system processed again"),
    "source.removed": gettext_lazy("Shop system removed"),
    "source.resumed": gettext_lazy("Shop system goes on"),
    "source.secret_ended": gettext_lazy("Old secret of a shop system ended"),
    "source.secret_set": gettext_lazy("Secret of a shop system set"),
    "review.action_agreed": gettext_lazy("Agreed in a review"),
    "review.action_done": gettext_lazy("Done, as agreed in a review"),
    "review.action_reopened": gettext_lazy("Agreed action opened again"),
    "review.changed": gettext_lazy("Review changed"),
    "review.deleted": gettext_lazy("Review deleted"),
    "review.shared": gettext_lazy("Review shared with the partner"),
    "review.written": gettext_lazy("Review written"),
    "signal.cleared": gettext_lazy("Sign of fraud found harmless"),
    "signal.confirmed": gettext_lazy("Fraud confirmed"),
    "signal.raised": gettext_lazy("Sign of fraud noticed"),
    "signal_setting.changed": gettext_lazy("Rules against fraud changed"),
    "staff.joined": gettext_lazy("Joined the team"),
    "staff.removed": gettext_lazy("Left the team"),
    "staff.role_changed": gettext_lazy("Role in the team changed"),
    "tax_number.changed": gettext_lazy("Tax number changed"),
    "tier.changed": gettext_lazy("Tier changed"),
    "tier.created": gettext_lazy("Tier made"),
    "commission.expiry": gettext_lazy("Points expired"),
    "commission.redemption": gettext_lazy("Points used"),
    "friend_codes.added": gettext_lazy("Codes for friends added"),
    "friend_reward.cancelled": gettext_lazy("Friend’s reward cancelled"),
    "friend_reward.granted": gettext_lazy("Friend’s reward given"),
    "friend_reward.used": gettext_lazy("Friend’s reward used"),
    "friend_terms.changed": gettext_lazy("Friend’s reward changed"),
    "loyalty.changed": gettext_lazy("Points settings changed"),
    "points.expiring": gettext_lazy("Told of points about to expire"),
    "redemption.asked": gettext_lazy("Reward asked for"),
    "redemption.cancelled": gettext_lazy("Reward cancelled, points given back"),
    "redemption.fulfilled": gettext_lazy("Reward handed over"),
    "reward.changed": gettext_lazy("Reward changed"),
    "reward.codes_added": gettext_lazy("Voucher codes added"),
    "reward.created": gettext_lazy("Reward put into the catalogue"),
    "reward.restored": gettext_lazy("Reward put back"),
    "reward.withdrawn": gettext_lazy("Reward withdrawn"),
    "stamp_card.completed": gettext_lazy("Stamp card full"),
    "stamp_card.created": gettext_lazy("Stamp card started"),
    "stamp_card.ended": gettext_lazy("Stamp card ended"),
    "stamp_card.undone": gettext_lazy("Full stamp card undone by a refund"),
    "program.onboarding_changed": gettext_lazy("Check-list of new partners changed"),
    "welcome_mail.changed": gettext_lazy("Welcome mail changed"),
    "welcome_mail.created": gettext_lazy("Welcome mail written"),
    "welcome_mail.stopped": gettext_lazy("Welcome mail stopped"),
    "trail.verified": gettext_lazy("Chain verified"),
}
OBJECTS: Final[dict[str, str | Promise]] = {
    "activity.job": gettext_lazy("Task"),
    "campaigns.application": gettext_lazy("Application"),
    "campaigns.campaign": gettext_lazy("Campaign"),
    "campaigns.enrollment": gettext_lazy("Enrollment"),
    "campaigns.group": gettext_lazy("Group"),
    "campaigns.brandedmaterial": gettext_lazy("Material with a partner’s name"),
    "campaigns.material": gettext_lazy("Material"),
    "campaigns.program": gettext_lazy("Program"),
    "campaigns.welcomemail": gettext_lazy("Welcome mail"),
    "campaigns.welcomesent": gettext_lazy("Welcome mail"),
    "campaigns.tier": gettext_lazy("Tier"),
    "commissions.brief": gettext_lazy("Brief"),
    "commissions.browserreport": gettext_lazy("Browser’s report"),
    "commissions.agreement": gettext_lazy("Agreement"),
    "commissions.claim": gettext_lazy("Claim"),
    "commissions.commission": gettext_lazy("Commission"),
    "commissions.goal": gettext_lazy("Goal"),
    "commissions.deliverable": gettext_lazy("Piece"),
    "commissions.friendreward": gettext_lazy("Friend’s reward"),
    "commissions.friendterms": gettext_lazy("Friend’s reward settings"),
    "commissions.loyaltyreward": gettext_lazy("Reward"),
    "commissions.loyaltysettings": gettext_lazy("Points settings"),
    "commissions.review": gettext_lazy("Review"),
    "commissions.redemption": gettext_lazy("Redemption"),
    "commissions.stampcard": gettext_lazy("Stamp card"),
    "commissions.rule": gettext_lazy("Rule"),
    "commissions.ruleversion": gettext_lazy("Rule version"),
    "commissions.settlement": gettext_lazy("Settlement"),
    "commissions.settlemententry": gettext_lazy("Reported figure"),
    "partners.member": gettext_lazy("Partner's person"),
    "partners.partner": gettext_lazy("Partner"),
    "payouts.batch": gettext_lazy("Payout batch"),
    "payouts.batchline": gettext_lazy("Payout"),
    "payouts.payoutmethod": gettext_lazy("Payout account"),
    "sellers.apikey": gettext_lazy("API key"),
    "sellers.invitation": gettext_lazy("Invitation"),
    "sellers.seller": gettext_lazy("Seller"),
    "sellers.staff": gettext_lazy("Team member"),
    "tracking.coupon": gettext_lazy("Coupon"),
    "tracking.link": gettext_lazy("Link"),
    "tracking.refund": gettext_lazy("Refund"),
    "tracking.sale": gettext_lazy("Sale"),
}
FIELDS: Final[dict[str, str | Promise]] = {
    "account_tail": gettext_lazy("Account"),
    "auto_approve": gettext_lazy("Approved by itself"),
    "grace_days": gettext_lazy("Days of grace"),
    "terms": gettext_lazy("Terms"),
    "amount_minor": gettext_lazy("Amount"),
    "brand_colour": gettext_lazy("Brand colour"),
    "browser_approval": gettext_lazy("Browsers’ reports wait"),
    "browser_sales": gettext_lazy("Sales from browsers"),
    "cookieless": gettext_lazy("No cookies"),
    "campaign": gettext_lazy("Campaign"),
    "cost": gettext_lazy("Cost in points"),
    "expire_months": gettext_lazy("Months points live"),
    "minimum_minor": gettext_lazy("Smallest purchase"),
    "point_name": gettext_lazy("Name of one point"),
    "points_name": gettext_lazy("Name of several points"),
    "remind_days": gettext_lazy("Days of reminders"),
    "stock": gettext_lazy("Stock"),
    "value_hint": gettext_lazy("What points are worth"),
    "country": gettext_lazy("Country"),
    "currency": gettext_lazy("Currency"),
    "backlink": gettext_lazy("Link to"),
    "description": gettext_lazy("Description"),
    "due_on": gettext_lazy("Due on"),
    "email": gettext_lazy("E-mail"),
    "fee": gettext_lazy("Fee"),
    "file_name": gettext_lazy("File"),
    "live_days": gettext_lazy("Days the link must stay"),
    "needs_file": gettext_lazy("File as proof"),
    "needs_url": gettext_lazy("Address as proof"),
    "pieces": gettext_lazy("Pieces"),
    "title": gettext_lazy("Title"),
    "url": gettext_lazy("Page"),
    "ends_on": gettext_lazy("Last day"),
    "external_id": gettext_lazy("Your own id"),
    "group": gettext_lazy("Group"),
    "hold_days": gettext_lazy("Days of hold"),
    "kind": gettext_lazy("Kind"),
    "landing_url": gettext_lazy("Where links lead"),
    "language": gettext_lazy("Language"),
    "manager": gettext_lazy("Partner manager"),
    "mark_colour": gettext_lazy("Mark colour"),
    "name": gettext_lazy("Name"),
    "notes": gettext_lazy("Notes"),
    "admission": gettext_lazy("Automatic decisions"),
    "delay": gettext_lazy("Days after joining"),
    "onboarding": gettext_lazy("Check-list"),
    "only_unfinished": gettext_lazy("Only while steps are open"),
    "subject": gettext_lazy("Subject"),
    "questions": gettext_lazy("Questions"),
    "rank": gettext_lazy("Rank"),
    "recruited_by": gettext_lazy("Recruited by"),
    "role": gettext_lazy("Role"),
    "slug": gettext_lazy("Address"),
    "starts_on": gettext_lazy("First day"),
    "state": gettext_lazy("State"),
    "status": gettext_lazy("Status"),
    "summary": gettext_lazy("In one sentence"),
    "support_email": gettext_lazy("Support e-mail"),
    "terms_version": gettext_lazy("Version of the terms"),
    "tier": gettext_lazy("Tier"),
    "time_zone": gettext_lazy("Time zone"),
    "website": gettext_lazy("Website"),
    "window_days": gettext_lazy("Days a click counts"),
    "attribution": gettext_lazy("Credit of several clicks"),
    "precedence": gettext_lazy("Between click and coupon"),
    "customer_binding": gettext_lazy("Customers stay with their partner"),
    "binding_months": gettext_lazy("Months that customers stay"),
    "claim_days": gettext_lazy("Days to answer a claim"),
}
SHOWN_CHANGES: Final = 4


@dataclass(frozen=True)
class Change:
    """One field before and after."""

    field: str
    before: str
    after: str


@dataclass(frozen=True)
class Told:
    """One event ready to show."""

    title: str | Promise
    about: str
    who: str
    at: datetime
    reason: str
    changes: list[Change]


def words(verb: str) -> str | Promise:
    """The verb in words; one that has none yet is spelled out: `payout.drafted`, Payout drafted."""
    return WORDS.get(verb) or verb.replace(".", " ").replace("_", " ").capitalize()


def objects_name(object_type: str) -> str | Promise:
    """What kind of thing an event is about, in words."""
    return OBJECTS.get(object_type) or object_type.rpartition(".")[2].capitalize()


def told(event: Event, *, every_change: bool = False) -> Told:
    """The event in words, with the first changes, or with every one."""
    rule = rule_changes(event)
    pairs = [(name, pair) for name, pair in event.changes.items() if rule is None or name == "name"]
    changes = [
        Change(
            str(FIELDS.get(field) or field.replace("_", " ").capitalize()),
            shown(_named(event.object_type, field, before)),
            shown(_named(event.object_type, field, after)),
        )
        for field, (before, after) in (pairs if every_change else pairs[:SHOWN_CHANGES])
        if every_change or before != "" or not event.verb.endswith(("created", "added", "received"))
    ]
    changes += [Change(label, old or "–", new or "–") for label, old, new in rule or ()]
    return Told(
        title=words(event.verb),
        about=_about(event.object_label),
        who=_("The system") if event.actor_kind == "system" else event.actor_label,
        at=event.at,
        reason=stop_words(str(event.detail.get("reason", ""))),
        changes=changes,
    )


def _about(label: str) -> str:
    """The label, unless it is a bare id: that says nothing to a reader."""
    try:
        uuid.UUID(label)
    except ValueError:
        return label
    return ""


def _named(object_type: str, field: str, value: Any) -> Any:
    """The words of a choice: `in_payout` of a commission's status is In payout."""
    if not isinstance(value, str):
        return value
    try:
        choices = apps.get_model(object_type)._meta.get_field(field).flatchoices
    except (LookupError, ValueError, FieldDoesNotExist, AttributeError):
        return value
    return dict(choices).get(value, value)


def shown(value: Any) -> str:
    """A kept value in one short line."""
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    text = str(value)
    return text if len(text) <= 80 else f"{text[:79]}…"
