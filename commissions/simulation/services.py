"""Starting a simulation, computing it in a worker, and publishing what it tried."""

import uuid
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from activity import jobs, work
from activity.models import Job
from activity.services import record
from campaigns.models import Program
from commissions.models import Rule, RuleVersion, Simulation, SimulationLine
from commissions.services import rulebook
from commissions.services.rulebook import RuleInput
from commissions.simulation import candidates as candidate_rules
from commissions.simulation.candidates import Candidate
from commissions.simulation.comparing import Comparer, Comparison
from prm.errors import Conflict, Refusal, Unacceptable
from sellers.actors import SYSTEM, Actor
from sellers.models import Seller
from sellers.scope import seller_scope

JOB_KIND: Final = "simulation"
LONGEST: Final = timedelta(days=366 * 3)
GAIN, LOSE, SAME = "gain", "lose", "same"
NO_SUMS: Final = dict.fromkeys(("sales", "net", "now", "then", GAIN, LOSE, SAME), 0)


def start_simulation(
    *,
    program: Program,
    candidates: Sequence[Candidate],
    since: date,
    until: date,
    actor: Actor,
) -> Simulation:
    """Queue a comparison of candidate rules with those of today over `since` to `until`.

    Both days are of the seller's time zone and included. Raises Malformed or Unacceptable for a
    candidate that cannot pay, and for a period that is empty, over three years, or not over yet.
    """
    _check_period(program.seller, since, until)
    stored = candidate_rules.stored(program, candidates)
    with transaction.atomic():
        title = _("Rules of %(program)s over %(since)s to %(until)s") % {
            "program": program.name,
            "since": since.isoformat(),
            "until": until.isoformat(),
        }
        job = jobs.start(seller=program.seller, kind=JOB_KIND, title=title, actor=actor, params={})
        simulation = Simulation.objects.create(
            seller_id=program.seller_id,
            program=program,
            job=job,
            candidates=stored,
            since=since,
            until=until,
            author=actor.user,
        )
        work.nudge(KIND.name, program.seller_id)
    return simulation


def today_of(seller: Seller) -> date:
    """The day that it is in the seller's time zone."""
    return timezone.now().astimezone(ZoneInfo(seller.time_zone)).date()


def run_again(*, simulation: Simulation, since: date, until: date, actor: Actor) -> Simulation:
    """Try the same candidates over another period; raises as `start_simulation` does."""
    return start_simulation(
        program=simulation.program,
        candidates=candidate_rules.again(simulation),
        since=since,
        until=until,
        actor=actor,
    )


def _check_period(seller: Seller, since: date, until: date) -> None:
    if until < since:
        raise Unacceptable(_("The period ends before it begins."), field="to", code="before_start")
    if until - since > LONGEST:
        raise Unacceptable(_("Choose at most three years."), field="from", code="too_long")
    if until > today_of(seller):
        raise Unacceptable(_("Choose days up to today."), field="to", code="in_the_future")


def publish(
    *, simulation: Simulation, valid_from: datetime | None, reason: str, actor: Actor
) -> list[RuleVersion]:
    """Put the candidates in force from a moment not in the past; all or none.

    Raises Unacceptable for a moment in the past, and Conflict when the comparison is not done,
    was published already, or one of the rules has changed since.
    """
    if simulation.job.status != Job.Status.DONE:
        raise Conflict(_("The comparison is not done yet."), code="state")
    if valid_from is not None and valid_from < timezone.now() - rulebook.NOW_TOLERANCE:
        raise Unacceptable(
            _("Choose a moment from now on."), field="valid_from", code="in_the_past"
        )
    with transaction.atomic():
        hit = Simulation.objects.filter(pk=simulation.pk, published_at=None)
        if not hit.update(published_at=timezone.now()):
            raise Conflict(_("These rules were published already."), code="state")
        made = [
            _published(simulation, stored, valid_from, reason, actor)
            for stored in simulation.candidates
        ]
        record(
            seller=simulation.seller,
            actor=actor,
            verb="simulation.published",
            object=simulation,
            label=str(simulation),
            detail={"rules": len(simulation.candidates), "reason": reason},
        )
    return [version for version in made if version is not None]


def _published(
    simulation: Simulation,
    stored: dict[str, Any],
    valid_from: datetime | None,
    reason: str,
    actor: Actor,
) -> RuleVersion | None:
    rule = None
    if stored["rule"]:
        # locked, so that nobody makes a version between the check and ours
        rule = Rule.objects.select_for_update(of=("self",)).get(pk=stored["rule"])
        newest = rule.versions.latest("number")
        if has_changed(simulation, rule, newest):
            raise Conflict(
                _("“%(name)s” was changed since. Compare again.") % {"name": newest.name},
                code="changed_since",
            )
        if stored["ends"]:
            rulebook.end_rule(rule=rule, actor=actor, at=valid_from)
            return None
    content = RuleInput(**stored["content"], valid_from=valid_from, reason=reason)
    if rule is not None:
        return rulebook.change_rule(rule=rule, content=content, actor=actor)
    return rulebook.create_rule(
        program=simulation.program,
        rule=content,
        actor=actor,
        priority=stored["priority"],
        **candidate_rules.rows_of(stored["scope"]),
    )


