"""Reading events out of the database, as rules see them and with what their lines need."""

import json
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from campaigns.models import Enrollment, TierClock
from commissions.engine.ranks import Ranks, asks_tiers
from commissions.rules import Book, CompiledRule, Event, Item, Member, Share
from partners.models import Partner
from sellers.models import Seller
from tracking.models import Link

_SALES = """
    SELECT id::text, external_id, occurred_at, program_id::text, enrollment_id::text, currency,
           amount_minor, tax_minor, shipping_minor, customer_id::text, country, coupon,
           link_id::text, source, charge_number,
           (CASE WHEN is_shared THEN attribution ELSE attribution - 'path' END)::text, paid_at,
           lines::text, metadata::text, is_shared
    FROM tracking_sale WHERE {where}
"""
_OCCASIONS = """
    SELECT id::text, key, occurred_at, program_id::text, enrollment_id::text, currency,
           amount_minor, quantity, customer_id::text, country, link_id::text,
           (attribution - 'path')::text, metadata::text, kind
    FROM commissions_occasion WHERE {where}
"""
_SHARES = """
    SELECT sale_id::text, enrollment_id::text, link_id::text, weight, barred
    FROM tracking_saleshare WHERE sale_id = ANY(%s::uuid[]) ORDER BY sale_id, position
"""
_CLAIM_SALES = _SALES + " ORDER BY occurred_at, external_id LIMIT %s FOR UPDATE SKIP LOCKED"
_CLAIM_OCCASIONS = _OCCASIONS + " ORDER BY occurred_at, key LIMIT %s FOR UPDATE SKIP LOCKED"
_PENDING = "state = 'pending'"
_NOT_HELD = " AND (program_id = ANY(%s::uuid[])) IS NOT TRUE"
SALE, OCCASION = "sale", "occasion"


@dataclass(slots=True)
class Source:
    """An event with what its lines need besides: where it came from and its terms.

    `event` is None where nobody is credited. `attribution` is JSON text as stored; without the
    path of touches, which names other partners, where one partner has it all.
    """

    table: str
    id: str
    key: str
    at: datetime
    event: Event | None
    enrollment: Enrollment | None
    attribution: str
    customer: str | None
    paid_at: datetime | None = None
    is_new: bool = True

    @property
    def place(self) -> tuple[datetime, str]:
        """Its place among the events."""
        return self.at, self.key

    @property
    def program(self) -> str:
        """The id of the credited program; "" where nobody is credited."""
        return self.event.program if self.event else ""


