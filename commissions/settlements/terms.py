"""Terms of an agreement as typed data: read from JSON, refused by the path of what is wrong. Pure.

    royalty         {source, goods, rate, steps: [{from, rate}], guarantee: {amount, per}}
    shared_revenue  {source, goods, costs, parts: {party id: whole number}}
    distribution    {source, goods, fee: {type: per_unit, amount} | {type: percent, rate}, minimum}

`source` is sales, reports or both. `goods` is {skus: [...], categories: [...]}; none means all.
Amounts are minor units of the agreement's currency, rates decimal strings.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from django.utils.translation import gettext as _

from commissions.settlements.rules import Step
from prm.errors import FieldError
from prm.money import MAX_MINOR
from prm.validation import refuse_if_any

SOURCES: Final = ("sales", "reports", "both")
GUARANTEES: Final = ("period", "year")
FEES: Final = ("per_unit", "percent")
MOST_STEPS: Final = 20
MOST_GOODS: Final = 500
MOST_PARTS: Final = 1_000_000
RATE_PLACES: Final = 4


@dataclass(frozen=True)
class Goods:
    """Which goods count; without any, all do."""

    skus: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.skus or self.categories)

    def meets(self, other: "Goods") -> bool:
        """Whether something may count under both."""
        if not self or not other:
            return True
        skus = set(self.skus) & set(other.skus)
        # A sku of one may belong to a category of the other: that cannot be told apart.
        mixed = (self.skus and other.categories) or (self.categories and other.skus)
        return bool(skus or set(self.categories) & set(other.categories) or mixed)


@dataclass(frozen=True)
class Guarantee:
    """At least so much per period or per contract year."""

    amount: int
    per: str


@dataclass(frozen=True)
class RoyaltyTerms:
    """A percentage of net sales, by steps if given, with an optional guarantee."""

    source: str
    goods: Goods
    rate: Decimal
    steps: tuple[Step, ...] = ()
    guarantee: Guarantee | None = None


@dataclass(frozen=True)
class SharedTerms:
    """Revenue, and cost where agreed, shared by whole parts."""

    source: str
    goods: Goods
    parts: Mapping[str, int] = field(default_factory=dict)
    costs: bool = True


@dataclass(frozen=True)
class DistributionTerms:
    """A fee per unit (`amount`) or a percentage (`rate`), with an optional minimum per period."""

    source: str
    goods: Goods
    fee: str
    amount: int = 0
    rate: Decimal = Decimal(0)
    minimum: int = 0


Terms = RoyaltyTerms | SharedTerms | DistributionTerms


def parse(kind: str, data: Mapping[str, Any]) -> Terms:
    """Terms of an agreement of `kind`. Raises Unacceptable with every mistake by its path."""
    reader = _Reader(data)
    build: dict[str, Callable[[_Reader], Terms]] = {
        "royalty": _royalty,
        "shared_revenue": _shared,
        "distribution": _distribution,
    }
    found = build[kind](reader)
    refuse_if_any(reader.errors)
    return found


def as_json(terms: Terms) -> dict[str, Any]:
    """Terms in their stored form."""
    goods = {"skus": list(terms.goods.skus), "categories": list(terms.goods.categories)}
    rest = {"source": terms.source, "goods": goods}
    if isinstance(terms, RoyaltyTerms):
        steps = [{"from": one.start, "rate": str(one.rate)} for one in terms.steps]
        owed = terms.guarantee
        guarantee = {"amount": owed.amount, "per": owed.per} if owed else None
        return rest | {"rate": str(terms.rate), "steps": steps, "guarantee": guarantee}
    if isinstance(terms, SharedTerms):
        return rest | {"costs": terms.costs, "parts": dict(terms.parts)}
    per_unit = {"type": "per_unit", "amount": terms.amount}
    percent = {"type": "percent", "rate": str(terms.rate)}
    fee = per_unit if terms.fee == "per_unit" else percent
    return rest | {"fee": fee, "minimum": terms.minimum}


class _Reader:
    """Takes values out of JSON and gathers what is wrong with them."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.data = data
        self.errors: list[FieldError] = []

    def fail(self, path: str, code: str, message: str) -> None:
        self.errors.append(FieldError(f"terms.{path}", code, message))

    def known(self, *names: str) -> None:
        for name in self.data:
            if name not in names:
                self.fail(str(name)[:100], "unknown_field", _("This field is not known here."))

    def choice(self, value: Any, path: str, among: tuple[str, ...]) -> str:
        if value in among:
            return str(value)
        self.fail(path, "unknown_choice", _("Choose one of: %(all)s.") % {"all": ", ".join(among)})
        return among[0]

    def amount(self, value: Any, path: str, least: int = 1) -> int:
        whole = isinstance(value, int) and not isinstance(value, bool)
        if whole and least <= value <= MAX_MINOR:
            return int(value)
        zero = _("Give an amount above zero.") if least else _("Give an amount, zero or more.")
        self.fail(path, "invalid", zero)
        return least

    def rate(self, value: Any, path: str) -> Decimal:
        try:
            rate = Decimal(str(value))
        except InvalidOperation:
            rate = Decimal("NaN")
        if not rate.is_finite():
            self.fail(path, "invalid", _("Give a rate like 7.5."))
        elif not 0 <= rate <= 100:
            self.fail(path, "out_of_range", _("A rate is between 0 and 100 percent."))
        elif rate != round(rate, RATE_PLACES):
            self.fail(path, "too_fine", _("A rate has at most 4 decimals."))
        else:
            return rate.normalize() if rate % 1 else Decimal(int(rate))
        return Decimal(0)

    def names(self, value: Any, path: str) -> tuple[str, ...]:
        if not isinstance(value, list) or len(value) > MOST_GOODS:
            self.fail(path, "invalid", _("Give a list of at most 500 codes."))
            return ()
        texts = [one.strip() for one in value if isinstance(one, str) and one.strip()]
        if len(texts) < len(value) or any(len(one) > 120 or "\x00" in one for one in texts):
            self.fail(path, "invalid", _("A code is text of at most 120 characters."))
        return tuple(dict.fromkeys(texts))


