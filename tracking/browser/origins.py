"""Whose pages may report: those of the program's own hosts."""

from campaigns.models import Program
from tracking import rules


def takes_from(program: Program, origin: str) -> bool:
    """Whether a page of `origin` (an origin or an address) belongs to the program's shop.

    The hosts are those that its links may lead to; `null`, the origin of hidden pages, is none.
    """
    own = [rules.host_of(program.landing_url)]
    return rules.is_allowed_host(rules.host_of(origin), program.allowed_hosts, own)


def hosts_of(program: Program) -> list[str]:
    """The hosts whose pages may report, as a seller reads them."""
    return list(program.allowed_hosts) or [rules.host_of(program.landing_url)]
