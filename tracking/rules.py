"""Pure decisions of tracking: who is a bot, which hosts a link may lead to, who gets the credit."""

import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

CLICK_PARAMETER = "prm_click"
SUB_IDS = ("sub1", "sub2", "sub3", "sub4", "sub5")
SUB_LENGTH = 100

BOT_WORDS = re.compile(
    r"bot|crawl|spider|slurp|preview|fetch|scan|monitor|headless|curl|wget|python|java/|go-http"
    r"|facebookexternalhit|whatsapp|telegram|lighthouse|validator",
    re.IGNORECASE,
)
CONTROL = re.compile(r"[\x00-\x20\x7f\\]")


def bot_reason(agent: str) -> str:
    """Why a click is taken for a machine's; "" for a person's."""
    if not agent.strip():
        return "no agent"
    found = BOT_WORDS.search(agent)
    return f"agent says {found.group(0).lower()}" if found else ""


def is_prefetch(headers: Mapping[str, str]) -> bool:
    """Whether a browser asks ahead of its user: that is no click."""
    purpose = f"{headers.get('Sec-Purpose', '')} {headers.get('Purpose', '')}".lower()
    return "prefetch" in purpose or "preview" in purpose or headers.get("X-Moz") == "prefetch"


def host_of(url: str) -> str:
    """Lower-case host of an http(s) address; "" for anything else."""
    if CONTROL.search(url):
        return ""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or "@" in parts.netloc:
        return ""
    return host.lower().rstrip(".")


def is_allowed_host(host: str, allowed: Sequence[str], own: Sequence[str]) -> bool:
    """Whether a link may lead to `host`.

    Hosts match exactly; `*.example.com` covers subdomains of any depth and not the root; an
    empty list allows `own`, the hosts of the landing page and of the link's destination.
    """
    patterns = [pattern.lower() for pattern in allowed] or [name for name in own if name]
    return bool(host) and any(
        host.endswith(pattern[1:]) if pattern.startswith("*.") else host == pattern
        for pattern in patterns
    )


def with_parameters(url: str, extra: Mapping[str, str]) -> str:
    """`url` with query parameters set; those of the same name are replaced."""
    parts = urlsplit(url)
    kept = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0] not in extra]
    return urlunsplit(parts._replace(query=urlencode([*kept, *extra.items()])))


def normalised_email(email: str) -> str:
    """One spelling per mailbox: trimmed, lower case, no +tag, no dots at Gmail."""
    local, _, domain = email.strip().lower().rpartition("@")
    local = local.partition("+")[0]
    if domain in ("gmail.com", "googlemail.com"):
        local, domain = local.replace(".", ""), "gmail.com"
    return f"{local}@{domain}" if local and domain else ""


def email_hash(email: str, secret: str) -> str:
    """Keyed hash of a customer's mailbox, for matching without keeping the address."""
    normal = normalised_email(email)
    if not normal:
        return ""
    return hmac.new(secret.encode(), normal.encode(), hashlib.sha256).hexdigest()


@dataclass(frozen=True)
class Credit:
    """Who is credited for a sale, by what, and why; stored on the sale as it stands."""

    method: str
    why: str
    link: str = ""
    clicked_at: datetime | None = None
    window_days: int | None = None

    def as_json(self) -> dict[str, object]:
        """JSON form; instants in ISO 8601."""
        clicked = self.clicked_at.isoformat() if self.clicked_at else None
        return {
            "method": self.method,
            "why": self.why,
            "link": self.link,
            "clicked_at": clicked,
            "window_days": self.window_days,
        }


def click_counts(clicked_at: datetime, sold_at: datetime, window_days: int) -> str:
    """ "" when a click earns credit for a sale, else why not. The window's last instant counts."""
    if clicked_at > sold_at:
        return "click_after_sale"
    if sold_at - clicked_at > timedelta(days=window_days):
        return "window_over"
    return ""
