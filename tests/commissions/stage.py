"""Puts a world of the oracle on the stage of the product, and reads what came of it.

Many worlds share one seller: each gets a program, partners and customers of its own.
"""

import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import groupby
from typing import Any

from django.db.models.functions import Coalesce
from django.utils import timezone

from campaigns import services as campaigns
from campaigns.models import Campaign, Enrollment, Group, Program, Tier
from commissions import services
from commissions.engine import holds, refunds, sales
from commissions.inputs import CustomerInput, LineInput, RefundInput, SaleInput
from commissions.inputs import RefundLine as RefundLineInput
from commissions.models import Commission, Occasion, OccasionKind, Rule, RuleVersion
from commissions.services.occasions import OccasionInput, bring
from commissions.services.rulebook import RuleInput
from ledger import checks, selectors
from ledger.models import Account
from partners.models import Partner
from prm.ids import new_id
from sellers.actors import Actor
from sellers.models import Seller, User
from sellers.scope import seller_scope
from sellers.services import sign_up_seller
from tests import oracle
from tests.cast import make_user, token
from tests.oracle.ledger import Result
from tracking import services as tracking
from tracking.models import Link, Refund, Sale, SaleShare
from tracking.sharing import Counted, share_rows

Event = oracle.Sale | oracle.Refund


@cache
def shared_seller(zone: str, table: str) -> tuple[Seller, Actor]:
    """A seller of that time zone, opened once for a table of examples in this process."""
    seller = sign_up_seller(
        user=_owner(),
        name="Tahta Kopi",
        slug=f"s-{token()}{token()}",
        currency="EUR",
        country="ID",
        time_zone=zone,
        language="en",
    )
    return seller, Actor.person(_owner())


@cache
def _owner() -> User:
    return make_user("Ola Owner")


def new_seller(zone: str) -> tuple[Seller, Actor]:
    """A fresh seller of that time zone, as a bare row, and who acts for it."""
    seller = Seller(
        id=new_id(), name="Tahta Kopi", slug=f"s-{token()}{token()}", currency="EUR", time_zone=zone
    )
    with seller_scope(seller.pk):
        seller.save(force_insert=True)
    return seller, Actor.person(_owner())


