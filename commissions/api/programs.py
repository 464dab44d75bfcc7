"""Programs of a kind, over the API: the registry of kinds, and how a program is made."""

from collections.abc import Mapping
from typing import Any

from django.urls import path
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from campaigns import kinds
from campaigns.api.programs import ProgramInput, ProgramList, ProgramOutput
from campaigns.kind_settings import Setting, settings_of
from campaigns.models import Program
from commissions import services
from prm.money import MAX_MINOR
from sellers.rest.endpoints import Call, Endpoint, operation
from sellers.rest.fields import Choice, Text, Yes
from sellers.rest.payloads import FreeObject
from sellers.rest.serializers import Output

DECIMAL = {"type": "string", "pattern": r"^\d{1,6}(\.\d{1,4})?$", "example": "7.5"}


def _schema_of(setting: Setting) -> dict[str, Any]:
    """One answer in the document."""
    shapes: Mapping[str, dict[str, Any]] = {
        "choice": {"type": "string", "enum": [value for value, _label in setting.choices]},
        "rate": DECIMAL,
        "points": DECIMAL,
        "money": {"type": "integer", "minimum": 1, "maximum": MAX_MINOR},
        "whole": {"type": "integer", "minimum": setting.least, "maximum": setting.most},
        "host": {"type": "string", "maxLength": 253},
        "lines": {"type": "array", "items": {"type": "string", "maxLength": 100}, "maxItems": 20},
    }
    with translation.override("en"):
        return {**shapes[setting.type], "description": str(setting.label)}


def _schema_of_kind(code: str) -> dict[str, Any]:
    return {
        "type": "object",
        "title": code,
        "additionalProperties": False,
        "properties": {one.key: _schema_of(one) for one in settings_of(code)},
    }


@extend_schema_field({"anyOf": [_schema_of_kind(code) for code in kinds.KINDS]})
class KindSettings(FreeObject):
    """Answers to the questions of the program's kind; GET /program-kinds lists them."""


class NewProgramInput(ProgramInput):
    """A program's settings. Partners join it once it is open."""

    kind_settings = KindSettings(
        required=False,
        help_text="With it, even empty, the program starts with its kind's rules. Money in minor "
        "units. What is left out gets the default that GET /program-kinds tells.",
    )


class SettingOutput(Output):
    """One question of a kind. `usual` is its default, in major units for money; null for none."""

    key = Text()
    type = Text(help_text="choice, rate, points, money, whole, host or lines.")
    question = Text()
    hint = Text()
    needed = Yes()
    usual = Text(allow_null=True)
    choices = serializers.ListField(child=Text())
    asked_when = FreeObject(help_text="Asked with these answers only; empty: always.")


class KindOutput(Output):
    """A kind of program: what it pays, what it has, and what is asked when one is made."""

    kind = Text()
    name = Text()
    meaning = Text()
    pays = Text()
    suits = Text()
    needs = Text()
    measures = serializers.ListField(child=Text())
    rooms = serializers.ListField(child=Choice(choices=[(room, room) for room in kinds.ROOMS]))
    defaults = FreeObject(help_text="Settings of a new program of this kind.")
    settings = SettingOutput(many=True)


class KindsOutput(Output):
    """All kinds, on one page."""

    next = Text(allow_null=True)
    previous = Text(allow_null=True)
    results = KindOutput(many=True)


def _told(kind: kinds.Kind) -> dict[str, Any]:
    return {
        "kind": kind.code,
        "name": kind.label,
        "meaning": str(kind.meaning),
        "pays": str(kind.pays),
        "suits": str(kind.suits),
        "needs": str(kind.needs),
        "measures": [str(one) for one in kind.measures],
        "rooms": [room for room in kinds.ROOMS if room in kind.rooms],
        "defaults": kinds.defaults_of(kind.code),
        "settings": [_told_setting(one) for one in settings_of(kind.code)],
    }


def _told_setting(setting: Setting) -> dict[str, Any]:
    name, values = setting.when
    return {
        "key": setting.key,
        "type": setting.type,
        "question": str(setting.label),
        "hint": str(setting.hint),
        "needed": setting.required,
        "usual": None if setting.default is None else str(setting.default),
        "choices": [value for value, _label in setting.choices],
        "asked_when": {name: list(values)} if name else {},
    }


class Programs(ProgramList):
    """All programs."""

    scopes = {"GET": "programs:read", "POST": "programs:write"}

    @operation(_("Create a program"), body=NewProgramInput, answer=ProgramOutput, statuses=(201,))
    def post(self, call: Call) -> Program:
        return services.start_program(seller=call.seller, actor=call.actor, **call.data)


class ProgramKinds(Endpoint):
    """What kinds of program there are."""

    scopes = {"GET": "programs:read"}

    @operation(_("List the kinds of program"), answer=KindsOutput)
    def get(self, _call: Call) -> dict[str, Any]:
        rows = [_told(kind) for kind in kinds.KINDS.values()]
        return {"next": None, "previous": None, "results": rows}


urlpatterns = [
    path("programs", Programs.as_view()),
    path("program-kinds", ProgramKinds.as_view()),
]
