"""Who is credited with sales and leads, one by one or many at once with the same answers."""

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext as _

from campaigns.models import Enrollment, Program
from commissions.crediting import naming, reading
from commissions.inputs import LeadInput, SaleInput
from commissions.rules.windows import ends_after
from prm.errors import Refusal, Unacceptable
from sellers.models import Seller
from tracking import tokens
from tracking.attribution import Bound, Decision, Given, Member, Part, Touch, decide
from tracking.rules import coupon_key, email_hash

Item = SaleInput | LeadInput
Asked = tuple[Item, datetime]
"""A sale or lead and the time that it happened at."""

_NOTHING: Final = reading.Candidates()


@dataclass(frozen=True, slots=True)
class Found:
    """What was decided, and the clicks that the sale or lead itself named."""

    decision: Decision
    named_clicks: tuple[Touch, ...] = ()

    @property
    def enrollment_id(self) -> uuid.UUID | None:
        """The credited enrollment; of several the one with the largest share."""
        member = self.decision.member
        return uuid.UUID(member.enrollment) if member else None

    @property
    def partner_id(self) -> uuid.UUID | None:
        """The credited partner."""
        member = self.decision.member
        return uuid.UUID(member.partner) if member else None

    @property
    def program_id(self) -> uuid.UUID | None:
        """The program that it belongs to."""
        member = self.decision.member
        return uuid.UUID(member.terms.program) if member else None

    @property
    def link_id(self) -> uuid.UUID | None:
        """The link that speaks for the partner, or that came closest."""
        return uuid.UUID(self.decision.link) if self.decision.link else None

    @property
    def currency(self) -> str:
        """The program's currency; "" for nobody."""
        member = self.decision.member
        return member.terms.currency if member else ""


@dataclass(frozen=True, slots=True)
class _Request:
    """One sale or lead with its tokens read and its customer's keys."""

    item: Item
    at: datetime
    clicks: tuple[tokens.ClickToken, ...]
    foreign: int
    customer: str
    mailbox: str

    @property
    def keys(self) -> tuple[tuple[str, str], ...]:
        """What the customer is known by."""
        pairs = (("customer", self.customer), ("mailbox", self.mailbox))
        return tuple(pair for pair in pairs if pair[1])


@dataclass
class _Memory:
    """What earlier ones of the same batch leave behind, before it is written."""

    touches: dict[tuple[str, str], list[Touch]] = field(default_factory=lambda: defaultdict(list))
    bonds: dict[tuple[str, str], list[Bound]] = field(default_factory=lambda: defaultdict(list))
    firsts: dict[str, tuple[Part, ...]] = field(default_factory=dict)


class Finder:
    """Finds credit, with a memory of named partners for as long as it lives."""

    def __init__(self, seller: Seller) -> None:
        self._named = naming.Named()
        self._zone = ZoneInfo(seller.time_zone)

    def find(self, item: Item, at: datetime) -> Found:
        """Credit of one. Raises Unacceptable for a partner, program or link that is not known."""
        found = self.find_many([(item, at)])[0]
        if isinstance(found, Refusal):
            raise found
        return found

    def find_many(self, asked: Sequence[Asked]) -> list[Found | Refusal]:
        """Credit of each, in order, as if each came after the one before; few statements."""
        requests = [_request(item, at) for item, at in asked]
        self._named.look_up((item.partner, item.program) for item, _at in asked if item.partner)
        programs = _known_programs(asked)
        candidates = reading.candidates(_keys(requests))
        memory = _Memory()
        found: list[Found | Refusal] = []
        for place, request in enumerate(requests):
            try:
                _check_program(request.item, programs)
                given, clicks = self._given(request, candidates.get(place, _NOTHING), memory)
                decision = decide(given)
            except Refusal as refusal:
                found.append(refusal)
                continue
            self._remember(memory, request, clicks, decision)
            found.append(Found(decision, clicks))
        return found

    def enrollment(self, partner: str, program: str) -> Enrollment:
        """A named partner's active enrollment. Raises Unacceptable."""
        self._named.look_up([(partner, program)])
        return self._named.enrollment((partner, program))

    def _given(
        self, request: _Request, found: reading.Candidates, memory: _Memory
    ) -> tuple[Given, tuple[Touch, ...]]:
        item = request.item
        named = None
        if item.partner:
            named = naming.member_of(self._named.enrollment((item.partner, item.program)))
        of_tokens = {str(click.click_id) for click in request.clicks}
        clicks = tuple(touch for touch in found.touches if touch.click in of_tokens)
        earlier = [touch for key in request.keys for touch in memory.touches[key]]
        touches = (*found.touches, *earlier, *_named_link(item, request.at, found))
        bonds = (*found.bonds, *(one for key in request.keys for one in memory.bonds[key]))
        first = tuple(found.first[place] for place in sorted(found.first)) or (
            memory.firsts.get(item.subscription_id, ()) if _is_later_charge(item) else ()
        )
        given = Given(
            at=request.at,
            touches=touches,
            foreign=request.foreign + len(of_tokens - {touch.click for touch in clicks}),
            named=named,
            first=first,
            coupon=item.coupon.strip(),
            owners=tuple(found.owners),
            bonds=bonds,
            program="" if named else item.program,
        )
        return given, clicks

    def _remember(
        self, memory: _Memory, request: _Request, clicks: Sequence[Touch], decision: Decision
    ) -> None:
        """Keep what the rest of the batch must see of this one."""
        item, member = request.item, decision.member
        for key in request.keys:
            memory.touches[key] += clicks
            if decision.binds and member is not None:
                until = bound_until(member, request.at.astimezone(self._zone))
                memory.bonds[key].append(Bound(member, request.at, until))
        if member is not None and item.subscription_id and item.charge_number == 1:
            memory.firsts.setdefault(item.subscription_id, decision.parts)


