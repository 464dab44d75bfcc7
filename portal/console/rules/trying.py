"""From the builder to a simulation of what is being written, and back to writing on."""

import uuid
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

from django.http import QueryDict
from django.utils.translation import gettext as _

from campaigns.models import Program
from commissions.models import Rule, RuleVersion, Simulation
from commissions.services.rulebook import RuleInput
from commissions.simulation import selectors
from commissions.simulation.candidates import Candidate
from commissions.simulation.services import start_simulation, today_of
from portal.console.rules.draft import Draft
from portal.console.rules.reading import draft_of
from portal.console.rules.writing import Written
from prm.errors import FieldError, Refusal
from sellers.actors import Actor

TRY: Final = "try"
BACK: Final = timedelta(days=89)


def try_out(
    *,
    program: Program,
    rule: Rule | None,
    content: RuleInput,
    later: dict[str, Any] | None,
    scope: Mapping[str, Any],
    priority: int,
    actor: Actor,
) -> Simulation:
    """Try a rule, and its rule for later orders, on the last 90 days of the program's sales."""
    tried = [Candidate(content, rule, scope={} if rule else scope, priority=priority)]
    if later is not None:
        name = _("%(name)s, later orders") % {"name": content.name}
        follows = replace(content, name=name[:120], **later)
        tried.append(Candidate(follows, scope=scope, priority=priority))
    today = today_of(program.seller)
    return start_simulation(
        program=program, candidates=tried, since=today - BACK, until=today, actor=actor
    )


def put_refusal(written: Written, refusal: Refusal) -> None:
    """A refusal's paths without the number of the rule, by the blanks that they stand in."""
    errors = [
        FieldError(error.field.partition("].")[2], error.code, error.message)
        for error in refusal.errors
    ]
    written.put(errors, refusal.message)


def draft_again(query: QueryDict, program: Program, rule: Rule | None) -> Draft | None:
    """The draft that a simulation tried, where the address names one of this rule's."""
    try:
        key, place = uuid.UUID(query.get("tried", "")), int(query.get("place", "0"))
    except ValueError:
        return None
    simulation = selectors.simulations().filter(pk=key, program=program).first()
    rows = simulation.candidates if simulation else []
    if not 0 <= place < len(rows):
        return None
    stored = rows[place]
    if stored["ends"] or stored["rule"] != (str(rule.pk) if rule else None):
        return None
    row = rule or Rule(program=program, priority=stored["priority"])
    draft = draft_of(RuleVersion(rule=row, **stored["content"]), program.currency)
    for kind, scope_id in stored["scope"].items():
        draft.values["scope"] = f"{kind}:{scope_id}"
    return draft