@dataclass
class World:
    """What a run looks events up in: the seller's books, members and links."""

    zone: tzinfo
    books: Mapping[str, Book]
    enrollments: dict[str, Enrollment] = field(default_factory=dict)
    members: dict[str, Member] = field(default_factory=dict)
    uplines: dict[str, tuple[Member | None, ...]] = field(default_factory=dict)
    links: dict[str, Link] = field(default_factory=dict)
    versions: dict[str, CompiledRule] = field(default_factory=dict)
    reads_metadata: bool = False
    ranks: Ranks = field(default_factory=Ranks)
    _learned: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, seller_id: uuid.UUID, books: Mapping[str, Book]) -> "World":
        """The world of a seller's books."""
        zone = ZoneInfo(Seller.objects.values_list("time_zone", flat=True).get(pk=seller_id))
        fields = {name for book in books.values() for name in book.fields}
        return cls(
            zone,
            books,
            reads_metadata=any(name.startswith("metadata.") for name in fields),
            ranks=Ranks.of(books.values()),
        )

    def learn(self, enrollments: Iterable[str | None], links: Iterable[str | None]) -> None:
        """Load the members and links that are not known yet; a query or two each."""
        # a member known as somebody's recruiter only still lacks the recruiters above himself
        missing = {one for one in enrollments if one} - self._learned
        if missing:
            self._learned |= missing
            rows = Enrollment.objects.filter(pk__in=missing)
            for row in rows.select_related("program", "partner", "tier"):
                self._learn_member(row)
            self._learn_uplines(missing)
            self.ranks.learn(missing)
        wanted = {one for one in links if one and one not in self.links}
        if wanted:
            for link in Link.objects.filter(pk__in=wanted):
                self.links[str(link.pk)] = link

    def _learn_member(self, row: Enrollment) -> None:
        self.enrollments[str(row.pk)] = row
        self.members[str(row.pk)] = Member(
            partner=str(row.partner_id),
            enrollment=str(row.pk),
            country=row.partner.country,
            tier=str(row.tier_id) if row.tier_id else None,
            tier_key=row.tier.key if row.tier else "",
            group=str(row.group_id) if row.group_id else None,
        )

    def _learn_uplines(self, enrollment_ids: set[str]) -> None:
        """The recruiters above members of programs that pay overrides, level by level."""
        above: dict[str, list[uuid.UUID | None]] = {}
        for key in enrollment_ids & self.enrollments.keys():
            row = self.enrollments[key]
            book = self.books.get(str(row.program_id))
            if book and book.levels:
                above[key] = [row.partner.recruited_by_id]
        deepest = max((book.levels[-1] for book in self.books.values() if book.levels), default=0)
        for _level in range(deepest - 1):
            known = {chain[-1] for chain in above.values() if chain[-1]}
            rows = Partner.objects.filter(pk__in=known).values_list("pk", "recruited_by_id")
            recruiters = dict(rows)
            for chain in above.values():
                chain.append(recruiters.get(chain[-1]) if chain[-1] else None)
        self._place_recruiters(above)

    def _place_recruiters(self, above: Mapping[str, Sequence[uuid.UUID | None]]) -> None:
        partners = {one for chain in above.values() for one in chain if one}
        if not partners:
            return
        rows = Enrollment.objects.filter(
            partner_id__in=partners,
            status=Enrollment.Status.ACTIVE,
            partner__status=Partner.Status.ACTIVE,
        ).select_related("program", "partner", "tier")
        by_place = {(row.program_id, row.partner_id): row for row in rows}
        self.ranks.learn(str(row.pk) for row in by_place.values() if str(row.pk) not in above)
        for row in by_place.values():
            self._learn_member(row)
        for key, chain in above.items():
            program = self.enrollments[key].program_id
            places = [by_place.get((program, one)) if one else None for one in chain]
            self.uplines[key] = tuple(self.members[str(row.pk)] if row else None for row in places)

    def member_at(self, enrollment: str, moment: datetime) -> Member:
        """A known member with the tier and group of that instant."""
        return self.ranks.at(self.members[enrollment], moment)

    def uplines_at(self, enrollment: str, moment: datetime) -> tuple[Member | None, ...]:
        """The recruiters above a known member, with their tiers and groups of that instant."""
        return self.ranks.all_at(self.uplines.get(enrollment, ()), moment)

    def rule(self, program: str, version: str) -> CompiledRule:
        """A version that paid once, in force or not."""
        if not self.versions:
            self.versions = {
                rule.version_id: rule for book in self.books.values() for rule in book.rules
            }
        return self.versions[version]


def claim(world: World, limit: int) -> list[Source]:
    """Waiting sales and occasions that no other worker has in hand, in order of time.

    Those of programs whose tiers could not be evaluated wait until they are, where rules look at
    tiers: the event would earn by a tier that is not settled.
    """
    held = [
        str(one)
        for one in TierClock.objects.exclude(error="").values_list("program_id", flat=True)
        if str(one) in world.books and asks_tiers(world.books[str(one)])
    ]
    where, but = (_PENDING + _NOT_HELD, [held]) if held else (_PENDING, [])
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM_OCCASIONS.format(where=where), [*but, limit])
        occasions = cursor.fetchall()
        cursor.execute(_CLAIM_SALES.format(where=where), [*but, limit - len(occasions)])
        sales = cursor.fetchall()
    return sources(world, sales, occasions, is_new=True)


def claim_one(world: World, table: str, row_id: str) -> list[Source]:
    """One waiting sale or occasion, unless another worker has it in hand."""
    sql = _SALES if table == SALE else _OCCASIONS
    with connection.cursor() as cursor:
        where = _PENDING + " AND id = %s FOR UPDATE SKIP LOCKED"
        cursor.execute(sql.format(where=where), [row_id])
        rows = cursor.fetchall()
    sales, occasions = (rows, []) if table == SALE else ([], rows)
    return sources(world, sales, occasions, is_new=True)


def select(
    world: World, where: str, params: Sequence[Any], *, occasions: str | None = None
) -> list[Source]:
    """Sales (and occasions, by a condition of their own) in order of time, not claimed."""
    with connection.cursor() as cursor:
        cursor.execute(_SALES.format(where=where), params)
        sales = cursor.fetchall()
        found: list[tuple[Any, ...]] = []
        if occasions is not None:
            cursor.execute(_OCCASIONS.format(where=occasions), params)
            found = cursor.fetchall()
    return sources(world, sales, found, is_new=False)


def select_occasions(world: World, where: str, params: Sequence[Any]) -> list[Source]:
    """Occasions alone, in order of time, not claimed."""
    with connection.cursor() as cursor:
        cursor.execute(_OCCASIONS.format(where=where), params)
        return sources(world, [], cursor.fetchall(), is_new=False)


