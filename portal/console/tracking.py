"""How a program's sales reach us, set up step by step, with a live test."""

import uuid
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from campaigns import selectors, services
from campaigns.models import Program
from commissions.browser import faults, trials
from commissions.browser import selectors as browser
from portal import navigation, source_words
from portal.access import actor_of, reader_of, requires
from portal.console.programs import crumbs
from portal.console.tracking_snippets import snippets_of
from portal.console.tracking_words import Step, fault_words, steps_of
from portal.refusals import try_on
from tracking.browser.origins import hosts_of

SHOWN_FAULTS = 10


class TrackingForm(forms.Form):
    """What browsers may do for this program."""

    browser_sales = forms.BooleanField(
        label=gettext_lazy("Browsers may report sales and leads"),
        required=False,
        help_text=gettext_lazy("By the script or the pixel on this page, from pages of your shop."),
    )
    browser_approval = forms.BooleanField(
        label=gettext_lazy("What they report waits until it is confirmed"),
        required=False,
        help_text=gettext_lazy(
            "Anybody can make a browser say that he bought. So a report earns nothing until you "
            "accept it, or your server sends the same order. Without this, it is a sale at once."
        ),
    )
    cookieless = forms.BooleanField(
        label=gettext_lazy("Set no cookies"),
        required=False,
        help_text=gettext_lazy(
            "A click then counts only on the page that it led to, or where your server passes "
            "it on."
        ),
    )


@dataclass(frozen=True)
class Way:
    """One way in which sales can come."""

    icon: str
    title: str
    words: str
    url: str = ""
    act: str = ""
    is_proof: bool = False


@requires("programs.view", room="console")
def tracking(request: HttpRequest, seller_slug: str, program_id: uuid.UUID) -> HttpResponse:
    """Choose a way, copy the snippet, try it; the switches are saved from here."""
    program = selectors.program_by_id(program_id)
    form = _form(request, program)
    if request.method == "POST":
        reader_of(request).require("programs.manage", room="console")
        if form.is_valid() and try_on(
            form,
            lambda: services.change_program(
                program=program, actor=actor_of(request), **form.cleaned_data
            ),
        ):
            messages.success(request, _("Saved."))
            return HttpResponseRedirect(_home(seller_slug, program))
    context = {
        "form": form,
        "ways": _ways(seller_slug, program),
        "snippets": snippets_of(program),
        "hosts": hosts_of(program),
        "waiting": browser.waiting(program).count(),
        "faults": [(one, fault_words(one)) for one in faults.recent(program)[:SHOWN_FAULTS]],
        "sales": [(sale, source_words.came_in(sale)) for sale in browser.newest_sales(program)],
        "may_manage": reader_of(request).may("programs.manage"),
        "crumbs": crumbs(program, _("Tracking"))[:2],
        **_progress(program),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "console/tracking/setup.html", context, status=status)


@requires("programs.view", room="console")
def progress(request: HttpRequest, seller_slug: str, program_id: uuid.UUID) -> HttpResponse:
    """How far the live test has come; part of the page, which asks for it again and again."""
    program = selectors.program_by_id(program_id)
    context = _progress(program) | {"may_manage": reader_of(request).may("programs.manage")}
    return render(request, "console/tracking/progress.html", context)


@requires("programs.manage", room="console")
@require_POST
def test(request: HttpRequest, seller_slug: str, program_id: uuid.UUID) -> HttpResponse:
    """Begin a new live test; the one before is forgotten."""
    program = selectors.program_by_id(program_id)
    trials.start(program)
    return HttpResponseRedirect(f"{_home(seller_slug, program)}#test")


@requires("programs.manage", room="console")
def open_shop(request: HttpRequest, seller_slug: str, program_id: uuid.UUID) -> HttpResponse:
    """Lead on to the shop with the test's click, as a partner's link would."""
    program = selectors.program_by_id(program_id)
    trial = trials.newest(program)
    if trial is None or not trials.is_running(trial):
        messages.warning(request, _("This test is over. Begin a new one."))
        return HttpResponseRedirect(f"{_home(seller_slug, program)}#test")
    trials.opened(trial)
    return HttpResponseRedirect(trials.address(trial))


def _form(request: HttpRequest, program: Program) -> TrackingForm:
    names = TrackingForm.base_fields
    return TrackingForm(
        request.POST if request.method == "POST" else None,
        initial={name: getattr(program, name) for name in names},
    )


def _progress(program: Program) -> dict[str, Any]:
    trial = trials.newest(program)
    steps: list[Step] = []
    if trial is not None:
        steps = steps_of(trial, hosts_of(program))
    is_open = trial is not None and trials.is_running(trial) and trial.event_at is None
    return {"program": program, "trial": trial, "steps": steps, "is_open": is_open}


def _ways(seller_slug: str, program: Program) -> list[Way]:
    """Ways for sales to come, what proves most first; only pages that there are."""
    sources = navigation.address("console:sources", seller_slug)
    ways = [
        Way(
            "server",
            _("Your server"),
            _("Your shop’s program sends each order with a key. Nobody else can."),
            navigation.address("console:api-keys", seller_slug),
            _("Make a key"),
            is_proof=True,
        ),
    ]
    if sources:
        ways.append(
            Way(
                "building-store",
                _("Your shop system"),
                _("Stripe, Shopify, WooCommerce and others tell us of each payment, signed."),
                sources,
                _("Connect it"),
                is_proof=True,
            )
        )
    ways += [
        Way("code", _("A script in your pages"), _("It keeps clicks by consent and reports.")),
        Way("photo", _("A picture on the last page"), _("For pages that allow no script.")),
    ]
    imports = navigation.address("console:imports", seller_slug)
    if imports:
        words = _("A file of orders, once a month for example.")
        ways.append(Way("file-import", _("A file"), words, imports, _("Import"), is_proof=True))
    return ways


def _home(seller_slug: str, program: Program) -> str:
    return reverse("console:programs-tracking", args=[seller_slug, program.pk])
