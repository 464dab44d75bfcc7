"""Pure decisions about sellers: addresses, invitations, keys."""

import hashlib
import re
import secrets
import unicodedata
from datetime import timedelta
from typing import Final

INVITATION_LIFE: Final = timedelta(days=7)
KEY_PREFIX: Final = "prm_live_"
SHOWN_PREFIX_LENGTH: Final = len(KEY_PREFIX) + 6
SLUG_MAX: Final = 50

# First parts of addresses that are the product's own, now or foreseeably.
RESERVED_SLUGS: Final = frozenset(
    {
        "about", "account", "accounts", "admin", "api", "app", "audit", "auth", "brand", "console",
        "docs", "events", "favicon", "files", "health", "healthz", "help", "hooks", "i18n",
        "invitation", "invitations", "join", "kit", "language",
        "legal", "login", "logout", "media", "metrics", "new",
        "open-account", "operator", "partner", "partners", "portal", "privacy", "profile", "public",
        "px",
        "readyz", "robots", "search", "settings", "sign-in", "sign-up", "signup", "static",
        "status", "support", "switch", "t", "terms", "theme", "well-known", "with", "www",
    }
)  # fmt: skip


def slug_from(name: str) -> str:
    """An address suggested by a company name: `Tahta Kopi & Co.` -> `tahta-kopi-co`; "" if none."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:SLUG_MAX].strip("-")
    return slug if len(slug) >= 3 else ""


def new_token() -> str:
    """256 random bits for a personal link."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """What is stored of a token: tokens are random, so one SHA-256 is enough."""
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).hexdigest()


def new_secret() -> str:
    """A new API key."""
    return KEY_PREFIX + secrets.token_urlsafe(32)
