"""E-mail addresses of services that give them for minutes."""

from typing import Final

from disposable_email_domains import blocklist

LISTED: Final[frozenset[str]] = frozenset(blocklist)


def is_throwaway(email: str) -> bool:
    """Whether the address, or a domain above its own, is on the list."""
    domain = email.strip().lower().rpartition("@")[2]
    while domain:
        if domain in LISTED:
            return True
        domain = domain.partition(".")[2]
    return False
