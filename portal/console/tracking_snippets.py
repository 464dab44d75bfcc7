"""What a seller copies into his shop's pages, with the program's own values in it."""

from dataclasses import dataclass
from decimal import Decimal
from html import escape
from typing import Final
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse

from campaigns.models import Program
from portal.console.rules.live import SMALL_UNITS
from prm.money import to_minor
from tracking.rules import CLICK_PARAMETER

USUAL_PARAMETER: Final = "prm_click"
SERVER: Final = """curl {address} \\
  -H "Authorization: Bearer YOUR_KEY" \\
  -H "Content-Type: application/json" \\
  -d '{{"external_id": "ORDER-1001", "currency": "{currency}", "amount": {minor},
       "click_token": "CLICK", "customer": {{"external_id": "CUSTOMER-7"}}}}'"""
HEAD: Final = """<script>
  window.prm = window.prm || function () {{ (prm.q = prm.q || []).push(arguments); }};
  prm("init", {{ program: "{program}", days: {days}, consent: "unknown"{more} }});
</script>
<script async src="{address}"{parameter}></script>"""
CONSENT: Final = """prm("consent", "given");    // he agreed
prm("consent", "refused");  // he did not, or not any more"""
SALE: Final = """<script>
  prm("sale", {{ external_id: "ORDER-1001", amount: "{amount}", currency: "{currency}" }});
</script>"""
LEAD: Final = """<script>
  prm("lead", { external_id: "LEAD-77" });  // or "signup"
</script>"""


@dataclass(frozen=True)
class Snippets:
    """A call, and pieces of HTML and script, ready to copy."""

    server: str
    head: str
    consent: str
    sale: str
    lead: str
    pixel: str


def snippets_of(program: Program) -> Snippets:
    """The pieces for one program; order number and amount are examples to be replaced."""
    usual = CLICK_PARAMETER == USUAL_PARAMETER
    head = HEAD.format(
        program=program.pk,
        days=program.window_days,
        more=", cookieless: true" if program.cookieless else "",
        address=settings.BASE_URL + reverse("browser-script"),
        parameter="" if usual else f' data-param="{escape(CLICK_PARAMETER)}"',
    )
    amount = "125000" if program.currency in SMALL_UNITS else "12.34"
    query = {
        "program": program.pk,
        "event": "sale",
        "external_id": "ORDER-1001",
        "amount": amount,
        "currency": program.currency,
        "click": "CLICK",
    }
    pixel = f"{settings.BASE_URL}{reverse('browser-pixel')}?{urlencode(query)}"
    return Snippets(
        server=SERVER.format(
            address=f"{settings.BASE_URL}/api/v1/sales",
            currency=program.currency,
            minor=to_minor(Decimal(amount), program.currency),
        ),
        head=head,
        consent=CONSENT,
        sale=SALE.format(amount=amount, currency=program.currency),
        lead=LEAD,
        pixel=f'<img src="{escape(pixel)}" width="1" height="1" alt="">',
    )
