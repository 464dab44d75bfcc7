"""A sale that a claim credits binds its customer as any other sale of his does."""

from datetime import timedelta
from typing import Any

import pytest

from campaigns.models import Program
from commissions.claims import answering
from commissions.inputs import CustomerInput
from tests.cast import token
from tests.commissions.claiming import claim, sale_of_nobody
from tests.portal.market import Market, Side, make_market
from tracking.models import Bond, Sale


def bonds_of(market: Market, sale: Sale) -> list[Any]:
    with market.team.scope():
        rows = Bond.objects.filter(customer=sale.customer)
        return list(rows.values_list("enrollment", "since", "until"))


def credited(market: Market, side: Side, sale: Sale) -> Sale:
    """The sale, credited to the side by a claim and computed."""
    row = claim(market, side, order=sale.external_id)
    with market.team.scope():
        answering.credit(claim=row, actor=market.team.actor)
    market.compute()
    return sale


@pytest.mark.parametrize("binding", ["lifetime", "months", "none"])
def test_a_credited_sale_binds_its_customer_as_any_other_does(binding: str) -> None:
    market, email = make_market(), f"ari+{token()}@kopi.example"
    with market.team.scope():
        months = 2 if binding == "months" else None
        rows = Program.objects.filter(pk=market.program.pk)
        rows.update(customer_binding=binding, binding_months=months)
    sale = sale_of_nobody(market, customer=CustomerInput(external_id=token(), email=email))
    other = sale_of_nobody(market, customer=CustomerInput(external_id=token()))
    credited(market, market.rani, sale)
    credited(market, market.rani, sale_of_nobody(market))  # of nobody known
    found = bonds_of(market, sale)
    later = sale_of_nobody(market, customer=CustomerInput(email=email))
    with market.team.scope():
        now = Sale.objects.get(pk=later.pk)
    if binding == "none":  # the control: nothing binds without the setting
        assert (found, now.partner_id) == ([], None)
        return
    assert [(who, since) for who, since, _until in found] == [
        (market.rani.enrollment.pk, sale.occurred_at)
    ]
    assert (found[0][2] is None) == (binding == "lifetime")
    assert (now.partner_id, now.attribution["method"]) == (market.rani.partner.pk, "bond")
    assert bonds_of(market, other) == []


def test_the_first_bond_stays_when_a_claim_credits_another() -> None:
    market, customer = make_market(), CustomerInput(external_id=token())
    sale = sale_of_nobody(market, customer=customer)
    with market.team.scope():
        Program.objects.filter(pk=market.program.pk).update(customer_binding="lifetime")
        member = market.sekar.enrollment
        Bond.objects.create(
            seller=market.team.seller,
            program=market.program,
            customer=sale.customer,
            enrollment=member,
            since=sale.occurred_at - timedelta(days=1),
        )
    credited(market, market.rani, sale)
    assert [who for who, _since, _until in bonds_of(market, sale)] == [member.pk]
