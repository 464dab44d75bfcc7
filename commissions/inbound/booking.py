"""From what a message means to sales, refunds and leads; each once, whatever the order.

A thing that is known already stays as it is: what changes later comes as a refund. What must come
first is waited for by name (`Later`), until its limit is over.
"""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from commissions import services
from commissions.inbound import backwards
from commissions.inbound.meanings import (
    CHARGE_WAIT,
    CREDIT_WAIT,
    SALE_WAIT,
    Came,
    Charge,
    Credit,
    Given,
    Meaning,
    Nothing,
    Returned,
    Sold,
    Told,
)
from commissions.inbound.references import Memory
from commissions.inputs import LeadInput, RefundInput, SaleInput
from commissions.models import Occasion, Source
from sellers.actors import Actor
from tracking.models import Coupon, Refund, Sale

KNOWN: Final = "known_already"


class Later(Exception):
    """Something else must come first: `name`, for at most `limit` after the arrival."""

    def __init__(self, name: str, limit: timedelta) -> None:
        super().__init__(name)
        self.name, self.limit = name, limit


class Missing(Exception):
    """What was waited for never came."""

    def __init__(self, name: str, why: str, detail: str = "") -> None:
        super().__init__(why)
        self.name, self.why, self.detail = name, why, detail


class Look(Exception):
    """A person has to decide."""

    def __init__(self, why: str, detail: str = "") -> None:
        super().__init__(why)
        self.why, self.detail = why, detail


@dataclass(frozen=True)
class Booked:
    """One record that a message became; `kind` is sale, refund, lead or fact."""

    kind: str
    id: str
    label: str
    note: str = ""