def has_changed(simulation: Simulation, rule: Rule, newest: RuleVersion) -> bool:
    """Whether a rule was changed or ended after the simulation was started."""
    return rule.ended_at is not None or newest.created_at > simulation.created_at


def step(seller_id: uuid.UUID) -> bool:
    """Compute the seller's oldest waiting simulation, from its beginning to its end.

    Nothing of it is kept before the end: a killed worker's successor begins anew.
    """
    with seller_scope(seller_id):
        job = jobs.next_open(JOB_KIND)
        if job is None:
            return False
        simulation = Simulation.objects.select_related("program__seller").get(job=job)
    language = (job.started_by.language if job.started_by else "") or job.seller.language
    with translation.override(language):
        try:
            _compute(job, simulation)
        except Refusal as error:
            _fail(job, simulation, error.message)
        except Exception as error:
            with seller_scope(seller_id):
                attempts = jobs.count_attempt(job)
            if attempts >= jobs.MAX_ATTEMPTS:
                _fail(job, simulation, f"{type(error).__name__}: {error}")
            raise
    return True


def _compute(job: Job, simulation: Simulation) -> None:
    """Chunk by chunk, each in a transaction of its own, so that others see how far it is."""
    program, seller_id = simulation.program, simulation.seller_id
    with seller_scope(seller_id):
        now, then = candidate_rules.books(program, simulation.candidates)
        comparer = Comparer(program, now, then, simulation.since, simulation.until)
        total = comparer.total()
    chunks = comparer.chunks()
    done: int | None = 0
    attempts = job.attempts
    while done is not None:
        with seller_scope(seller_id):
            done = next(chunks, None)
            if done is None:
                _keep(simulation, comparer.found)
                _finish(job, simulation, total)
            else:
                jobs.progress(job, position=done, total=total, result={})
                # a successor begins anew, so a chunk done here is no reason to forget failed tries
                job.attempts = attempts
                job.save(update_fields=["attempts"])
        work.extend(KIND.name, seller_id)


def _keep(simulation: Simulation, found: Comparison) -> None:
    lines = [
        SimulationLine(
            seller_id=simulation.seller_id,
            simulation=simulation,
            partner_id=partner,
            currency=currency,
            sales=one.sales,
            now_minor=one.now,
            then_minor=one.then,
            difference_minor=one.then - one.now,
            gained=one.gained,
            lost=one.lost,
        )
        for (partner, currency), one in sorted(found.partners.items())
    ]
    SimulationLine.objects.filter(simulation=simulation).delete()
    SimulationLine.objects.bulk_create(lines, batch_size=1000)
    totals: dict[str, dict[str, int]] = {}
    for line in lines:
        sold = {"net": found.net[line.currency], "sales": found.count[line.currency]}
        own = totals.setdefault(line.currency, {**NO_SUMS, **sold})
        own["now"] += line.now_minor
        own["then"] += line.then_minor
        own[effect_of(line.difference_minor)] += 1
    simulation.sales, simulation.totals = found.sales, totals
    simulation.moves = found.top_moves()
    simulation.save(update_fields=["sales", "totals", "moves"])


def effect_of(difference: int) -> str:
    """Whether a partner gains, loses or stays."""
    if difference:
        return GAIN if difference > 0 else LOSE
    return SAME


def _finish(job: Job, simulation: Simulation, total: int) -> None:
    jobs.progress(job, position=total, total=total, result={"sales": simulation.sales})
    told = _("The comparison of rules is done")
    actor = Actor.person(job.started_by) if job.started_by else SYSTEM
    detail = {"sales": simulation.sales}
    jobs.finish(job, actor=actor, detail=detail, told=told, path=path_of(simulation))


def _fail(job: Job, simulation: Simulation, error: str) -> None:
    told = _("The comparison of rules failed")
    actor = Actor.person(job.started_by) if job.started_by else SYSTEM
    with seller_scope(job.seller_id):
        jobs.fail(job, actor=actor, error=error, told=told, path=path_of(simulation))


def path_of(simulation: Simulation) -> str:
    """Where a simulation is looked at."""
    slug = simulation.program.seller.slug
    return f"/{slug}/console/simulations/{simulation.pk}/"


def _waiting() -> Iterable[uuid.UUID]:
    return jobs.waiting(JOB_KIND)


KIND = work.Kind("simulations", _waiting, step, work.BACKGROUND_QUEUE)