def sources(
    world: World,
    sales: Sequence[tuple[Any, ...]],
    occasions: Sequence[tuple[Any, ...]],
    *,
    is_new: bool,
) -> list[Source]:
    """Rows of the two queries as events, in order of time."""
    shares = _shares([row[0] for row in sales if row[19]])
    shared = [share for rows in shares.values() for share in rows]
    world.learn(
        {row[4] for row in [*sales, *occasions]} | {share[1] for share in shared},
        {row[12] for row in sales} | {row[10] for row in occasions} | {one[2] for one in shared},
    )
    found = [_of_sale(world, row, is_new, shares) for row in sales]
    found += [_of_occasion(world, row, is_new) for row in occasions]
    found.sort(key=lambda source: source.place)
    return found


def _shares(sales: Sequence[str]) -> dict[str, list[tuple[Any, ...]]]:
    """The shares of these sales in order of clicks; one query, and none for no sale."""
    found: dict[str, list[tuple[Any, ...]]] = {}
    if sales:
        with connection.cursor() as cursor:
            cursor.execute(_SHARES, [list(sales)])
            for row in cursor.fetchall():
                found.setdefault(row[0], []).append(row)
    return found


def _share(world: World, row: tuple[Any, ...], at: datetime) -> Share:
    _sale, enrollment, link_id, weight, barred = row
    share = Share(
        world.member_at(enrollment, at),
        weight,
        world.uplines_at(enrollment, at),
        barred=barred,
    )
    link = world.links.get(link_id) if link_id else None
    if link is not None:
        share.campaign, share.subs = _of_link(link)
    return share


def _of_link(link: Link) -> tuple[str | None, tuple[str, ...]]:
    """Campaign and sub-ids of a link, as rules see them."""
    subs = (link.sub1, link.sub2, link.sub3, link.sub4, link.sub5)
    return str(link.campaign_id) if link.campaign_id else None, subs


def items_of(lines: Sequence[Mapping[str, Any]], net: int) -> tuple[Item, ...]:
    """A sale's lines as rules see them; without lines, one item."""
    if not lines:
        return (Item(net),)
    return tuple(
        Item(
            net=line.get("net", 0),
            quantity=line.get("quantity", 1),
            sku=line.get("sku", ""),
            category=line.get("category", ""),
            cost=line.get("cost"),
        )
        for line in lines
    )


def _of_sale(
    world: World,
    row: tuple[Any, ...],
    is_new: bool,
    shares: Mapping[str, Sequence[tuple[Any, ...]]],
) -> Source:
    (id_, key, at, program, enrollment, currency, net, tax, shipping, customer, country, coupon,
     link_id, channel, charge, attribution, paid_at, lines, metadata,
     is_shared) = row  # fmt: skip
    event = None
    if enrollment is not None:
        items = items_of(json.loads(lines), net) if lines != "[]" else (Item(net),)
        book = world.books.get(program)
        if len(items) > 1 and not (book and book.by_item):
            items = (Item(net, sum(item.quantity for item in items)),)
        link = world.links.get(link_id) if link_id else None
        event = Event(
            id=id_,
            kind="renewal" if charge is not None and charge > 1 else "sale",
            key=key,
            at=at,
            day=at.astimezone(world.zone).date(),
            program=program,
            member=world.member_at(enrollment, at),
            currency=currency,
            net=net,
            items=items,
            tax=tax,
            shipping=shipping,
            customer=customer,
            country=country,
            coupon=coupon,
            source=channel,
            charge=charge,
            uplines=world.uplines_at(enrollment, at),
        )
        if link is not None:
            event.campaign, event.subs = _of_link(link)
        if is_shared:
            event.shares = tuple(_share(world, share, at) for share in shares.get(id_, ()))
        if world.reads_metadata:
            event.metadata = json.loads(metadata)
    return Source(
        SALE, id_, key, at, event, world.enrollments.get(enrollment) if enrollment else None,
        attribution, customer, paid_at, is_new,
    )  # fmt: skip


def _of_occasion(world: World, row: tuple[Any, ...], is_new: bool) -> Source:
    (id_, key, at, program, enrollment, currency, net, quantity, customer, country, link_id,
     attribution, metadata, kind) = row  # fmt: skip
    link = world.links.get(link_id) if link_id else None
    if enrollment is None:
        return Source(OCCASION, id_, key, at, None, None, attribution, customer, None, is_new)
    event = Event(
        id=id_,
        kind=kind,
        key=key,
        at=at,
        day=at.astimezone(world.zone).date(),
        program=program,
        member=world.member_at(enrollment, at),
        currency=currency,
        net=net,
        items=(Item(net, quantity),),
        customer=customer,
        country=country,
        metadata=json.loads(metadata),
        uplines=world.uplines_at(enrollment, at),
    )
    if link is not None:
        event.campaign, event.subs = _of_link(link)
    return Source(
        OCCASION, id_, key, at, event, world.enrollments[enrollment], attribution, customer,
        None, is_new,
    )  # fmt: skip