class Desk:
    """Books the meanings of one message. `age` is the time since it arrived."""

    def __init__(self, source: Source, actor: Actor, age: timedelta) -> None:
        self.source, self.actor, self.age = source, actor, age
        self.memory = Memory(source)

    def book(self, meanings: list[Meaning]) -> list[Booked]:
        """All of them, in order; nothing is kept when one raises."""
        found = [self._book(meaning) for meaning in meanings]
        return [one for one in found if one is not None]

    def _own(self, number: str) -> str:
        """A number of the system's as we keep it."""
        return f"{self.source.prefix}{number}" if number else ""

    def _still(self, limit: timedelta) -> bool:
        return self.age < limit

    def _book(self, meaning: Meaning) -> Booked | None:
        match meaning:
            case Sold():
                return self._sold(meaning)
            case Returned():
                return self._returned(meaning)
            case Came():
                return self._came(meaning)
            case Told():
                of = {"of": meaning.of} if meaning.of else {}
                self.memory.tell(meaning.name, {**meaning.facts, **of})
                return Booked("fact", "", meaning.name)
            case Given():
                return self._given(meaning.record)
            case Nothing():
                self._undone(meaning)
                return None

    # Sales

    def _sold(self, sold: Sold) -> Booked:
        key = self._own(sold.sale.external_id)
        sale = Sale.objects.filter(external_id=key).first()
        note = KNOWN if sale else sold.lines_left_out
        if sale is None:
            sale = self._take(sold, key)
        elif sale.paid_at is None and sold.sale.paid_at is not None:
            services.pay_sale(sale=sale, paid_at=sold.sale.paid_at, actor=self.actor)
            note = "paid"
        facts = {"gross": sold.gross, "tax_included": sold.tax_included}
        for name in (sold.sale.external_id, *sold.names):
            self.memory.tell(name, facts, sale=key)
        return Booked("sale", str(sale.pk), key, note)

    def _take(self, sold: Sold, key: str) -> Sale:
        number, in_chain = self._number(sold.charge)
        credit = sold.credit
        if not credit and sold.credit_from and number in {None, 1}:
            credit = self._lent(sold.credit_from)
        given = sold.sale
        sale = replace(
            given,
            external_id=key,
            customer=replace(given.customer, external_id=self._own(given.customer.external_id)),
            click_token=credit.click,
            coupon=self._coupon(credit.coupons),
            program=self._program,
            subscription_id=self._own(given.subscription_id),
            charge_number=number,
        )
        taken = services.take_sale(seller=self.source.seller, sale=sale, actor=self.actor)
        if sold.charge:
            self.memory.tell(sold.charge.ends, {"number": in_chain})
        return taken.sale

    @property
    def _program(self) -> str:
        return str(self.source.program_id or "")

    def _number(self, charge: Charge | None) -> tuple[int | None, int]:
        """The charge's number, and that of the last period it reaches into.

        The first charge that was paid is 1; one in the middle of a later period counts with it.
        Where the period before never comes, the subscription is older than the source: the
        charge is a later one.
        """
        if charge is None:
            return None, 0
        if not charge.after:
            return 1, 1
        before = self.memory.of(charge.after)
        if before is None or "number" not in before.facts:
            if self._still(CHARGE_WAIT):
                raise Later(charge.after, CHARGE_WAIT)
            return 2, 2
        number = int(before.facts["number"])
        if not charge.within:
            return number + 1, number + 1
        return (max(number, 2) if number else 1), number

    def _lent(self, name: str) -> Credit:
        """The credit that another message tells; none where it never comes."""
        found = self.memory.of(name)
        if found is not None and "click" in found.facts:
            return Credit(found.facts["click"], tuple(found.facts["coupons"]))
        if self._still(CREDIT_WAIT):
            raise Later(name, CREDIT_WAIT)
        return Credit()

    def _coupon(self, codes: tuple[str, ...]) -> str:
        """The first code that is a partner's, else the first: a sale names one."""
        keys = {code.strip().upper(): code for code in reversed(codes)}
        owned = set(
            Coupon.objects.filter(key__in=keys, disabled_at=None).values_list("key", flat=True)
        )
        ordered = [code for key, code in reversed(keys.items()) if key in owned]
        return (ordered or [*codes, ""])[0][:60]

    # Money back

    def _returned(self, returned: Returned) -> Booked:
        found, missing = self.memory.sale_of(returned.of)
        if found is None:
            if self._still(SALE_WAIT):
                raise Later(missing, SALE_WAIT)
            raise Missing(missing, "sale_unknown", ", ".join(returned.of))
        key = self._own(returned.id)
        known = Refund.objects.filter(external_id=key).first()
        if known is not None or self.memory.of(returned.id) is not None:
            return Booked("refund", str(known.pk) if known else "", key, KNOWN)
        sale = Sale.objects.get(external_id=found.sale_external_id)
        if returned.currency and returned.currency != sale.currency:
            raise Look("currency_differs", f"{returned.currency} {sale.currency}")
        before = self.memory.given_back(sale.external_id)
        refund = backwards.refund_of(returned, sale, found.facts, before)
        self.memory.tell(returned.id, {"back": returned.gross}, sale=sale.external_id)
        if refund is None:
            return Booked("refund", "", key, "nothing_left")
        taken = services.take_refund(
            seller=self.source.seller,
            refund=replace(refund, external_id=key),
            actor=self.actor,
        )
        return Booked("refund", str(taken.refund.pk), key)

    # The rest

    def _came(self, came: Came) -> Booked:
        key = self._own(came.lead.external_id)
        known = Occasion.objects.filter(key=f"lead:{key}").first()
        if known is not None:
            return Booked("lead", str(known.pk), key, KNOWN)
        credit = came.credit or (self._lent(came.credit_from) if came.credit_from else Credit())
        customer = came.lead.customer
        lead = replace(
            came.lead,
            external_id=key,
            customer=replace(customer, external_id=self._own(customer.external_id)),
            click_token=credit.click,
            coupon=self._coupon(credit.coupons),
            program=self._program,
        )
        taken = services.take_lead(seller=self.source.seller, lead=lead, actor=self.actor)
        return Booked("lead", str(taken.lead.pk), key)

    def _given(self, record: SaleInput | RefundInput | LeadInput) -> Booked:
        seller, actor = self.source.seller, self.actor
        if isinstance(record, RefundInput):
            back = services.take_refund(seller=seller, refund=record, actor=actor)
            note = "" if back.created else KNOWN
            return Booked("refund", str(back.refund.pk), record.external_id, note)
        if isinstance(record, LeadInput):
            came = services.take_lead(seller=seller, lead=record, actor=actor)
            note = "" if came.created else KNOWN
            return Booked("lead", str(came.lead.pk), record.external_id, note)
        return self._given_sale(record)

    def _given_sale(self, record: SaleInput) -> Booked:
        sale = replace(record, program=record.program or self._program)
        taken = services.take_sale(seller=self.source.seller, sale=sale, actor=self.actor)
        note = "" if taken.created else KNOWN
        return Booked("sale", str(taken.sale.pk), record.external_id, note)

    def _undone(self, nothing: Nothing) -> None:
        """What would undo a thing waits for it: once it is counted, a person has to decide."""
        if nothing.undoes:
            if self.memory.of(nothing.undoes) is not None:
                raise Look(nothing.why, nothing.detail)
            if self._still(SALE_WAIT):
                raise Later(nothing.undoes, SALE_WAIT)
            raise Missing(nothing.undoes, nothing.why, nothing.detail)
