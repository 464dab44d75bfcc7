"""The words of lines that a deliverable earned by its agreed fee, and of what was taken back."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from commissions.models import Commission
from commissions.reasons.figures import Reason, amount_text
from commissions.reasons.settled import BillRow, Words


def _title(line: Commission) -> str:
    facts = _facts(line)
    if facts["pieces"] == 1:
        return str(facts["title"])
    return _("%(title)s, piece %(number)d of %(pieces)d") % facts


def _reason(line: Commission, _audience: str) -> Reason:
    facts = _facts(line)
    what = _("Agreed fee of %(amount)s") % {"amount": amount_text(line.amount_minor, line.currency)}
    if facts["fee"] == "total" and facts["pieces"] > 1:
        share = _(", its part of %(total)s, because the piece was approved.")
        return Reason(what, share % {"total": amount_text(facts["agreed_minor"], line.currency)})
    return Reason(what, _(", because the piece was approved."))


def _bill(line: Commission) -> list[BillRow]:
    facts = _facts(line)
    if facts["fee"] != "total" or facts["pieces"] == 1:
        return []
    words = ngettext("Agreed for %(n)d piece", "Agreed for all %(n)d pieces", facts["pieces"])
    return [(words % {"n": facts["pieces"]}, facts["agreed_minor"])]


def _reason_back(line: Commission, _audience: str) -> Reason:
    return Reason(_("Fee taken back"), f": {_facts(line)['reason']}")


def _bill_back(line: Commission) -> list[BillRow]:
    return [(_("Paid for the piece"), _facts(line)["earned_minor"])]


def _facts(line: Commission) -> dict[str, Any]:
    facts: dict[str, Any] = line.trace["settled"]
    return facts


PAID = Words(reason=_reason, bill=_bill, title=_title)
TAKEN_BACK = Words(reason=_reason_back, bill=_bill_back, title=_title)
