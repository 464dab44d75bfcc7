"""What a program's rules say about an applicant, and who he looks like."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from campaigns import admission, application_selectors
from campaigns.admission import Applicant, Rule
from campaigns.answers import Answer
from campaigns.models import Application, Program
from campaigns.questions import questions_of
from partners import duplicates
from partners.duplicates import Candidate, LookAlike
from partners.models import Partner
from sellers.models import User

WAITS_FOR_PERSON = "look_alike"
"""Why a rule that approves left it to a person."""


@dataclass(frozen=True)
class Judged:
    """What comes of an application: approve, reject or review, by which rule, and what was seen."""

    decision: str
    rule: Rule | None = None
    number: int = 0
    stopped: str = ""
    labels: dict[str, str] = field(default_factory=dict)
    look_alikes: tuple[LookAlike, ...] = ()

    @property
    def reason(self) -> str:
        """What a rejected applicant reads."""
        return self.rule.reason if self.rule else ""

    def as_json(self) -> dict[str, Any] | None:
        """The rule as it stood, for the application's row; None where no rule held."""
        if self.rule is None:
            return None
        kept = {**self.rule.as_json(), "number": self.number, "labels": self.labels}
        return {**kept, "stopped": self.stopped} if self.stopped else kept


def judged(*, program: Program, partner: Partner, user: User, answers: Sequence[Answer]) -> Judged:
    """The decision on a new application, by the first rule that holds or the program's setting.

    Approving without a person is for new and active partners only. A rule approves nobody who
    looks like another partner by more than his name: that waits for a person.
    """
    candidate = Candidate(partner.name, user.email, partner.website, partner.pk, user.pk)
    alike = tuple(duplicates.look_alikes(candidate))
    rules = admission.rules_of(program.admission)
    facts = admission.facts_of(_applicant(partner, user, alike), answers) if rules else {}
    rule = admission.decided(rules, facts)
    decision = rule.decision if rule else "approve" if program.auto_approve else "review"
    stopped = ""
    if decision == "approve" and rule and any(one.strong for one in alike):
        decision, stopped = "review", WAITS_FOR_PERSON
    if decision == "approve" and partner.status not in {
        Partner.Status.APPLIED,
        Partner.Status.ACTIVE,
    }:
        decision = "review"
    number = rules.index(rule) + 1 if rule else 0
    labels = {answer["key"]: answer["label"] for answer in answers}
    return Judged(decision, rule, number, stopped, labels if rule else {}, alike)


def tried(
    program: Program, rules: Sequence[Rule], applications: Sequence[Application]
) -> list[Rule | None]:
    """Which of `rules` would have decided each application, by what was known when it came.

    Whether somebody was rejected before is not asked again for the past: it counts as no.
    """
    known = {question.key for question in questions_of(program.questions)}
    found = []
    for row in applications:
        alike = any(
            duplicates.is_strong(sign["kind"]) or sign["kind"] == "name"
            for one in row.look_alikes
            for sign in one["signs"]
        )
        who = Applicant(
            country=row.partner.country,
            kind=row.partner.kind,
            website_domain=row.partner.domain,
            email_domain=duplicates.email_host(row.applicant.email),
            look_alike=alike,
        )
        answers = [answer for answer in row.answers if answer["key"] in known]
        found.append(admission.decided(rules, admission.facts_of(who, answers)))
    return found


def _applicant(partner: Partner, user: User, alike: Sequence[LookAlike]) -> Applicant:
    return Applicant(
        country=partner.country,
        kind=partner.kind,
        website_domain=partner.domain,
        email_domain=duplicates.email_host(user.email),
        look_alike=any(one.strong or one.same_name for one in alike),
        rejected_before=application_selectors.was_rejected(partner),
    )
