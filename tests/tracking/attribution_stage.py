"""Puts worked examples of credit into the database, and reads what the API made of their sales."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any

from campaigns.models import Enrollment, Program
from partners.models import Partner
from sellers.models import Seller
from tests.cast import token
from tests.tracking.attribution_tables import ONLY, Example
from tracking import tokens
from tracking.models import Bond, Coupon, Customer, Link, Sale, SaleShare
from tracking.rules import coupon_key

LANDING = "https://shop.example/"
FORGED = "1" + "A" * 64


class Stage:
    """One example's programs, partners, links and coupons; needs the seller's scope."""

    def __init__(self, seller: Seller, example: Example) -> None:
        self.example, self.body, self.mark = example, example.body, token()
        self.mine: dict[str, Any] = {"seller": seller}
        self.partners: dict[str, Partner] = {}
        self.enrollments: dict[tuple[str, str], Enrollment] = {}
        self.clicks: dict[str, uuid.UUID] = {}
        self.customer = Customer.objects.create(**self.mine, external_id=f"c-{self.mark}")
        self.programs = {name: self._program(name) for name in example.programs}

    @cached_property
    def sale(self) -> dict[str, Any]:
        """What the shop sends; makes all that it names."""
        body, example = self.body, self.example
        sale: dict[str, Any] = {
            "external_id": f"s-{self.mark}",
            "currency": "EUR",
            "amount": example.amount,
            "customer": {"external_id": self.customer.external_id},
            "occurred_at": example.at(body["sold"]).isoformat(),
        }
        given = [self._token(n, click) for n, click in enumerate(body.get("clicks", ()))]
        given += [FORGED[:-1] + str(number) for number in range(body.get("foreign", 0))]
        if given:
            sale["click_tokens"] = given
        if link := body.get("link"):
            sale["link"] = self._link(link).code
        if coupon := body.get("coupon"):
            sale["coupon"] = self._coupon(coupon)
        if "named" in body:
            sale |= {"partner": str(self.partner(body["named"]).pk)}
            sale |= {"program": str(self.programs[ONLY].pk)}
            self.member(body["named"])
        if "program_named" in body:
            sale["program"] = str(self.programs[body["program_named"]].pk)
        if "first" in body:
            sale["charge"] = {"subscription_id": self._first_charge(), "number": 2}
        for bond in example.bonds:
            self._bond(bond)
        return sale

    def partner(self, name: str) -> Partner:
        """A partner of the example, by his first name."""
        if name not in self.partners:
            status = "suspended" if name in self.body.get("suspended", ()) else "active"
            row = Partner.objects.create(**self.mine, name=f"{name} {self.mark}", status=status)
            self.partners[name] = row
        return self.partners[name]

    def member(self, name: str, program: str = ONLY) -> Enrollment:
        """The partner in a program."""
        key = (name, program)
        if key not in self.enrollments:
            status = "ended" if name in self.body.get("gone", ()) else "active"
            self.enrollments[key] = Enrollment.objects.create(
                **self.mine,
                program=self.programs[program],
                partner=self.partner(name),
                status=status,
            )
        return self.enrollments[key]

    def name_of(self, partner_id: object) -> str:
        """Which of them has this id; nobody has none."""
        known = {str(row.pk): name for name, row in self.partners.items()}
        return known.get(str(partner_id), "nobody")

    def faults(self, sale: dict[str, Any]) -> list[str]:
        """Where the sale as the API answered it differs from what was worked by hand."""
        body, credit = self.body, sale["attribution"]
        shares = list(SaleShare.objects.filter(sale_id=sale["id"]).order_by("position"))
        weights: dict[str, int] = {}
        for share in shares:
            name = self.name_of(share.partner_id)
            weights[name] = weights.get(name, 0) + share.weight
        found = {
            "shared": bool(shares),
            "main": self.name_of(sale["partner"]),
            **{name: credit[name] for name in ("method", "why", "flagged") if name in credit},
            "binds": Bond.objects.filter(
                customer=self.customer, since=self.example.at(body["sold"])
            ).exists(),
        }
        expected = {name: body[name] for name in found if name in body}
        if (hoped := self.example.weights) is not None:
            expected["shared"] = len(hoped) > 1
            if len(hoped) < 2:
                expected["main"] = next(iter(hoped), "nobody")
            elif weights != hoped:
                return [f"shares {weights}, not {hoped}"]
        wrong = [f"{k}: {found[k]}, not {v}" for k, v in expected.items() if found[k] != v]
        if sum(share.net_minor for share in shares) != (sale["amount"] if shares else 0):
            wrong.append("parts do not sum")
        return wrong + self._wrong_steps(credit)

    def _wrong_steps(self, credit: dict[str, Any]) -> list[str]:
        ids = {str(pk): name for name, pk in self.clicks.items()}
        steps = {
            ids.get(step.get("click", ""), step["by"]): step.get("why")
            for step in credit.get("path", ())
        }
        hoped = self.body.get("left_out", {})
        return [
            f"{k}: {steps.get(k)}, not {why}" for k, why in hoped.items() if steps.get(k) != why
        ]

    def _program(self, name: str) -> Program:
        terms = self.example.terms(name)
        return Program.objects.create(
            **self.mine,
            name=name,
            slug=f"{name}-{self.mark}",
            currency="EUR",
            landing_url=LANDING,
            status="open",
            attribution=terms.model,
            window_days=terms.window_days,
            precedence=terms.precedence,
            customer_binding=terms.binding,
            binding_months=terms.binding_months,
        )

    def _link(self, given: dict[str, Any]) -> Link:
        enrollment = self.member(given["partner"], given.get("program", ONLY))
        ended = self.example.maybe(given.get("ended"))
        code = f"l{token()}{token()}"
        return Link.objects.create(
            **self.mine, enrollment=enrollment, code=code, destination=LANDING, disabled_at=ended
        )

    def _token(self, number: int, click: dict[str, Any]) -> str:
        name = click.get("id", f"click {number}")
        if name not in self.clicks:
            self.clicks[name] = click_id(self.example.at(click["at"]))
            self._links = {**getattr(self, "_links", {}), name: self._link(click)}
        return tokens.make(self._links[name].pk, self.clicks[name])

    def _coupon(self, given: dict[str, Any]) -> str:
        code = f"{given['code']}-{self.mark}"
        for owner in given["owners"]:
            until = self.example.maybe(owner.get("until"))
            Coupon.objects.create(
                **self.mine,
                enrollment=self.member(owner["partner"], owner.get("program", ONLY)),
                code=code,
                key=coupon_key(code),
                valid_from=self.example.maybe(owner.get("from")),
                valid_until=until,
            )
        return f" {given['typed'].strip()}-{self.mark} " if "typed" in given else code

    def _bond(self, given: Mapping[str, Any]) -> None:
        program = given.get("program", ONLY)
        Bond.objects.create(
            **self.mine,
            program=self.programs[program],
            customer=self.customer,
            enrollment=self.member(given["partner"], program),
            since=self.example.at(given["since"]),
            until=self.example.maybe(given.get("until")),
        )

    def _first_charge(self) -> str:
        parts = [(self.member(name), weight) for name, weight in self.body["first"].items()]
        main = max(parts, key=lambda part: part[1])[0]
        subscription = f"sub-{self.mark}"
        sale = Sale.objects.create(
            **self.mine,
            external_id=f"first-{self.mark}",
            fingerprint="-",
            currency="EUR",
            amount_minor=0,
            subscription_id=subscription,
            charge_number=1,
            occurred_at=self.example.at("2025-01-01 00:00"),
            program_id=main.program_id,
            partner_id=main.partner_id,
            enrollment=main,
            is_shared=len(parts) > 1,
            state="computed",
        )
        if len(parts) > 1:
            SaleShare.objects.bulk_create(_share(sale, n, *part) for n, part in enumerate(parts))
        return subscription


def _share(sale: Sale, position: int, member: Enrollment, weight: int) -> SaleShare:
    return SaleShare(
        seller_id=sale.seller_id,
        sale=sale,
        position=position,
        enrollment=member,
        partner_id=member.partner_id,
        weight=weight,
        net_minor=0,
        units=0,
    )


def click_id(at: datetime) -> uuid.UUID:
    """An id of a click at this time, as the redirect makes them."""
    millis = round(at.timestamp() * 1000)
    low = uuid.uuid4().int & ((1 << 62) - 1)
    return uuid.UUID(int=(millis << 80) | (0x7 << 76) | (0b10 << 62) | low)


def staged(seller: Seller, examples: Sequence[Example]) -> list[Stage]:
    """All of them on stage, their sales ready to be sent."""
    stages = [Stage(seller, example) for example in examples]
    assert all(stage.sale for stage in stages)
    return stages
