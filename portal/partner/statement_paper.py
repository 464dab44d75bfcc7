"""The partner's statement of a period as a PDF, set by typst."""

import json
import tempfile
from pathlib import Path
from typing import Any, Final

import typst
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from campaigns.materials.branding import fonts
from ledger import selectors
from partners.models import Partner
from portal import money_format
from portal.access import requires
from portal.partner.scope import partner_of
from portal.partner.statement_periods import Period, chosen_period, periods
from portal.partner.statement_words import Words
from portal.partner.statements import changes, chosen_currency, moves, put_balances
from portal.time_format import day_text, long_day_text
from prm.errors import NotFound

MOST: Final = 1000
"""Lines on paper; the sums are of all, and the exported table has every line."""
TEMPLATE: Final = Path(__file__).with_name("statement.typ")


@requires("portal.earnings", room="partner")
def paper(request: HttpRequest, seller_slug: str) -> HttpResponse:
    """What the statement page shows, to keep or to hand on."""
    partner = partner_of(request)
    currencies = selectors.currencies_of(partner.pk)
    currency = chosen_currency(request, currencies, partner.seller.currency)
    if not currency:
        raise NotFound("statement")
    period = chosen_period(request.GET.get("period", ""), periods(selectors.first_at(partner.pk)))
    content = made(_texts(partner, currency, period))
    response = HttpResponse(content, content_type="application/pdf")
    name = f"{seller_slug}-{period.key}-{currency}.pdf"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response


def made(texts: dict[str, Any]) -> bytes:
    """The PDF of `texts`, whose names are those in statement.typ."""
    with tempfile.TemporaryDirectory(prefix="prm-statement-") as name:
        folder = Path(name)
        given = json.dumps(texts, ensure_ascii=False)
        (folder / "main.typ").write_bytes(TEMPLATE.read_bytes())
        (folder / "given.json").write_text(given, encoding="utf-8")
        fonts.write_to(folder, [given])
        return bytes(
            typst.compile(
                str(folder / "main.typ"), root=name, font_paths=[name], ignore_system_fonts=True
            )
        )


def _texts(partner: Partner, currency: str, period: Period) -> dict[str, Any]:
    rows: list[Any] = list(
        changes(moves(partner.pk, currency, period)).order_by("at", "id")[: MOST + 1]
    )
    more = len(rows) > MOST
    rows = rows[:MOST]
    Words.put_on(rows)
    put_balances(rows)
    sums = selectors.movement(partner.pk, currency, period.start, period.end)

    def money(minor: int | None) -> str:
        return money_format.plain(minor, currency) if minor is not None else ""

    return {
        "language": (get_language() or "en")[:2],
        "families": [*fonts.FAMILIES.values(), "Libertinus Serif"],
        "accent": partner.seller.brand_colour,
        "title": _("Statement"),
        "period": period.label,
        "seller": partner.seller.name,
        "partner": partner.name,
        "made": _("Made on %(moment)s") % {"moment": long_day_text(timezone.localtime())},
        "sums": [
            [_("Owed at the start"), money(sums.opening)],
            [_("Earned"), money(sums.earned)],
            [_("Taken back"), money(sums.back_effect)],
            [_("Paid to you"), money(sums.paid_effect)],
            [_("Owed at the end"), money(sums.closing)],
        ],
        "heads": [_("Date"), _("What, and why"), _("Change"), _("Owed to you after")],
        "rows": [
            [
                day_text(row.at),
                row.words.title,
                row.words.sentence,
                money(row.effect),
                money(row.balance),
            ]
            for row in rows
        ],
        "none": _("Nothing moved in %(period)s") % {"period": period.label},
        "more": _(
            "Only the first %(count)d lines stand here; the sums are of all. Export the statement"
            " for every line."
        )
        % {"count": MOST}
        if more
        else "",
        "page": _("Page"),
    }
