"""The program advisor: five questions, a kind to start with, and the reasons."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from campaigns import kinds
from campaigns.advisor import QUESTIONS, Judged, advise
from campaigns.kinds import Kind
from portal.access import reader_of, requires


class AdvisorForm(forms.Form):
    """The five questions, each with its answers to choose from."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for question in QUESTIONS:
            self.fields[question.key] = forms.ChoiceField(
                label=str(question.label),
                choices=[(one.key, one.label) for one in question.answers],
                widget=forms.RadioSelect,
            )


@dataclass(frozen=True)
class Proposal:
    """A kind as it is proposed: how many answers speak for it, and where it is started."""

    kind: Kind
    judged: Judged
    start_url: str

    @property
    def fits(self) -> int:
        """How many of the five answers speak for it."""
        return len(self.judged.pros)


@requires("programs.view", room="console")
def advisor(request: HttpRequest, seller_slug: str) -> HttpResponse:
    """Questions, and below them what fits; the address holds the answers."""
    asked = any(question.key in request.GET for question in QUESTIONS)
    form = AdvisorForm(request.GET if asked else None)
    context: dict[str, Any] = {"form": form, "total": len(QUESTIONS)}
    if asked and form.is_valid():
        advice = advise(form.cleaned_data)
        context |= {
            "best": _proposal(advice.best, seller_slug),
            "second": _proposal(advice.second, seller_slug),
            "others": [_proposal(one, seller_slug) for one in advice.others],
            "may_start": reader_of(request).may("programs.manage"),
        }
    status = 422 if asked and form.errors else 200
    return render(request, "console/advisor/advisor.html", context, status=status)


def _proposal(judged: Judged, seller_slug: str) -> Proposal:
    url = reverse("console:programs-create", args=[seller_slug])
    return Proposal(kinds.kind_of(judged.kind), judged, f"{url}?kind={judged.kind}")
