"""How each status of each kind of record looks: shape, icon and word, in one table.

Six shapes and no more: `wait` grey, time has to pass · `move` blue, someone is at it ·
`good` green, in order · `done` outline, finished · `warn` amber, someone must act · `bad` red,
lost or refused.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SHAPES: dict[str, str] = {
    "wait": "hourglass",
    "move": "refresh",
    "good": "circle-check",
    "done": "check",
    "warn": "lock",
    "bad": "circle-x",
}


@dataclass(frozen=True)
class Look:
    """One status as shown: shape (a key of SHAPES), label, icon if not the shape's own."""

    shape: str
    label: str | Promise
    icon: str = ""


STATUSES: dict[str, dict[str, Look]] = {
    "shipper": {
        "well": Look("good", _("In order")),
        "behind": Look("warn", _("Behind"), "clock"),
        "silent": Look("bad", _("Silent")),
    },
    "commission": {
        "pending": Look("wait", _("Pending")),
        "held": Look("warn", _("Held")),
        "payable": Look("good", _("Payable")),
        "in_payout": Look("move", _("In payout")),
        "paid": Look("done", _("Paid")),
        "reversed": Look("bad", _("Reversed"), "arrow-back-up"),
        "rejected": Look("bad", _("Rejected")),
    },
    "partner": {
        "invited": Look("move", _("Invited"), "mail"),
        "applied": Look("wait", _("Applied")),
        "active": Look("good", _("Active")),
        "suspended": Look("warn", _("Suspended")),
        "terminated": Look("done", _("Terminated"), "ban"),
        "rejected": Look("bad", _("Rejected")),
    },
    "landing": {
        "draft": Look("wait", _("Draft"), "pencil"),
        "live": Look("good", _("Live")),
        "withdrawn": Look("done", _("Withdrawn"), "ban"),
    },
    "partner_page": {
        "public": Look("good", _("Public"), "world-www"),
        "listed": Look("move", _("Only listed"), "list-details"),
        "private": Look("wait", _("Private"), "lock"),
        "hidden": Look("bad", _("Hidden"), "ban"),
    },
    "health": {
        "growing": Look("good", _("Growing"), "trending-up"),
        "steady": Look("done", _("Steady"), "minus"),
        "fading": Look("warn", _("Fading"), "trending-down"),
        "dormant": Look("wait", _("Dormant"), "moon"),
    },
    "prospect": {
        "found": Look("wait", _("Found"), "user-search"),
        "talking": Look("move", _("In talks"), "message"),
        "invited": Look("move", _("Invited"), "mail"),
        "applied": Look("warn", _("Applied"), "hourglass"),
        "joined": Look("good", _("Partner")),
        "rejected": Look("bad", _("Turned down")),
        "dropped": Look("done", _("Put aside"), "minus"),
    },
    "apply_invitation": {
        "waiting": Look("wait", _("Mail on its way")),
        "sent": Look("move", _("Sent"), "mail"),
        "started": Look("move", _("Application begun"), "pencil"),
        "applied": Look("good", _("Applied")),
        "unsent": Look("bad", _("Mail did not go out"), "alert-triangle"),
        "declined": Look("done", _("Said no"), "minus"),
        "withdrawn": Look("done", _("Withdrawn"), "ban"),
        "expired": Look("done", _("Expired")),
    },
    "fit_reason": {
        "met": Look("good", _("Fits")),
        "partly": Look("move", _("Partly")),
        "missed": Look("bad", _("Does not fit")),
        "unknown": Look("wait", _("Not known"), "help"),
    },
    "enrollment": {
        "applied": Look("wait", _("Applied")),
        "invited": Look("move", _("Invited"), "mail"),
        "active": Look("good", _("Active")),
        "suspended": Look("warn", _("Suspended")),
        "terminated": Look("done", _("Terminated"), "ban"),
        "ended": Look("done", _("Ended")),
        "rejected": Look("bad", _("Rejected")),
    },
    "application": {
        "submitted": Look("wait", _("Waiting")),
        "approved": Look("good", _("Approved")),
        "rejected": Look("bad", _("Rejected")),
    },
    "batch": {
        "draft": Look("wait", _("Draft")),
        "approved": Look("good", _("Approved")),
        "exported": Look("move", _("At the bank")),
        "settled": Look("done", _("Settled")),
        "returned": Look("bad", _("Returned"), "arrow-back-up"),
        "cancelled": Look("done", _("Cancelled"), "ban"),
    },
    "payout": {
        "draft": Look("wait", _("Draft")),
        "approved": Look("move", _("On its way")),
        "settled": Look("done", _("Paid")),
        "returned": Look("bad", _("Returned"), "arrow-back-up"),
        "dropped": Look("done", _("Dropped"), "ban"),
    },
    "account": {
        "held": Look("warn", _("On hold")),
        "asked": Look("wait", _("To be confirmed"), "mail"),
        "in_force": Look("good", _("In force")),
    },
    "job": {
        "draft": Look("wait", _("Being set up"), "settings"),
        "queued": Look("wait", _("Queued")),
        "running": Look("move", _("Running")),
        "done": Look("done", _("Done")),
        "failed": Look("bad", _("Failed")),
    },
    "simulation": {
        "queued": Look("wait", _("Queued")),
        "running": Look("move", _("Running")),
        "done": Look("good", _("Done")),
        "failed": Look("bad", _("Failed")),
        "published": Look("done", _("Published")),
    },
    "effect": {
        "gain": Look("good", _("Gains"), "trending-up"),
        "lose": Look("warn", _("Loses"), "trending-down"),
        "same": Look("done", _("Stays"), "minus"),
    },
    "sale": {
        "waiting": Look("wait", _("Waiting for its sale")),
        "pending": Look("wait", _("In the queue")),
        "computed": Look("good", _("Computed")),
        "failed": Look("warn", _("Needs a look"), "alert-triangle"),
    },
    "program": {
        "draft": Look("wait", _("Draft")),
        "open": Look("good", _("Open")),
        "closed": Look("done", _("Closed")),
    },
    "rule": {
        "in_force": Look("good", _("In force")),
        "planned": Look("wait", _("Planned")),
        "ended": Look("done", _("Ended")),
    },
    "goal": {
        "draft": Look("wait", _("Draft")),
        "planned": Look("wait", _("Planned")),
        "live": Look("good", _("Live")),
        "ended": Look("done", _("Ended")),
    },
    "goal_period": {
        "open": Look("good", _("Running")),
        "closing": Look("move", _("Being paid")),
        "closed": Look("done", _("Closed")),
    },
    "campaign": {
        "draft": Look("wait", _("Draft")),
        "planned": Look("wait", _("Planned")),
        "running": Look("good", _("Running")),
        "open": Look("good", _("Open")),
        "closed": Look("done", _("Closed")),
        "ended": Look("done", _("Ended")),
    },
    "material": {
        "active": Look("good", _("In the portal")),
        "over": Look("done", _("Over"), "hourglass"),
        "withdrawn": Look("done", _("Withdrawn"), "ban"),
    },
    "material_kind": {
        "banner": Look("done", _("Banner"), "photo"),
        "image": Look("done", _("Image"), "photo"),
        "document": Look("done", _("Document"), "file-text"),
        "text": Look("done", _("E-mail text"), "mail"),
        "social": Look("done", _("Social post"), "message"),
        "landing": Look("done", _("Landing page"), "browser"),
        "video": Look("done", _("Video"), "player-play"),
        "feed": Look("done", _("Product feed"), "table"),
    },
    "branded": {
        "queued": Look("wait", _("Being made")),
        "waiting": Look("warn", _("Waits for approval"), "eye"),
        "ready": Look("good", _("Ready")),
        "rejected": Look("bad", _("Not approved")),
        "failed": Look("bad", _("Could not be made")),
    },
    "deliverable": {
        "submitted": Look("wait", _("To review")),
        "sent_back": Look("warn", _("Sent back"), "arrow-back-up"),
        "approved": Look("good", _("Approved")),
        "declined": Look("bad", _("Declined")),
    },
    "browser_report": {
        "waiting": Look("warn", _("Waits for your answer"), "eye"),
        "confirmed": Look("good", _("Confirmed by your own records")),
        "taken": Look("good", _("Taken")),
        "refused": Look("bad", _("Refused")),
    },
    "claim": {
        "overdue": Look("warn", _("Overdue"), "alert-triangle"),
        "open": Look("wait", _("To answer")),
        "asked": Look("move", _("Waits for the partner")),
        "accepted": Look("good", _("Accepted")),
        "declined": Look("bad", _("Declined")),
        "withdrawn": Look("done", _("Withdrawn")),
    },
    "own_claim": {
        "overdue": Look("warn", _("Overdue"), "alert-triangle"),
        "open": Look("wait", _("With the seller")),
        "asked": Look("warn", _("Waits for you"), "message"),
        "accepted": Look("good", _("Accepted")),
        "declined": Look("bad", _("Declined")),
        "withdrawn": Look("done", _("Withdrawn")),
    },
    "page_link": {
        "waiting": Look("wait", _("Not looked at yet")),
        "live": Look("good", _("Link is there")),
        "missing": Look("bad", _("Link not found")),
        "unreachable": Look("warn", _("Page not reached"), "alert-triangle"),
    },
    "brief": {
        "late": Look("warn", _("Late"), "alert-triangle"),
        "open": Look("move", _("Open")),
        "done": Look("good", _("Done")),
        "ended": Look("done", _("Ended")),
    },
    "own_brief": {
        "late": Look("warn", _("Late"), "alert-triangle"),
        "sent_back": Look("warn", _("Came back to you"), "arrow-back-up"),
        "open": Look("move", _("To hand in")),
        "waiting": Look("wait", _("Being reviewed")),
        "done": Look("good", _("Done")),
        "ended": Look("done", _("Ended")),
    },
    "agreement": {
        "planned": Look("wait", _("Planned")),
        "running": Look("good", _("Running")),
        "ended": Look("done", _("Ended")),
    },
    "settlement": {
        "draft": Look("wait", _("Draft")),
        "approved": Look("done", _("Approved")),
    },
    "settlement_entry": {
        "submitted": Look("warn", _("Waits for a look"), "alert-triangle"),
        "approved": Look("good", _("Counts")),
        "rejected": Look("bad", _("Refused")),
    },
    "link": {
        "active": Look("good", _("Active")),
        "paused": Look("warn", _("Paused")),
        "over": Look("done", _("Expired")),
        "retired": Look("done", _("Retired")),
    },
    "link_domain": {
        "verified": Look("good", _("Leads here")),
        "checking": Look("move", _("Being checked")),
        "fault": Look("warn", _("Does not lead here"), "alert-triangle"),
        "named": Look("wait", _("Not checked yet")),
    },
    "coupon": {
        "active": Look("good", _("Active")),
        "planned": Look("wait", _("Planned")),
        "contested": Look("warn", _("Of several partners"), "alert-triangle"),
        "over": Look("done", _("Over")),
        "retired": Look("done", _("Stopped"), "ban"),
    },
    "staff": {
        "invited": Look("move", _("Invited"), "mail"),
        "active": Look("good", _("Active")),
        "removed": Look("done", _("Removed")),
    },
    "key": {
        "active": Look("good", _("Active")),
        "revoked": Look("done", _("Revoked"), "ban"),
    },
    "source": {
        "new": Look("move", _("Being set up"), "settings"),
        "active": Look("good", _("Receiving")),
        "paused": Look("warn", _("Paused"), "player-pause"),
        "removed": Look("done", _("Removed"), "ban"),
    },
    "arrival": {
        "pending": Look("wait", _("In the queue")),
        "waiting": Look("wait", _("Waiting")),
        "done": Look("good", _("Taken over")),
        "ignored": Look("done", _("Not needed"), "minus"),
        "failed": Look("warn", _("Needs a look"), "alert-triangle"),
    },
    "points": {
        "pending": Look("wait", _("On the way")),
        "held": Look("warn", _("Held")),
        "payable": Look("done", _("Counted")),
        "reversed": Look("bad", _("Reversed"), "arrow-back-up"),
        "rejected": Look("bad", _("Rejected")),
    },
    "signal": {
        "open": Look("warn", _("To review"), "eye"),
        "cleared": Look("good", _("All right")),
        "confirmed": Look("bad", _("Fraud")),
    },
    "redemption": {
        "asked": Look("wait", _("Asked for")),
        "fulfilled": Look("done", _("Handed over")),
        "cancelled": Look("done", _("Cancelled"), "ban"),
    },
    "reward": {
        "active": Look("good", _("On offer")),
        "planned": Look("wait", _("Planned")),
        "gone": Look("warn", _("None left"), "alert-triangle"),
        "over": Look("done", _("Over")),
        "withdrawn": Look("done", _("Withdrawn"), "ban"),
    },
    "friend_reward": {
        "granted": Look("good", _("Granted")),
        "used": Look("done", _("Used")),
        "cancelled": Look("done", _("Cancelled"), "ban"),
    },
    "stamp_card": {
        "running": Look("good", _("Running")),
        "ended": Look("done", _("Ended")),
    },
    "announcement": {
        "draft": Look("wait", _("Draft")),
        "sending": Look("move", _("Being sent"), "send"),
        "sent": Look("good", _("Sent")),
        "withdrawn": Look("done", _("Withdrawn"), "ban"),
    },
    "receipt": {
        "new": Look("move", _("Not read yet")),
        "read": Look("good", _("Read")),
    },
    "conversation": {
        "new": Look("move", _("New message"), "message"),
        "waiting": Look("wait", _("To answer")),
        "answered": Look("good", _("Answered")),
        "closed": Look("done", _("Closed")),
    },
    "article": {
        "draft": Look("wait", _("Draft")),
        "published": Look("good", _("Published")),
    },
    "notification": {
        "new": Look("move", _("New"), "bell"),
        "read": Look("done", _("Read")),
    },
}


def look(kind: str, value: str) -> Look:
    """How status `value` of a `kind` of record looks; LookupError if not in the table."""
    try:
        return STATUSES[kind][value]
    except KeyError:
        raise LookupError(f"no look for status {value!r} of {kind!r}") from None


def labels(kind: str) -> list[tuple[str, str | Promise]]:
    """Statuses of `kind` with their words, in the table's order, as choices."""
    return [(value, entry.label) for value, entry in STATUSES[kind].items()]
