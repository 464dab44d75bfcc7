"""What a shop system's message says, in our words. Ids are the system's own, without a prefix."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from commissions.inputs import LeadInput, RefundInput, SaleInput

CREDIT_WAIT: Final = timedelta(hours=1)
"""How long a sale waits for the message that says who brought it."""

CHARGE_WAIT: Final = timedelta(hours=24)
"""How long a later charge of a subscription waits for the one before it."""

SALE_WAIT: Final = timedelta(days=3)
"""How long money given back waits for its sale: senders give up after three days too."""


class Unreadable(Exception):
    """The message is not in the shape its sender documents: which field, and what is wrong."""

    def __init__(self, path: str, code: str, value: str = "") -> None:
        super().__init__(f"{path}: {code} {value}".strip())
        self.path, self.code, self.value = path, code, value


@dataclass(frozen=True)
class Credit:
    """What tells who brought a customer: a click token, coupon codes as entered."""

    click: str = ""
    coupons: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.click or self.coupons)


@dataclass(frozen=True)
class Charge:
    """Which charge of a subscription a sale is.

    `after` names the end of the period before (the first has none) and `ends` the end of its
    own, so that charges are counted along the chain of periods and not by the order in which
    they arrive. `within` marks a change in the middle of a period.
    """

    subscription: str
    after: str
    ends: str
    within: bool = False


@dataclass(frozen=True)
class Sold:
    """A paid sale. `gross` is what the customer paid, in minor units.

    `names` are other ids that later messages use for it. Where `credit` is empty, it is asked of
    what was told under `credit_from`. `tax_included` says that amounts of its lines have tax in
    them. `lines_left_out` says why the lines were not taken.
    """

    sale: SaleInput
    gross: int
    credit: Credit = Credit()
    names: tuple[str, ...] = ()
    credit_from: str = ""
    charge: Charge | None = None
    tax_included: bool = False
    lines_left_out: str = ""


@dataclass(frozen=True)
class GoodsBack:
    """Items of one product that came back: amount after discount, and the tax in or on it."""

    sku: str
    quantity: int
    amount: int
    tax: int


@dataclass(frozen=True)
class Returned:
    """Money given back on a sale that is known by one of `of`.

    `gross` counts tax and shipping in; `goods` and `extra` are net, but for the tax that is in
    them where the sale says so; `all_left` takes back whatever is left.
    """

    id: str
    of: tuple[str, ...]
    at: datetime
    reason: str = ""
    gross: int = 0
    goods: tuple[GoodsBack, ...] = ()
    extra: int = 0
    all_left: bool = False
    currency: str = ""


@dataclass(frozen=True)
class Came:
    """A sign-up or lead; credit as of a sale."""

    lead: LeadInput
    credit: Credit = Credit()
    credit_from: str = ""


@dataclass(frozen=True)
class Told:
    """A fact about a thing of the system that other messages ask for."""

    name: str
    facts: dict[str, Any] = field(default_factory=dict)
    of: str = ""


@dataclass(frozen=True)
class Given:
    """Our own shapes, sent as they are."""

    record: SaleInput | RefundInput | LeadInput


@dataclass(frozen=True)
class Nothing:
    """Nothing to take over, and why. Where `undoes` was taken over, a person has to look: what
    was counted is not uncounted by a message."""

    why: str
    detail: str = ""
    undoes: str = ""


Meaning = Sold | Returned | Came | Told | Given | Nothing
