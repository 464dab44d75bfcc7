"""The lines of a sale as shops report them, and whether they add up to it."""

from collections.abc import Callable

from commissions.inbound.meanings import Unreadable
from commissions.inputs import LineInput

Lines = tuple[list[LineInput], str]
"""Lines, and why they were left out where they were."""


def line(*, sku: str, name: str, quantity: int, before: int, net: int) -> LineInput:
    """One product: `before` and `net` are the whole line before and after discount, less tax."""
    if before % quantity == 0 and before >= net:
        return LineInput(
            quantity=quantity, unit_amount=before // quantity, discount=before - net,
            sku=sku, name=name,
        )  # fmt: skip
    return LineInput(
        quantity=quantity, unit_amount=max(before // quantity, 0), sku=sku, name=name, net=net
    )


def adding_up(read: Callable[[], list[LineInput]], net: int) -> Lines:
    """The lines where they can be read and sum to `net`; else none, and why: the total stands."""
    try:
        found = read()
    except Unreadable as error:
        return [], f"{error.path} {error.code}"
    if any(one.net_amount < 0 for one in found):
        return [], "negative_line"
    if found and sum(one.net_amount for one in found) != net:
        return [], "do_not_add_up"
    return found, ""
