"""A seller's market with a source that is set up, and what the worker does with deliveries."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.test import Client, RequestFactory
from django.utils import timezone

from commissions.inbound import processing, services, views
from commissions.models import Arrival, Commission, Source
from prm.ids import new_id
from tests.commissions.inbound.signing import SECRETS, Delivery
from tests.portal.market import Market, Side, make_market
from tracking import tokens
from tracking.models import Refund, Sale


@dataclass
class Shop:
    """A market and one source of it."""

    market: Market
    source: Source

    @property
    def url(self) -> str:
        """Where deliveries go."""
        return f"/hooks/{self.source.pk}"

    def send(self, delivery: Delivery) -> int:
        """Post a delivery through the whole stack; the answer's status. Its body is empty."""
        answer = Client(raise_request_exception=False).post(
            self.url,
            data=delivery.body,
            content_type="application/json",
            headers=delivery.headers,
        )
        assert answer.status_code not in {200, 401} or answer.content == b""
        return answer.status_code

    def hand(self, delivery: Delivery) -> int:
        """The same straight to the view, for many; what it lets through raises here."""
        request = RequestFactory().post(
            self.url,
            data=delivery.body,
            content_type="application/json",
            headers=delivery.headers,
        )
        return views.receive(request, source_id=self.source.pk).status_code

    def take(self, *deliveries: Delivery) -> None:
        """Send and process, and compute what it earned."""
        for delivery in deliveries:
            assert self.send(delivery) == 200
        self.process()

    def process(self) -> None:
        """All that is due."""
        while processing.step(self.market.team.id):
            pass
        self.market.compute()

    def click(self, side: Side | None = None, minutes_ago: int = 120) -> str:
        """The token of a click on a side's link."""
        link = (side or self.market.rani).link
        made = int(timezone.now().timestamp() * 1000) - minutes_ago * 60_000
        fresh = new_id()
        click = uuid.UUID(int=(made << 80) | (fresh.int & ((1 << 80) - 1)))
        return tokens.make(link.pk, click)

    def sales(self) -> list[Sale]:
        """All sales by number."""
        with self.market.team.scope():
            return list(Sale.objects.order_by("external_id"))

    def sale(self, external_id: str) -> Sale:
        """One sale."""
        with self.market.team.scope():
            return Sale.objects.get(external_id=external_id)

    def refunds(self) -> list[Refund]:
        """All refunds by number."""
        with self.market.team.scope():
            return list(Refund.objects.order_by("external_id"))

    def arrivals(self) -> list[Arrival]:
        """The log, oldest first."""
        with self.market.team.scope():
            return list(Arrival.objects.order_by("id"))

    def last(self) -> Arrival:
        """The newest in the log."""
        return self.arrivals()[-1]

    def balances(self) -> dict[str, object]:
        """What is left in the end, whatever the way there."""
        with self.market.team.scope():
            sales = {
                row.external_id: (
                    row.amount_minor, row.tax_minor, row.shipping_minor, row.currency,
                    row.refunded_minor, row.partner_id, row.charge_number, row.coupon,
                    row.occurred_at, row.paid_at, str(row.lines),
                )
                for row in Sale.objects.order_by("external_id")
            }  # fmt: skip
            earned: dict[object, int] = {}
            for line in Commission.objects.all():
                earned[line.partner_id] = earned.get(line.partner_id, 0) + line.amount_minor
        return {"sales": sales, "earned": earned}

    def let_pass(self, hours: float, *which: Arrival) -> None:
        """Make arrivals (all without any named) so much older, and due where they wait."""
        with self.market.team.scope():
            rows = Arrival.objects.filter(pk__in=[one.pk for one in which or self.arrivals()])
            for row in rows:
                row.created_at -= timedelta(hours=hours)
                if row.due_at:
                    row.due_at -= timedelta(hours=hours)
                row.save(update_fields=["created_at", "due_at"])


def open_shop(kind: str, *, market: Market | None = None, prefix: str = "") -> Shop:
    """A source of `kind` with its secret."""
    market = market or make_market()
    team = market.team
    with team.scope():
        source = services.create_source(
            seller=team.seller, kind=kind, name=f"{kind} shop", actor=team.actor, prefix=prefix
        )
        services.put_secret(source=source, actor=team.actor, text=SECRETS[kind])
    return Shop(market, source)


def each_kind() -> Iterable[str]:
    """All kinds."""
    return SECRETS