def _frame(reader: _Reader, *names: str) -> tuple[str, Goods]:
    """What all kinds have: where figures come from, and which goods count."""
    reader.known("source", "goods", *names)
    source = reader.choice(reader.data.get("source", "sales"), "source", SOURCES)
    goods = reader.data.get("goods") or {}
    if not isinstance(goods, Mapping) or set(goods) - {"skus", "categories"}:
        reader.fail("goods", "invalid", _("Give goods as skus and categories."))
        return source, Goods()
    return source, Goods(
        reader.names(goods.get("skus", []), "goods.skus"),
        reader.names(goods.get("categories", []), "goods.categories"),
    )


def _royalty(reader: _Reader) -> RoyaltyTerms:
    source, goods = _frame(reader, "rate", "steps", "guarantee")
    rate = reader.rate(reader.data.get("rate"), "rate")
    return RoyaltyTerms(source, goods, rate, _steps(reader), _guarantee(reader))


def _steps(reader: _Reader) -> tuple[Step, ...]:
    given = reader.data.get("steps") or []
    if not isinstance(given, list) or len(given) > MOST_STEPS:
        reader.fail("steps", "invalid", _("Give at most 20 steps."))
        return ()
    found: list[Step] = []
    for index, one in enumerate(given):
        path = f"steps[{index}]"
        if not isinstance(one, Mapping) or set(one) != {"from", "rate"}:
            reader.fail(path, "invalid", _("A step has an amount and a rate."))
            continue
        start = reader.amount(one["from"], f"{path}.from")
        if found and start <= found[-1].start:
            reader.fail(f"{path}.from", "not_ascending", _("Each step starts above the last."))
        found.append(Step(start, reader.rate(one["rate"], f"{path}.rate")))
    return tuple(found)


def _guarantee(reader: _Reader) -> Guarantee | None:
    given = reader.data.get("guarantee")
    if given is None:
        return None
    if not isinstance(given, Mapping) or set(given) - {"amount", "per"}:
        reader.fail("guarantee", "invalid", _("A guarantee has an amount and a time."))
        return None
    return Guarantee(
        reader.amount(given.get("amount"), "guarantee.amount"),
        reader.choice(given.get("per", "period"), "guarantee.per", GUARANTEES),
    )


def _shared(reader: _Reader) -> SharedTerms:
    source, goods = _frame(reader, "parts", "costs")
    parts = reader.data.get("parts") or {}
    costs = reader.data.get("costs", True)
    if not isinstance(costs, bool):
        reader.fail("costs", "invalid", _("This must be true or false."))
    if not isinstance(parts, Mapping) or not all(_is_part(one) for one in parts.values()):
        reader.fail("parts", "invalid", _("Parts are whole numbers, zero or more."))
    elif sum(1 for one in parts.values() if one) < 2:
        reader.fail("parts", "required", _("At least two parties need a part."))
    else:
        return SharedTerms(source, goods, dict(parts), bool(costs))
    return SharedTerms(source, goods)


def _is_part(value: Any) -> bool:
    whole = isinstance(value, int) and not isinstance(value, bool)
    return whole and 0 <= value <= MOST_PARTS


def _distribution(reader: _Reader) -> DistributionTerms:
    source, goods = _frame(reader, "fee", "minimum")
    minimum = reader.amount(reader.data.get("minimum") or 0, "minimum", least=0)
    fee = reader.data.get("fee")
    if not isinstance(fee, Mapping) or fee.get("type") not in FEES:
        reader.fail("fee.type", "unknown_choice", _("A fee is per unit or percent."))
        return DistributionTerms(source, goods, "per_unit")
    needed = "amount" if fee["type"] == "per_unit" else "rate"
    if set(fee) - {"type", needed}:
        reader.fail("fee", "unknown_field", _("A fee of this type has no such field."))
    if needed == "amount":
        amount = reader.amount(fee.get("amount"), "fee.amount")
        return DistributionTerms(source, goods, "per_unit", amount=amount, minimum=minimum)
    rate = reader.rate(fee.get("rate"), "fee.rate")
    return DistributionTerms(source, goods, "percent", rate=rate, minimum=minimum)
