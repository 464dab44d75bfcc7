"""The parts of the product on one page. Not a page of the product: it answers in debug only."""

from datetime import timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from portal import statuses
from portal.access import public

_SHAPES = (
    (
        "pending",
        "grey, waiting for time to pass",
        "commission in its hold, application in the queue",
    ),
    ("in_payout", "blue, someone or something is at it", "in payout, import running, invited"),
    ("payable", "green, in order or ready", "payable, approved, active"),
    ("paid", "outline, finished and quiet", "paid, settled, closed"),
    ("held", "amber, needs someone, can be cleared", "held, suspended, returned for correction"),
    ("reversed", "red, lost, refused or broken", "reversed, rejected, failed"),
)


class KitForm(forms.Form):
    """Every kind of control."""

    iban = forms.CharField(label="IBAN")
    amount = forms.DecimalField(label="Claimed amount, EUR", help_text="At most what is reserved.")
    kind = forms.ChoiceField(
        label="Kind", choices=[("affiliate", "Affiliate"), ("reseller", "Reseller")]
    )
    note = forms.CharField(label="Note", widget=forms.Textarea(attrs={"rows": 2}), required=False)
    pay = forms.ChoiceField(
        label="How to pay",
        choices=[("bank", "Bank transfer"), ("wallet", "Wallet")],
        widget=forms.RadioSelect,
    )
    agree = forms.BooleanField(label="I have read the terms")


class ReasonForm(forms.Form):
    """What a confirmation may ask."""

    reason = forms.CharField(label="Reason, which the partner will read")


@public
def show(request: HttpRequest, seller_slug: str = "") -> HttpResponse:
    """Every part and state, filled with examples."""
    if not settings.DEBUG:
        raise Http404
    return render(request, "components/kit.html", _examples())


def _examples() -> dict[str, Any]:
    now = timezone.now()
    return {
        "shapes": _SHAPES,
        "kinds": list(statuses.STATUSES),
        "now": now,
        "today": timezone.localdate(),
        "month_start": timezone.localdate().replace(day=1),
        "start": now - timedelta(days=5),
        "soon": now + timedelta(days=3),
        "amber": now + timedelta(days=1, hours=1),
        "red": now + timedelta(hours=7),
        "late": now - timedelta(days=2, minutes=5),
        "values": [5, 6, 5, 8, 9, 7, 10, 12, 11, 14, 15, 18],
        "falling": [18, 16, 15, 11, 9, 4],
        "form": _faulty_form(),
        "reason_form": ReasonForm(),
        "trace": _trace(),
        "chart": _chart(),
        "pairs": [("Country", "Indonesia"), ("Joined", "3 Feb 2026"), ("Manager", None)],
    }


def _faulty_form() -> KitForm:
    form = KitForm({"iban": "DE44 5001 0517 5407", "amount": "3400.00", "kind": "affiliate"})
    form.is_valid()
    form.add_error("iban", "The check digits do not fit. Two digits may be swapped.")
    form.add_error("amount", "3,000.00 is reserved for you. Ask for 400.00 more.")
    return form


def _chart() -> dict[str, Any]:
    weeks = ["31 Aug", "7 Sep", "14 Sep", "21 Sep", "28 Sep", "5 Oct", "12 Oct", "19 Oct"]
    return {
        "labels": weeks,
        "series": [
            {
                "name": "Reseller",
                "kind": "reseller",
                "values": [142, 145, 144, 151, 149, 157, 161, 166],
            },
            {"name": "Affiliate", "kind": "affiliate", "values": [74, 79, 77, 84, 88, 85, 91, 96]},
            {
                "name": "Influencer",
                "kind": "influencer",
                "values": [22, 24, 41, 26, 25, 30, 34, 37],
            },
        ],
    }


def _trace() -> dict[str, Any]:
    return {
        "credit": [
            {"title": "Your link /r/rani-gayo", "meta": "Click 16 Nov 20:02", "state": "done"},
            {
                "title": "Another partner’s link",
                "meta": "Click 9 Nov, earlier than yours",
                "state": "",
            },
        ],
        "rule": {
            "title": "New customers, beans",
            "url": "#",
            "meta": "version 4, in force since 1 Sep 2026",
            "reasons": ["first order of this customer", "category Beans"],
            "note": "More exact than “All sales”, so it goes first.",
        },
        "bill": [
            {"label": "2 × Gayo Natural 250 g", "value": "195,800"},
            {"label": "Discount, 5 %", "value": "−9,790"},
            {"label": "Base: net, before tax and shipping", "value": "186,010", "sum": True},
            {"label": "12 % of it", "value": "22,321.20"},
            {"label": "Rounded to whole rupiah", "value": "−0.20"},
            {"label": "Your commission", "value": "IDR 22,321", "sum": True},
        ],
        "foot": "Order paid 18 Nov 21:14. Free on 2 Dec, if nothing is returned.",
    }
