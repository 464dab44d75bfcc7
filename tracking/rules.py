"""Pure decisions of tracking: who is a bot, which hosts a link may lead to."""

import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence

from django.conf import settings

from tracking.places import Hosts, place_of

CLICK_PARAMETER = settings.CLICK_PARAMETER
SUB_IDS = ("sub1", "sub2", "sub3", "sub4", "sub5")
SUB_LENGTH = 100
AD_MARKS = frozenset({"gclid", "gbraid", "wbraid", "msclkid", "yclid", "dclid"})
"""Parameters that Google, Microsoft and Yandex add to the clicks of paid search ads."""

BOT_WORDS = re.compile(
    r"bot|crawl|spider|slurp|preview|fetch|scan|monitor|headless|curl|wget|python|java/|go-http"
    r"|facebookexternalhit|whatsapp|telegram|lighthouse|validator",
    re.IGNORECASE,
)


def bot_reason(agent: str) -> str:
    """Why a click is taken for a machine's; "" for a person's."""
    if not agent.strip():
        return "no agent"
    found = BOT_WORDS.search(agent)
    return f"agent says {found.group(0).lower()}" if found else ""


def host_of(url: str) -> str:
    """Lower-case host of an http(s) address; "" for anything else."""
    place = place_of(url)
    return place.host if place else ""


def is_allowed_host(host: str, allowed: Sequence[str], own: Sequence[str]) -> bool:
    """Whether a link may lead to `host`; see `places.Hosts`."""
    return bool(host) and Hosts.of(allowed, own).allow(host)


def with_parameters(url: str, extra: Mapping[str, str]) -> str:
    """A web address with query parameters set; anything else as it is."""
    place = place_of(url)
    return place.with_parameters(extra).text if place else url


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


def coupon_key(code: str) -> str:
    """The code of a coupon as it is compared: trimmed, upper case."""
    return code.strip().upper()
