"""Money of one sale in the console: what came back of it, and that the customer has paid."""

import uuid
from collections.abc import Iterable, Mapping

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from commissions import selectors as commissions
from commissions import services
from commissions.engine import previews
from commissions.engine.previews import Back
from commissions.inputs import RefundInput
from commissions.rules.refunds import Returned
from commissions.services.payments import pay_sale
from portal import money_format
from portal.access import actor_of, reader_of, requires
from portal.console.sale_forms import PaidForm, RefundForm
from portal.refusals import try_on
from tracking import selectors
from tracking.models import Sale


@requires("sales.manage", room="console")
def refund(request: HttpRequest, seller_slug: str, sale_id: uuid.UUID) -> HttpResponse:
    """Say what a refund takes back of each partner, then record it.

    The first page tells of a refund of all that is left; `look` tells of the form as it is.
    """
    sale = selectors.sale_by_id(sale_id)
    number = selectors.refunds_of(sale).count() + 1
    form = RefundForm(request.POST or None, sale=sale, number=number)
    returned = Returned(sale.amount_minor - sale.refunded_minor)
    looking = "look" in request.POST
    if request.method == "POST" and form.is_valid():
        given = form.as_input()
        if form.is_valid() and not looking and try_on(form, lambda: _take(request, given)):
            messages.success(request, _("The refund is recorded; its commission goes back now."))
            return HttpResponseRedirect(_detail_url(sale))
        returned = Returned(given.total, tuple((one.sku, one.amount) for one in given.lines))
        _check_left(form, returned)
    context = {
        "form": form,
        "sale": sale,
        "returned": returned.amount,
        "consequences": [] if form.errors else consequences(sale, returned),
    }
    status = 422 if form.errors else 200
    return render(request, "console/sales/refund.html", context, status=status)


@requires("sales.manage", room="console")
def paid(request: HttpRequest, seller_slug: str, sale_id: uuid.UUID) -> HttpResponse:
    """Say that the customer has paid; what waited for it begins its hold."""
    sale = selectors.sale_by_id(sale_id)
    form = PaidForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and try_on(form, lambda: _pay(request, sale, form)):
        messages.success(request, _("The sale is paid; what it earned begins its hold."))
        return HttpResponseRedirect(_detail_url(sale))
    lines = [_("What the sale earned begins its hold with the payment, and is free after it.")]
    context = {"form": form, "sale": sale, "consequences": lines}
    status = 422 if form.errors else 200
    return render(request, "console/sales/paid.html", context, status=status)


def consequences(sale: Sale, returned: Returned) -> list[str]:
    """What a refund would do to each commission of the sale, in words."""
    after = sale.amount_minor - sale.refunded_minor - returned.amount
    left = money_format.plain(max(after, 0), sale.currency)
    found = previews.takes_back(sale, returned)
    names = (
        {str(one.pk): one.partner.name for one in commissions.lines_of_sale(sale.pk)}
        if found
        else {}
    )
    lines = [_of_partner(*key, back, kept) for key, (back, kept) in _by_partner(found, names)]
    if not found:
        lines.append(_("It takes nothing back of any commission."))
    lines.append(_("%(left)s of the net amount can still be refunded after it.") % {"left": left})
    return [*lines, _("It cannot be undone; a mistake is put right by an adjustment.")]


def _by_partner(
    found: Iterable[Back], names: Mapping[str, str]
) -> list[tuple[tuple[str, str, bool], tuple[int, int]]]:
    """What goes back and what is left, summed by name, currency and whether it is paid out."""
    sums: dict[tuple[str, str, bool], tuple[int, int]] = {}
    for one in found:
        key = (names[one.line_id], one.currency, one.paid)
        back, left = sums.get(key, (0, 0))
        sums[key] = (back + one.amount, left + one.left)
    return sorted(sums.items())


def _of_partner(name: str, currency: str, is_paid: bool, back: int, left: int) -> str:
    values = {
        "partner": name,
        "amount": money_format.plain(back, currency),
        "left": money_format.plain(left, currency),
    }
    if is_paid:
        words = _("%(partner)s gives back %(amount)s with the next payout and keeps %(left)s.")
    else:
        words = _("%(partner)s loses %(amount)s at once and keeps %(left)s.")
    return words % values


def _take(request: HttpRequest, given: RefundInput) -> None:
    services.take_refund(seller=reader_of(request).seller, refund=given, actor=actor_of(request))


def _pay(request: HttpRequest, sale: Sale, form: PaidForm) -> None:
    paid_at = form.cleaned_data["paid_at"] or timezone.now()
    pay_sale(sale=sale, paid_at=paid_at, actor=actor_of(request))


def _check_left(form: RefundForm, returned: Returned) -> None:
    """More than is left cannot be previewed, as it cannot be recorded."""
    sale = form.sale
    if not form.errors and returned.amount > sale.amount_minor - sale.refunded_minor:
        left = money_format.plain(sale.amount_minor - sale.refunded_minor, sale.currency)
        form.add_error("amount", _("Only %(left)s can still be refunded.") % {"left": left})


def _detail_url(sale: Sale) -> str:
    return reverse("console:sales-detail", args=[sale.seller.slug, sale.pk])
