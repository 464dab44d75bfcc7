"""Putting the rules of a simulation in force, after saying what that does."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from commissions.models import Simulation
from commissions.simulation import selectors
from commissions.simulation.services import publish as publish_rules
from portal.access import actor_of, requires
from portal.console.rules.places import list_url
from portal.console.simulation_forms import PublishForm
from portal.console.simulation_words import period_words, title_of
from portal.refusals import try_on


@requires("rules.manage", room="console")
def publish(request: HttpRequest, seller_slug: str, simulation_id: uuid.UUID) -> HttpResponse:
    """Say how many rules change and how many partners that touches, then publish them."""
    simulation = selectors.simulation_by_id(simulation_id)
    form = PublishForm(request.POST or None)
    if (
        request.method == "POST"
        and form.is_valid()
        and try_on(
            form,
            lambda: publish_rules(
                simulation=simulation, actor=actor_of(request), **form.cleaned_data
            ),
        )
    ):
        messages.success(request, _("The rules are published."))
        return HttpResponseRedirect(list_url(simulation.program, seller_slug))
    back = reverse("console:simulations-detail", args=[seller_slug, simulation.pk])
    count = len(simulation.candidates)
    act = ngettext("Publish %(n)d change", "Publish %(n)d changes", count) % {"n": count}
    context: dict[str, Any] = {
        "form": form,
        "title": _("Put these rules in force?"),
        "consequences": consequences(simulation),
        "act": act,
        "back": back,
        "crumbs": [{"label": title_of(simulation), "url": back}],
    }
    status = 422 if form.errors else 200
    return render(request, "console/simulations/publish.html", context, status=status)


def consequences(simulation: Simulation) -> list[str]:
    """What publishing does, a sentence each."""
    tried = selectors.tried(simulation)
    groups = (
        (_("Changes: %(names)s."), [one for one in tried if one.rule and not one.stored["ends"]]),
        (_("New: %(names)s."), [one for one in tried if not one.rule]),
        (_("Ends: %(names)s."), [one for one in tried if one.stored["ends"]]),
    )
    lines = [words % {"names": _names(found)} for words, found in groups if found]
    lines += _who(simulation)
    lines.append(_("Sales before the moment that you choose keep the rules they had."))
    others = selectors.others_changed(simulation)
    if others:
        lines.append(
            ngettext(
                "%(n)d other rule of the program has changed since; the figures are from before.",
                "%(n)d other rules of the program have changed since; the figures are from before.",
                others,
            )
            % {"n": others}
        )
    return lines


def _names(tried: list[selectors.Tried]) -> str:
    names = [one.newest.name if one.newest else str(one.stored["content"]["name"]) for one in tried]
    return ", ".join(f"“{name}”" for name in names)


def _who(simulation: Simulation) -> list[str]:
    """How many partners it touches, by the figures of the period; one sentence a currency."""
    sums = selectors.sums_of(simulation)
    touched = [one for one in sums if one.gain or one.lose]
    if not touched:
        return [
            _("%(period)s: no partner would have earned another amount.")
            % {"period": period_words(simulation)}
        ]
    return [
        _("%(period)s, in %(unit)s: %(touched)s; %(gain)d would have gained, %(lose)d lost.")
        % {
            "period": period_words(simulation),
            "unit": one.currency,
            "touched": ngettext(
                "%(n)d partner touched", "%(n)d partners touched", one.gain + one.lose
            )
            % {"n": one.gain + one.lose},
            "gain": one.gain,
            "lose": one.lose,
        }
        for one in touched
    ]
