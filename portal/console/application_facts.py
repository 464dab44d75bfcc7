"""What the page of one application tells: answers, likenesses, the rule that decided."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from campaigns.models import Application, ApplicationFile
from partners import duplicates
from partners.duplicates import Candidate
from partners.models import Partner
from portal.admission_words import country_words, rule_words, sign_words


@dataclass(frozen=True)
class Shown:
    """One answer: its question, its kind, its words, and its file where it is one."""

    label: str
    kind: str
    value: str
    rows: tuple[str, ...] = ()
    file: ApplicationFile | None = None


@dataclass(frozen=True)
class Alike:
    """A partner that the applicant resembles; `partner` is None for one that is gone."""

    name: str
    partner: Partner | None
    signs: tuple[str, ...]
    strong: bool

    @property
    def may_take_in(self) -> bool:
        """Whether the applicant can be merged into him."""
        ended = {Partner.Status.SUSPENDED, Partner.Status.TERMINATED}
        return self.partner is not None and self.partner.status not in ended


def shown_answer(answer: Mapping[str, Any], files: Mapping[str, ApplicationFile]) -> Shown:
    """An answer ready for the page."""
    value, kind = answer["value"], answer["kind"]
    if isinstance(value, list):
        return Shown(answer["label"], kind, "", tuple(value))
    words = country_words(value) if kind == "country" and value else value
    return Shown(answer["label"], kind, words, file=files.get(answer["key"]))


def look_alikes(application: Application, *, live: bool) -> list[Alike]:
    """Whom the applicant resembles: now, or by what was kept when he applied."""
    if live:
        partner, user = application.partner, application.applicant
        who = Candidate(partner.name, user.email, partner.website, partner.pk, user.pk)
        return [
            Alike(
                one.partner.name,
                one.partner,
                tuple(sign_words({"kind": s.kind, "value": s.value}) for s in one.signs),
                one.strong,
            )
            for one in duplicates.look_alikes(who)
        ]
    kept = application.look_alikes
    known = Partner.objects.in_bulk([one["partner"] for one in kept])
    by_id = {str(pk): partner for pk, partner in known.items()}
    return [
        Alike(
            one["name"],
            by_id.get(one["partner"]),
            tuple(sign_words(sign) for sign in one["signs"]),
            any(duplicates.is_strong(sign["kind"]) for sign in one["signs"]),
        )
        for one in kept
    ]


def rule_told(application: Application) -> dict[str, Any] | None:
    """The rule that held, its number and why it did not approve where it was stopped."""
    rule = application.admission
    if not rule:
        return None
    return {
        "number": rule["number"],
        "decision": rule["decision"],
        "words": rule_words(rule, rule.get("labels", {})),
        "stopped": rule.get("stopped", ""),
    }
