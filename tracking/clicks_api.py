"""Clicks told over the API: from the seller's own servers, or imported from elsewhere."""

from typing import Any

from django.urls import path
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ValidationError

from prm.errors import Refusal
from sellers.rest.endpoints import Call, Endpoint, operation, validated
from sellers.rest.fields import Instant, Text, Whole
from sellers.rest.problems import Problem, body_of, invalid
from sellers.rest.serializers import Input, Output
from tracking.rules import SUB_LENGTH
from tracking.services.told import ToldClick, take_clicks


def _text(length: int) -> Text:
    return Text(max_length=length, required=False, allow_blank=True)


class ClickFields(Input):
    """One click. `sub1` to `sub5` are the link's own where they are not given."""

    link = Text(max_length=50, help_text="A link's code.")
    occurred_at = Instant()
    address = _text(45)
    agent = _text(2000)
    referrer = _text(2000)
    sub1 = _text(SUB_LENGTH)
    sub2 = _text(SUB_LENGTH)
    sub3 = _text(SUB_LENGTH)
    sub4 = _text(SUB_LENGTH)
    sub5 = _text(SUB_LENGTH)


class ClickResult(Output):
    """What became of one click: its token, or the problem."""

    status = Whole(help_text="201 kept, else the problem's status.")
    click_token = Text(required=False)
    problem = Problem(required=False)


class ClicksOutput(Output):
    """A result for each click, in order."""

    results = ClickResult(many=True)


class Clicks(Endpoint):
    """Up to 1000 clicks at once: good ones are kept when others fail."""

    scopes = {"POST": "clicks:write"}
    takes_array = True

    @operation(_("Tell of clicks"), body=ClickFields, answer=ClicksOutput, items=1000)
    def post(self, call: Call) -> dict[str, Any]:
        results: list[dict[str, Any]] = [{}] * len(call.items)
        clicks: dict[int, ToldClick] = {}
        for place, item in enumerate(call.items):
            try:
                clicks[place] = ToldClick(**validated(ClickFields, item))
            except ValidationError as error:
                results[place] = _failed(invalid(error))
        for place, answer in zip(clicks, take_clicks(list(clicks.values())), strict=True):
            if isinstance(answer, Refusal):
                results[place] = _failed(answer)
            else:
                results[place] = {"status": 201, "click_token": answer}
        return {"results": results}


def _failed(refusal: Refusal) -> dict[str, Any]:
    return {"status": refusal.status, "problem": body_of(refusal)}


urlpatterns = [path("clicks", Clicks.as_view())]
