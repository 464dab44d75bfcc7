"""Partners who may be the same as somebody new, each with every sign of it.

E-mail, people, web domain and name are looked at here. A higher app that knows more, as who is
paid to one bank account, names its sign at start-up with `register`.
"""

import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Final

from django.db.models import Q

from partners import rules
from partners.models import Member, Partner

MOST: Final = 10
NEAR: Final = 0.86
SHORTEST_NEAR: Final = 6
PREFIX: Final = 4
CANDIDATES: Final = 300
STRONG: Final = frozenset({"email", "person", "domain"})
"""Signs that two are very likely one; those of higher apps count as strong too."""
_WEIGHT: Final = {
    "email": 6,
    "person": 6,
    "domain": 4,
    "email_domain": 3,
    "name": 3,
    "near_name": 1,
}
_WEIGHT_OF_OTHERS: Final = 8
# Hosts where anybody may have an address, and the one that the standards keep for examples.
_FREE_MAIL: Final = frozenset(
    {
        "aol.com", "example.com", "fastmail.com", "gmail.com", "gmx.de", "gmx.net",
        "googlemail.com", "hotmail.com", "icloud.com", "live.com", "mail.com", "mail.ru",
        "me.com", "msn.com", "outlook.com", "posteo.de", "proton.me", "protonmail.com",
        "qq.com", "rocketmail.com", "t-online.de", "web.de", "yahoo.co.id", "yahoo.com",
        "yandex.com", "yandex.ru", "zoho.com",
    }
)  # fmt: skip


@dataclass(frozen=True)
class Candidate:
    """Who is looked at: what he says of himself, and himself where he is on file already."""

    name: str
    email: str = ""
    website: str = ""
    partner_id: uuid.UUID | None = None
    user_id: uuid.UUID | int | None = None


@dataclass(frozen=True)
class Sign:
    """Why two may be one: `kind` says what they share, `value` the shared thing itself."""

    kind: str
    value: str


@dataclass(frozen=True)
class LookAlike:
    """A partner and every sign that he is the candidate."""

    partner: Partner
    signs: tuple[Sign, ...]

    @property
    def strong(self) -> bool:
        """Whether a sign is more than a name."""
        return any(is_strong(sign.kind) for sign in self.signs)

    @property
    def same_name(self) -> bool:
        """Whether the names are the same, legal forms apart."""
        return any(sign.kind == "name" for sign in self.signs)

    def as_json(self) -> dict[str, Any]:
        """How an application remembers what was found when it came."""
        return {
            "partner": str(self.partner.pk),
            "name": self.partner.name,
            "signs": [{"kind": sign.kind, "value": sign.value} for sign in self.signs],
        }


Finder = Callable[[Candidate], Iterable[tuple[uuid.UUID, str]]]
"""Partners that share the sign with a candidate, each with what is shared, in seller's scope."""
_finders: dict[str, Finder] = {}


def register(kind: str, finder: Finder) -> None:
    """Called at start-up by an app that knows a further sign."""
    _finders[kind] = finder


def is_strong(kind: str) -> bool:
    """Whether a sign of this kind is more than a likeness of names."""
    return kind in STRONG or kind not in _WEIGHT


def look_alikes(candidate: Candidate) -> list[LookAlike]:
    """At most ten partners that may be the candidate, the likeliest first."""
    signs: defaultdict[uuid.UUID, list[Sign]] = defaultdict(list)
    for partner_id, kind, value in _found(candidate):
        sign = Sign(kind, value)
        if partner_id != candidate.partner_id and sign not in signs[partner_id]:
            signs[partner_id].append(sign)
    rows = Partner.objects.filter(
        pk__in=[pk for pk, found in signs.items() if found], merged_into=None
    )
    hits = [LookAlike(row, tuple(signs[row.pk])) for row in rows.order_by("id")]
    return sorted(hits, key=_weight, reverse=True)[:MOST]


def email_host(email: str) -> str:
    """What stands behind the @ of an address."""
    return rules.email_key(email).rpartition("@")[2]


def email_domain(email: str) -> str:
    """The domain of an address; "" where anybody may have one there."""
    domain = email_host(email)
    return "" if domain in _FREE_MAIL else domain


def _weight(hit: LookAlike) -> int:
    return sum(_WEIGHT.get(sign.kind, _WEIGHT_OF_OTHERS) for sign in hit.signs)


def _found(candidate: Candidate) -> Iterable[tuple[uuid.UUID, str, str]]:
    yield from _same(candidate)
    yield from _same_person(candidate)
    yield from _near_names(candidate)
    for kind, finder in _finders.items():
        for partner_id, value in finder(candidate):
            yield partner_id, kind, value


def _same(candidate: Candidate) -> Iterable[tuple[uuid.UUID, str, str]]:
    """E-mail, web domain, the domain of the e-mail, and the name without its legal form."""
    email, name = _plain_email(candidate.email), rules.name_key(candidate.name)
    domain, mail_domain = rules.website_domain(candidate.website), email_domain(candidate.email)
    alike = Q(pk__in=[])
    if email:
        local, _at, host = email.partition("@")
        alike |= Q(email=email) | Q(email=rules.email_key(candidate.email))
        alike |= Q(email__startswith=f"{local}+", email__endswith=f"@{host}")
    domains = {one for one in (domain, mail_domain) if one}
    if domains:
        alike |= Q(domain__in=domains)
    if name:
        alike |= Q(name_key=name)
    rows = Partner.objects.filter(alike).order_by("id")[:CANDIDATES]
    for pk, other, host, key in rows.values_list("pk", "email", "domain", "name_key"):
        if email and _plain_email(other) == email:
            yield pk, "email", other
        if domain and host == domain:
            yield pk, "domain", host
        elif mail_domain and host == mail_domain:
            yield pk, "email_domain", host
        if name and key == name:
            yield pk, "name", candidate.name


def _same_person(candidate: Candidate) -> Iterable[tuple[uuid.UUID, str, str]]:
    """Partners for whom somebody with this log-in or e-mail works or worked."""
    email = rules.email_key(candidate.email)
    alike = Q(pk__in=[])
    if email:
        alike |= Q(user__email__iexact=email)
    if candidate.user_id is not None:
        alike |= Q(user_id=candidate.user_id)
    rows = Member.objects.filter(alike).order_by("id")[:CANDIDATES]
    for partner_id, address in rows.values_list("partner_id", "user__email"):
        yield partner_id, "person", address


def _near_names(candidate: Candidate) -> Iterable[tuple[uuid.UUID, str, str]]:
    key = rules.name_key(candidate.name)
    if len(key) < SHORTEST_NEAR:
        return
    rows = Partner.objects.filter(name_key__startswith=key[:PREFIX]).exclude(name_key=key)
    for pk, name, other in rows.order_by("id").values_list("pk", "name", "name_key")[:CANDIDATES]:
        if SequenceMatcher(None, key, other).ratio() >= NEAR:
            yield pk, "near_name", name


def _plain_email(email: str) -> str:
    """An address without what stands after a + in it."""
    local, _at, host = rules.email_key(email).rpartition("@")
    return f"{local.partition('+')[0]}@{host}" if local else ""
