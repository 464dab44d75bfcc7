"""A market whose shop reports from browsers, and visitors of that shop."""

import json
from dataclasses import dataclass, field
from typing import Any

from django.test import Client

from campaigns import services as campaigns
from commissions import services
from commissions.browser import services as browser
from commissions.inputs import SaleInput
from commissions.models import BrowserReport
from prm.ids import new_id
from tests.cast import token
from tests.portal.market import Market, Side, make_market
from tracking import tokens
from tracking.models import Sale

ORIGIN = "https://shop.example"
AGENT = "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"


@dataclass
class Shop:
    """A program that takes reports from pages of shop.example."""

    market: Market
    client: Client = field(default_factory=lambda: Client(headers={"user-agent": AGENT}))

    @property
    def program(self) -> str:
        """The program's id."""
        return str(self.market.program.pk)

    def set(self, **changes: Any) -> None:
        """Change the program's settings."""
        with self.market.team.scope():
            campaigns.change_program(
                program=self.market.program, actor=self.market.team.actor, **changes
            )

    def click(self, side: Side | None = None) -> str:
        """A token of a click of now on the side's link."""
        return tokens.make((side or self.market.rani).link.pk, new_id())

    def sale(self, **facts: Any) -> dict[str, Any]:
        """The body of a sale by Rani's click."""
        body = {
            "program": self.program,
            "event": "sale",
            "external_id": f"W-{token()}",
            "amount": "12.34",
            "currency": "EUR",
            "click_tokens": [self.click()],
        }
        return {name: value for name, value in {**body, **facts}.items() if value is not None}

    def tell(self, body: Any, *, origin: str | None = ORIGIN, address: str = "") -> Any:
        """POST what the script would."""
        text = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = {"origin": origin} if origin is not None else {}
        return self.client.post(
            "/t/events",
            text,
            content_type="text/plain;charset=UTF-8",
            headers=headers,
            REMOTE_ADDR=address or f"10.{ord(token()[0])}.1.1",
        )

    def reports(self, external_id: str) -> list[BrowserReport]:
        """What was kept under an id."""
        with self.market.team.scope():
            rows = BrowserReport.objects.filter(external_id=external_id).order_by("id")
            return list(rows.select_related("sale", "lead", "seller"))

    def sold(self, external_id: str) -> Sale | None:
        """The sale under an id."""
        with self.market.team.scope():
            return Sale.objects.select_related("partner").filter(external_id=external_id).first()

    def accept(self, report: BrowserReport) -> None:
        """Accept a report as the owner."""
        with self.market.team.scope():
            browser.accept(report=report, actor=self.market.team.actor)

    def by_server(self, external_id: str, **facts: Any) -> None:
        """The same order by the seller's server, 12.34 unless said otherwise."""
        given = {"currency": "EUR", "amount": 1234, **facts}
        with self.market.team.scope():
            services.take_sale(
                seller=self.market.team.seller,
                sale=SaleInput(external_id=external_id, **given),
                actor=self.market.team.actor,
            )


def make_shop(**changes: Any) -> Shop:
    """A new seller's shop with browser sales switched on."""
    shop = Shop(make_market())
    shop.set(browser_sales=True, **changes)
    return shop
