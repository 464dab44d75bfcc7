"""The candidates of sales and leads out of the database: one statement for as many as are asked.

The statement has only the parts that are needed: a sale that comes with a click token and no
customer looks up one link and its partner.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection

from campaigns.models import Enrollment
from commissions.crediting import statements
from partners.models import Partner
from tracking.attribution import Bound, Member, Owner, Part, Terms, Touch

Row = tuple[Any, ...]


@dataclass
class Keys:
    """What is looked up, by part; each list holds one value for each place asked about."""

    clicks: list[tuple[int, str, datetime, str]] = field(default_factory=list)
    links: list[tuple[int, str]] = field(default_factory=list)
    customers: list[tuple[int, str]] = field(default_factory=list)
    mailboxes: list[tuple[int, str]] = field(default_factory=list)
    coupons: list[tuple[int, str]] = field(default_factory=list)
    subscriptions: list[tuple[int, str]] = field(default_factory=list)


@dataclass
class Candidates:
    """What was found for one place; a touch that the sale names itself has no time yet."""

    touches: list[Touch] = field(default_factory=list)
    links: list[tuple[Member, str, str, datetime | None]] = field(default_factory=list)
    owners: list[Owner] = field(default_factory=list)
    bonds: list[Bound] = field(default_factory=list)
    first: dict[int, Part] = field(default_factory=dict)


def candidates(keys: Keys) -> Mapping[int, Candidates]:
    """The candidates by place; at most one statement, none where nothing is asked."""
    sql, values = _statement(keys)
    if not sql:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        rows = cursor.fetchall()
    return _sorted_out(rows)


def _statement(keys: Keys) -> tuple[str, list[Any]]:
    """The parts that are needed, and their values."""
    parts = [*_of_clicks(keys), *_of_customers(keys)]
    listed = [
        (statements.LINKS, keys.links),
        (statements.COUPONS, keys.coupons),
        (statements.FIRSTS, keys.subscriptions),
    ]
    parts += [(sql, _columns(rows)) for sql, rows in listed if rows]
    values = [value for _sql, given in parts for value in given]
    return " UNION ALL ".join(f"({sql})" for sql, _values in parts), values


def _of_clicks(keys: Keys) -> list[tuple[str, list[Any]]]:
    if len(keys.clicks) == 1:
        return [(statements.ONE_CLICK, list(keys.clicks[0]))]
    return [(statements.CLICKS, _columns(keys.clicks))] if keys.clicks else []


def _of_customers(keys: Keys) -> list[tuple[str, list[Any]]]:
    """The clicks that are kept of them, and their bonds."""
    places = {place for place, _key in (*keys.customers, *keys.mailboxes)}
    if len(places) == 1:
        number, mailbox = dict(keys.customers), dict(keys.mailboxes)
        place = places.pop()
        return [(statements.ONE_CUSTOMER, [place, number.get(place), mailbox.get(place)])]
    values = [*_columns(keys.customers), *_columns(keys.mailboxes)]
    return [(sql, values) for sql in (statements.TOUCHES, statements.BONDS) if places]


def _columns(rows: Sequence[Row]) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)] or [[], []]


def _sorted_out(rows: Sequence[Row]) -> Mapping[int, Candidates]:
    found: dict[int, Candidates] = {}
    members: dict[str, Member] = {}
    for place, kind, click, since, until, link, code, weight, *rest in rows:
        member = members.get(rest[0]) or members.setdefault(rest[0], _member(rest))
        each = found.get(place) or found.setdefault(place, Candidates())
        if kind == "click":
            each.touches.append(Touch(member, link, code, since, click, until))
        elif kind == "link":
            each.links.append((member, link, code, until))
        elif kind == "coupon":
            each.owners.append(Owner(member, since, until))
        elif kind == "bond":
            each.bonds.append(Bound(member, since, until))
        else:
            each.first[int(click)] = Part(member, weight, link, code)
    return found


def _member(values: Sequence[Any]) -> Member:
    (enrollment, partner, program, partner_status, status, model, window, precedence,
     binding, months, currency) = values  # fmt: skip
    terms = Terms(program, model, window, precedence, binding, months, currency)
    return Member(enrollment, partner, terms, barred(partner_status, status))


def barred(partner_status: str, enrollment_status: str) -> str:
    """Why a partner in a program is no candidate; "" where he is one."""
    if partner_status != Partner.Status.ACTIVE:
        return "partner_inactive"
    return "" if enrollment_status == Enrollment.Status.ACTIVE else "enrollment_ended"
