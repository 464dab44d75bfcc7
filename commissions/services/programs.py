"""Making a program of a kind: its settings, its first rules, and what else the kind starts with."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Unpack, cast
from urllib.parse import urlsplit

from django.db import transaction
from django.utils.translation import gettext as _

from campaigns import kinds
from campaigns import services as campaigns
from campaigns.kind_answers import checked_settings
from campaigns.models import Program
from campaigns.services.programs import ProgramTerms
from commissions import starters
from commissions.loyalty.stamps import create_card
from commissions.loyalty.terms import change_settings
from commissions.models import FriendTerms, StampCounts, StampGift
from commissions.models.loyalty import usual_reminders
from commissions.referrals.services import change_terms
from commissions.services.briefs import BriefInput, create_brief
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
    starts_at: datetime | None = None,
    **terms: Unpack[ProgramTerms],
) -> Program:
    """A draft program of `terms["kind"]` with that kind's defaults for what is not given.

    With `kind_settings` (answers to `campaigns.kind_settings`, an empty mapping takes every
    default) it starts with the kind's rules and whatever else the kind needs; without, bare.
    What it starts with is in force from `starts_at`, by default now: a program may be set up with
    its history.
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
        _begin(program, answers, actor, starts_at)
    return program


def _begin(
    program: Program, answers: Mapping[str, Any], actor: Actor, starts_at: datetime | None
) -> None:
    """Rules, briefs, and what points and friends get."""
    for content in starters.starting_rules(program.kind, answers):
        rule = RuleInput(**content, valid_from=starts_at)
        create_rule(program=program, rule=rule, actor=actor)
    host = urlsplit(program.landing_url).hostname or ""
    for brief in starters.starting_briefs(program.kind, answers, host):
        create_brief(program=program, brief=BriefInput(**brief), actor=actor)
    if program.kind == Program.Kind.LOYALTY:
        _begin_loyalty(program, answers, actor, starts_at)
    if program.kind == Program.Kind.REFERRAL and answers["friend"] != FriendTerms.Kind.NONE:
        change_terms(
            program=program,
            actor=actor,
            kind=answers["friend"],
            amount=answers["friend_amount"],
            minimum_minor=answers.get("minimum", 0),
        )


def _begin_loyalty(
    program: Program, answers: Mapping[str, Any], actor: Actor, starts_at: datetime | None
) -> None:
    change_settings(
        program=program,
        actor=actor,
        expire_months=answers.get("expiry_months"),
        remind_days=usual_reminders(),
    )
    if every := answers.get("every_nth"):
        create_card(
            program=program,
            actor=actor,
            name=_("Every %(n)d items one is free") % {"n": every},
            counts=StampCounts.ITEMS,
            every=every,
            gift=StampGift.CHEAPEST,
            starts_at=starts_at,
        )


def checked_answers(kind: str, given: Mapping[str, Any], currency: str) -> dict[str, Any]:
    """The answers as they are kept. Raises Malformed for a wrong shape, Unacceptable for values."""
    answers, errors = checked_settings(kind, given, currency)
    if errors:
        refusal = Malformed if any(one.code in SHAPE_CODES for one in errors) else Unacceptable
        raise refusal(f"{errors[0].field}: {errors[0].message}", errors=errors)
    return answers