def bound_until(member: Member, since: datetime) -> datetime | None:
    """When a bond that begins at `since`, in the seller's time zone, ends; None for never."""
    months = member.terms.binding_months
    return ends_after(since, months) if months else None


def _request(item: Item, at: datetime) -> _Request:
    given = dict.fromkeys(token for token in (item.click_token, *item.click_tokens) if token)
    read = [tokens.read(token) for token in given]
    clicks = tuple(click for click in read if click is not None)
    customer = item.customer
    mailbox = email_hash(customer.email, settings.SECRET_KEY) if customer.email else ""
    return _Request(item, at, clicks, len(read) - len(clicks), customer.external_id, mailbox)


def _keys(requests: Sequence[_Request]) -> reading.Keys:
    """What must be looked up for them; a named partner needs nothing but the clicks given."""
    keys = reading.Keys()
    for place, request in enumerate(requests):
        item = request.item
        for click in request.clicks:
            row = (place, str(click.click_id), click.clicked_at, str(click.link_id))
            keys.clicks.append(row)
        if item.link:
            keys.links.append((place, item.link))
        if item.partner:
            continue
        if _is_later_charge(item):
            keys.subscriptions.append((place, item.subscription_id))
        if request.customer:
            keys.customers.append((place, request.customer))
        if request.mailbox:
            keys.mailboxes.append((place, request.mailbox))
        if item.coupon.strip():
            keys.coupons.append((place, coupon_key(item.coupon)))
    return keys


def _is_later_charge(item: Item) -> bool:
    return bool(item.subscription_id) and (item.charge_number or 0) > 1


def _named_link(item: Item, at: datetime, found: reading.Candidates) -> list[Touch]:
    """The link that the sale names, as a touch at the time of the sale."""
    if item.link and not found.links:
        raise Unacceptable(_("No link has this code."), field="link", code="unknown")
    return [
        Touch(member, link, code, at, ended_at=ended_at)
        for member, link, code, ended_at in found.links
    ]


def _known_programs(asked: Sequence[Asked]) -> set[str]:
    """Which of the programs named without a partner there are."""
    named = {item.program for item, _at in asked if item.program and not item.partner}
    wanted = {program for program in named if _is_uuid(program)}
    if not wanted:
        return set()
    return {str(pk) for pk in Program.objects.filter(pk__in=wanted).values_list("pk", flat=True)}


def _is_uuid(text: str) -> bool:
    try:
        return str(uuid.UUID(text)) == text
    except ValueError:
        return False


def _check_program(item: Item, known: set[str]) -> None:
    if item.program and not item.partner and item.program not in known:
        raise Unacceptable(_("No such program."), field="program", code="unknown")