@dataclass
class Stage:
    """One world at a seller: hand in its events in any order, compute, read.

    `by_service` makes the program and its rules through the services that people use; without it
    they are written as rows, which is quicker.
    """

    world: oracle.World
    seller: Seller
    actor: Actor
    program: Program = field(init=False)
    prefix: str = field(default_factory=lambda: f"{token()}-")
    partners: dict[str, Partner] = field(default_factory=dict)
    enrollments: dict[str, Enrollment] = field(default_factory=dict)
    campaigns: dict[str, Campaign] = field(default_factory=dict)
    rules: dict[str, Rule] = field(default_factory=dict)
    by_service: bool = True

    def __post_init__(self) -> None:
        with seller_scope(self.seller.pk):
            self._set_program()
            self._set_partners()
            for rule in self.world.rules:
                self._set_rule(rule)

    def play(self, events: Sequence[Event]) -> None:
        """Hand in events and compute everything that waits."""
        with seller_scope(self.seller.pk):
            for is_sale, group in groupby(events, key=lambda one: isinstance(one, oracle.Sale)):
                if is_sale:
                    self._sell([one for one in group if isinstance(one, oracle.Sale)])
                else:
                    for one in group:
                        assert isinstance(one, oracle.Refund)
                        self._refund(one)
        self.compute()

    def let_hold_pass(self) -> None:
        """Make payable whatever may be; the hold of these programs is over at once."""
        while holds.step(self.seller.pk):
            pass

    def compute(self) -> None:
        """Work until nothing waits. Raises AssertionError when something could not be computed."""
        more = True
        while more:
            more = sales.step(self.seller.pk)
            more = refunds.step(self.seller.pk) or more
            with seller_scope(self.seller.pk):
                more = more or self._waiting()
        with seller_scope(self.seller.pk):
            for failed in (Sale, Refund):
                rows = failed.objects.filter(external_id__startswith=self.prefix, state="failed")
                assert not rows.exists(), rows.values_list("error", flat=True)

    def results(self) -> list[Result]:
        """The lines, summed by sale, partner and rule."""
        with seller_scope(self.seller.pk):
            rows = list(
                Commission.objects.filter(program=self.program).values_list(
                    Coalesce("sale__external_id", "occasion__label"),
                    "partner_id",
                    "rule_version__rule_id",
                    "currency",
                    "kind",
                    "earned_minor",
                    "amount_minor",
                )
            )
        partners = {row.pk: key for key, row in self.partners.items()}
        rules = {row.pk: key for key, row in self.rules.items()}
        earned: Counter[tuple[str, str, str, str]] = Counter()
        net: Counter[tuple[str, str, str, str]] = Counter()
        for sale, partner, rule, currency, kind, whole, amount in rows:
            key = (
                str(sale).removeprefix(self.prefix),
                partners[partner],
                rules.get(rule, "no rule"),
                currency,
            )
            earned[key] += whole if kind == Commission.Kind.COMMISSION else 0
            net[key] += amount
        return [
            Result(*key, earned[key], net[key]) for key in sorted(net) if earned[key] or net[key]
        ]

    def balances(self) -> dict[tuple[str, str], int]:
        """The sum of each partner's lines by currency; nothing is left out."""
        totals: Counter[tuple[str, str]] = Counter()
        for result in self.results():
            totals[result.partner, result.currency] += result.net
        return {key: total for key, total in totals.items() if total}

    def owed(self) -> dict[tuple[str, str], int]:
        """What the books say each partner has, by currency; nothing is left out."""
        with seller_scope(self.seller.pk):
            return {
                (key, balance.currency): balance.owed
                for key, partner in self.partners.items()
                for balance in selectors.balances(partner.pk)
                if balance.owed
            }

    def accounts(self) -> dict[tuple[str, str, str], int]:
        """What stands on each account, by partner, kind and unit; the empty ones are left out."""
        names: dict[uuid.UUID | None, str] = {
            partner.pk: key for key, partner in self.partners.items()
        }
        with seller_scope(self.seller.pk):
            return {
                (names.get(row.partner_id, "seller"), row.kind, row.unit): left
                for row in Account.objects.all()
                if (left := row.credits_minor - row.debits_minor)
            }

    def faults(self) -> list[str]:
        """What is wrong with the seller's books."""
        with seller_scope(self.seller.pk):
            return checks.faults()

    def _waiting(self) -> bool:
        return (
            Sale.objects.filter(state="pending").exists()
            or Refund.objects.filter(state="pending").exists()
            or Occasion.objects.filter(state="pending").exists()
        )

    def _set_program(self) -> None:
        if not self.by_service:
            self.program = Program.objects.create(
                seller=self.seller,
                name="Affiliate",
                slug="affiliate",
                status="open",
                currency=self.world.currency,
                landing_url="https://shop.example/",
                hold_days=0,
            )
            return
        self.program = campaigns.create_program(
            seller=self.seller,
            actor=self.actor,
            name="Affiliate",
            slug=f"p-{token()}{token()}",
            currency=self.world.currency,
            landing_url="https://shop.example/",
            terms="Be honest.",
            hold_days=0,
        )
        campaigns.open_program(program=self.program, actor=self.actor)

    def _set_partners(self) -> None:
        tiers = {each.tier for each in self.world.partners if each.tier}
        tiers |= {rule.scope["tier"] for rule in self.world.rules if "tier" in rule.scope}
        groups = {each.group for each in self.world.partners if each.group}
        groups |= {rule.scope["group"] for rule in self.world.rules if "group" in rule.scope}
        names = {rule.scope["campaign"] for rule in self.world.rules if "campaign" in rule.scope}
        names |= {sale.campaign for sale in self.world.sales if sale.campaign}
        names |= {one.campaign for sale in self.world.sales for one in sale.shares if one.campaign}
        mine = {"seller": self.seller, "program": self.program}
        self.tiers = {
            key: Tier.objects.create(**mine, key=key, name=key, rank=rank)
            for rank, key in enumerate(sorted(tiers))
        }
        self.groups = {key: Group.objects.create(**mine, name=key) for key in sorted(groups)}
        day = timezone.now().date().replace(year=2020)
        self.campaigns = {
            key: Campaign.objects.create(**mine, name=key, starts_on=day) for key in sorted(names)
        }
        for each in self.world.partners:
            self.partners[each.key] = Partner(
                seller=self.seller, name=each.key, status="active", country=each.country
            )
        for each in self.world.partners:
            self.partners[each.key].recruited_by = self.partners.get(each.recruiter)
        Partner.objects.bulk_create(self.partners.values())
        for each in self.world.partners:
            self.enrollments[each.key] = Enrollment(
                **mine,
                partner=self.partners[each.key],
                status="active" if each.active else "ended",
                tier=self.tiers.get(each.tier),
                group=self.groups.get(each.group),
            )
        Enrollment.objects.bulk_create(self.enrollments.values())

    def _set_rule(self, rule: oracle.Rule) -> None:
        known: dict[str, dict[str, Any]] = {
            "partner": self.partners,
            "group": self.groups,
            "campaign": self.campaigns,
            "tier": self.tiers,
        }
        scope = {kind: known[kind][key] for kind, key in rule.scope.items()}
        if self.by_service:
            row = self._rule_by_service(rule, scope)
        else:
            row = self._rule_by_rows(rule, scope)
        if rule.ended_at is not None:
            Rule.objects.filter(pk=row.pk).update(ended_at=rule.ended_at)
        self.rules[rule.key] = row

    def _rule_by_service(self, rule: oracle.Rule, scope: dict[str, Any]) -> Rule:
        first, *later = [
            RuleInput(
                name=rule.key,
                **{**vars(version), "reward": dict(version.reward), "limits": list(version.limits)},
            )
            for version in rule.versions
        ]
        row: Rule = services.create_rule(
            program=self.program,
            rule=first,
            actor=self.actor,
            priority=rule.priority,
            **scope,
        ).rule
        for content in later:
            services.change_rule(rule=row, content=content, actor=self.actor)
        return row

    def _rule_by_rows(self, rule: oracle.Rule, scope: dict[str, Any]) -> Rule:
        row = Rule.objects.create(
            seller=self.seller, program=self.program, priority=rule.priority, **scope
        )
        RuleVersion.objects.bulk_create(
            RuleVersion(
                seller=self.seller,
                rule=row,
                number=number,
                name=rule.key,
                **{**vars(version), "limits": list(version.limits)},
            )
            for number, version in enumerate(rule.versions, start=1)
        )
        return row

    def _sell(self, batch: Sequence[oracle.Sale]) -> None:
        for shown in [sale for sale in batch if sale.impressions]:
            self._show(shown)
        batch = [sale for sale in batch if not sale.impressions]
        outcomes = services.take_many(
            seller=self.seller, actor=self.actor, sales=[self._input(sale) for sale in batch]
        )
        assert all(outcome.created for outcome in outcomes), outcomes
        for sale in batch:
            if sale.shares:
                self._share(sale)

    def _show(self, sale: oracle.Sale) -> None:
        """A closed day of banner views."""
        occasion = OccasionInput(
            kind=OccasionKind.IMPRESSION,
            key=f"impressions:{self.prefix}{sale.key}",
            label=self.prefix + sale.key,
            occurred_at=sale.at,
            quantity=sale.impressions,
        )
        bring(enrollment=self.enrollments[sale.partner], occasion=occasion)

    def _share(self, sale: oracle.Sale) -> None:
        """Credit a sale that was taken to all who share it."""
        row = Sale.objects.get(external_id=self.prefix + sale.key)
        counted = []
        for click in sale.shares:
            code = self._link_of(click.partner, click.campaign, click.subs)
            link = Link.objects.get(code=code) if code else None
            counted.append(Counted(self.enrollments[click.partner], link, click.weight))
        SaleShare.objects.bulk_create(share_rows(row, counted))
        Sale.objects.filter(pk=row.pk).update(is_shared=True)

    def _input(self, sale: oracle.Sale) -> SaleInput:
        link = self._link(sale)
        named = bool(sale.partner) and not link
        customer = f"{self.prefix}{sale.customer}" if sale.customer else ""
        return SaleInput(
            external_id=self.prefix + sale.key,
            currency=sale.currency,
            amount=None if sale.lines else sale.amount,
            lines=[LineInput(**vars(line)) for line in sale.lines],
            tax=sale.tax,
            shipping=sale.shipping,
            customer=CustomerInput(external_id=customer, country=sale.country),
            partner=str(self.partners[sale.partner].pk) if named else "",
            program=str(self.program.pk) if named else "",
            link=link,
            coupon=sale.coupon,
            subscription_id=sale.subscription,
            charge_number=sale.charge,
            occurred_at=sale.at,
            metadata=dict(sale.metadata),
            source=sale.source,
        )

    def _link(self, sale: oracle.Sale) -> str:
        return self._link_of(sale.partner, sale.campaign, sale.subs)

    def _link_of(self, partner: str, campaign: str, subs: Mapping[str, str]) -> str:
        """The code of a link that carries a campaign and sub-ids; "" without any."""
        if not partner or not (campaign or subs):
            return ""
        link = tracking.create_link(
            enrollment=self.enrollments[partner],
            destination="https://shop.example/beans",
            actor=self.actor,
            campaign=self.campaigns.get(campaign),
            subs=subs,
        )
        return str(link.code)

    def _refund(self, refund: oracle.Refund) -> None:
        services.take_refund(
            seller=self.seller,
            actor=self.actor,
            refund=RefundInput(
                external_id=self.prefix + refund.key,
                sale_external_id=self.prefix + refund.sale,
                amount=None if refund.lines else refund.amount,
                lines=[
                    RefundLineInput(sku=line.sku, quantity=line.quantity, amount=line.amount)
                    for line in refund.lines
                ],
                occurred_at=refund.at,
            ),
        )
