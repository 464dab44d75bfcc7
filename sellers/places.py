"""Whose pages an address names, and what the reader is there."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache

from prm.rows import Shape
from sellers.models import Seller, Staff, User
from sellers.scope import scope_by_row


@dataclass(frozen=True)
class Place:
    """A seller, and the person's place in his team, if any."""

    seller: Seller
    staff: Staff | None


@contextmanager
def scope_of(slug: str, user: User | None) -> Iterator[Place | None]:
    """The scope of the seller whose addresses start with `slug`; None, and no scope, without one.

    The statement that opens the scope brings the seller and what `user` is to him.
    """
    select, sellers, team = _looking_up()
    with scope_by_row(select, [user.pk if user else None, slug]) as row:
        seller = row and sellers.instance(row[1 : 1 + len(sellers)])
        if not row or not seller:
            yield None
            return
        staff = team.instance(row[1 + len(sellers) :])
        if staff and user:
            staff.user, staff.seller = user, seller
        yield Place(seller, staff)


@cache
def _looking_up() -> tuple[str, Shape[Seller], Shape[Staff]]:
    sellers, team = Shape(Seller), Shape(Staff)
    select = f"""
        SELECT s.id AS scope_seller, {sellers.columns("s")}, {team.columns("t")}
        FROM sellers_seller s
        LEFT JOIN sellers_staff t ON t.seller_id = s.id AND t.user_id = %s AND t.is_active
        WHERE s.slug = %s
    """  # noqa: S608  names of columns
    return select, sellers, team
