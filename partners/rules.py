"""Decisions about partners on plain values."""

import re
import unicodedata
from urllib.parse import urlsplit

_LEGAL_FORMS = frozenset(
    {
        "ab", "ag", "as", "bhd", "bv", "co", "company", "corp", "corporation", "cv", "eg", "gbr",
        "gmbh", "inc", "kg", "limited", "llc", "llp", "ltd", "mbh", "nv", "ohg", "oy", "oyj",
        "plc", "pt", "pte", "pty", "sa", "sarl", "sas", "sdn", "se", "sl", "spa", "srl", "tbk",
        "ug",
    }
)  # fmt: skip
_SHARED_HOSTS = frozenset(
    {
        "amazon.com", "ebay.com", "etsy.com", "facebook.com", "github.io", "instagram.com",
        "linkedin.com", "linktr.ee", "medium.com", "shopee.co.id", "shopee.com", "tiktok.com",
        "tokopedia.com", "twitter.com", "x.com", "youtu.be", "youtube.com",
    }
)  # fmt: skip


def name_key(name: str) -> str:
    """What stays of a name when spelling habits are taken off: case, accents, legal form."""
    flat = unicodedata.normalize("NFKD", name.casefold())
    bare = "".join(char for char in flat if not unicodedata.combining(char))
    words = re.findall(r"\w+", bare.replace(".", ""))
    kept = [word for word in words if word not in _LEGAL_FORMS] or words
    return "".join(kept)[:160]


def website_domain(url: str) -> str:
    """The domain of a website without `www.`; "" where many unrelated people share the host."""
    try:
        host = (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""
    return "" if host in _SHARED_HOSTS else host[:253]


def email_key(email: str) -> str:
    """An address as compared: trimmed and in lower case."""
    return email.strip().lower()
