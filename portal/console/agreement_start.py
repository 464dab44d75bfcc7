"""What a new agreement's form starts with: the answers that its program was made with."""

from decimal import Decimal
from typing import Any

from campaigns.models import Program
from commissions.starters import AgreementStart, agreement_start
from prm.money import to_major


def start_values(program: Program) -> dict[str, Any]:
    """First values of the agreement form by field; none where the program was made bare."""
    start = agreement_start(program.kind, program.kind_settings)
    if start is None:
        return {}
    goods = start.terms.get("goods", {})
    values: dict[str, Any] = {
        "name": program.name,
        "period": start.period,
        "source": start.terms["source"],
        "skus": ", ".join(goods.get("skus", ())),
    }
    if start.partner_part:
        parts = {"part_seller": start.seller_part, "part_1": start.partner_part}
        return values | parts | {"costs": start.terms["costs"]}
    return values | _figures(start, program.currency)


def start_advance(program: Program) -> Decimal | None:
    """The advance that the program was made with, in major units."""
    start = agreement_start(program.kind, program.kind_settings)
    return (
        to_major(start.advance_minor, program.currency) if start and start.advance_minor else None
    )


def _figures(start: AgreementStart, currency: str) -> dict[str, Any]:
    values: dict[str, Any] = {}
    if "rate" in start.terms:
        values["rate"] = start.terms["rate"]
    if guarantee := start.terms.get("guarantee"):
        values["guarantee"] = to_major(guarantee["amount"], currency)
        values["guarantee_per"] = guarantee["per"]
    if fee := start.terms.get("fee"):
        values["fee_type"] = fee["type"]
        if fee["type"] == "per_unit":
            values["fee_amount"] = to_major(fee["amount"], currency)
        else:
            values["fee_rate"] = fee["rate"]
    return values
