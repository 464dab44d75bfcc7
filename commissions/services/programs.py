"""Making a program of a kind: its settings, its first rules, and what else the kind starts with."""

from collections.abc import Mapping
from typing import Any, Unpack, cast

from django.db import transaction

from campaigns import kinds
from campaigns import services as campaigns
from campaigns.kind_answers import checked_settings
from campaigns.models import Program
from campaigns.services.programs import ProgramTerms
from commissions import starters
from commissions.services.rulebook import RuleInput, create_rule
from prm.errors import Malformed, Unacceptable
from sellers.actors import Actor
from sellers.models import Seller
from sellers.rest.problems import SHAPE_CODES


@transaction.atomic
def start_program(
    *,
    seller: Seller,
    actor: Actor,
    name: str,
    slug: str,
    currency: str,
    landing_url: str,
    kind_settings: Mapping[str, Any] | None = None,
    **terms: Unpack[ProgramTerms],
) -> Program:
    """A draft program of `terms["kind"]` with that kind's defaults for what is not given.

    With `kind_settings` (answers to `campaigns.kind_settings`, an empty mapping takes every
    default) it starts with the kind's rules and whatever else the kind needs; without, bare.
    Raises as `create_program` does; answers are named `kind_settings.rate`.
    """
    kind = terms.get("kind", kinds.FIRST)
    answers = None
    if kind_settings is not None and kind in kinds.KINDS:
        answers = checked_answers(kind, kind_settings, currency)
    usual = kinds.defaults_of(kind) if kind in kinds.KINDS else {}
    values = cast("ProgramTerms", {**usual, **terms})
    program = campaigns.create_program(
        seller=seller,
        actor=actor,
        name=name,
        slug=slug,
        currency=currency,
        landing_url=landing_url,
        kind_settings=answers,
        **values,
    )
    if answers is not None:
        for content in starters.starting_rules(kind, answers):
            create_rule(program=program, rule=RuleInput(**content), actor=actor)
    return program


def checked_answers(kind: str, given: Mapping[str, Any], currency: str) -> dict[str, Any]:
    """The answers as they are kept. Raises Malformed for a wrong shape, Unacceptable for values."""
    answers, errors = checked_settings(kind, given, currency)
    if errors:
        refusal = Malformed if any(one.code in SHAPE_CODES for one in errors) else Unacceptable
        raise refusal(f"{errors[0].field}: {errors[0].message}", errors=errors)
    return answers
