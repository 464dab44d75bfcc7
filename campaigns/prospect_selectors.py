"""Reads about wanted profiles, fits and invitations of prospects."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from campaigns.fit import Candidate, Fit, Profile, fit_of
from campaigns.models import Program, ProspectFit, ProspectInvitation, WantedProfile
from partners.models import Channel, Prospect
from partners.prospect_rules import mean_engagement
from partners.prospect_selectors import prospects, reach_of
from prm.errors import NotFound
from sellers.rules import token_hash

OPEN = Q(application=None, declined_at=None, withdrawn_at=None)


@dataclass(frozen=True)
class ProgramFit:
    """A program that looks for somebody, and how well one prospect fits."""

    program: Program
    fit: Fit


def profiles() -> QuerySet[WantedProfile]:
    """Wanted profiles of programs that are not closed, by the program's name."""
    return (
        WantedProfile.objects.exclude(program__status=Program.Status.CLOSED)
        .select_related("program")
        .order_by("program__name", "id")
    )


def profile_of(program: Program) -> WantedProfile | None:
    """What a program looks for; None while nobody has said."""
    return WantedProfile.objects.filter(program=program).first()


def as_profile(row: WantedProfile) -> Profile:
    """A wanted profile as plain values."""
    return Profile(
        niches=row.niches,
        content_kinds=row.content_kinds,
        platforms=row.platforms,
        countries=row.countries,
        languages=row.languages,
        least_audience=row.least_audience,
        most_audience=row.most_audience,
        least_engagement=row.least_engagement,
        weights=row.weights,
    )


def as_candidate(prospect: Prospect, channels: Sequence[Channel]) -> Candidate:
    """A prospect as plain values."""
    reach = reach_of(channels)
    known = any(one.audience is not None for one in reach)
    return Candidate(
        niches=prospect.niches,
        content_kinds=prospect.content_kinds,
        platforms=tuple(dict.fromkeys(one.platform for one in reach)),
        country=prospect.country,
        languages=prospect.languages,
        audience=prospect.audience if known else None,
        engagement=mean_engagement(reach),
    )


def fits_of(prospect: Prospect, rows: Iterable[WantedProfile] | None = None) -> list[ProgramFit]:
    """The prospect's fit to each program that looks for somebody, the best first."""
    candidate = as_candidate(prospect, list(prospect.channels.all()))
    found = []
    for row in profiles() if rows is None else rows:
        fit = fit_of(as_profile(row), candidate)
        if fit is not None:
            found.append(ProgramFit(row.program, fit))
    return sorted(found, key=lambda one: -one.fit.score)


def best_fits(
    profile: Profile, *, look_at: int = 2_000, most: int = 10
) -> list[tuple[Prospect, Fit]]:
    """The prospects who fit `profile` best, among the `look_at` newest who are no partners yet.

    For trying a profile before it is saved.
    """
    open_ones = prospects().exclude(stage__in=[Prospect.Stage.JOINED, Prospect.Stage.REJECTED])
    found = []
    for prospect in open_ones.order_by("-id")[:look_at]:
        fit = fit_of(profile, as_candidate(prospect, list(prospect.channels.all())))
        if fit is not None:
            found.append((prospect, fit))
    return sorted(found, key=lambda pair: -pair[1].score)[:most]


def with_fit(rows: QuerySet[Prospect], program_id: str = "") -> QuerySet[Prospect]:
    """`rows` with `fit_score`: to the program, else to the one that fits best; None without."""
    kept = ProspectFit.objects.filter(prospect=OuterRef("pk"))
    try:
        kept = kept.filter(program=uuid.UUID(program_id)) if program_id else kept
    except ValueError:
        kept = kept.none()
    best = kept.exclude(program__status=Program.Status.CLOSED).order_by("-score").values("score")
    return rows.annotate(fit_score=Subquery(best[:1]))


def best_scores(prospect_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, tuple[int, str]]:
    """Each prospect's best score with the program's name; one query."""
    rows = (
        ProspectFit.objects.filter(prospect__in=prospect_ids)
        .exclude(program__status=Program.Status.CLOSED)
        .order_by("score", "-id")
        .values_list("prospect_id", "score", "program__name")
    )
    return {prospect_id: (score, name) for prospect_id, score, name in rows}


def invitations_of(prospect: Prospect) -> QuerySet[ProspectInvitation]:
    """Every invitation of a prospect, the newest first."""
    return (
        ProspectInvitation.objects.filter(prospect=prospect)
        .select_related("program", "invited_by", "application")
        .order_by("-id")
    )


def invitation_by_id(prospect: Prospect, invitation_id: uuid.UUID | str) -> ProspectInvitation:
    """One of the prospect's invitations; raises NotFound."""
    found = invitations_of(prospect).filter(pk=invitation_id).first()
    if found is None:
        raise NotFound("invitation")
    return found


def invitation_by_token(token: str) -> ProspectInvitation | None:
    """The open invitation behind a personal link; None when it is over or was never made."""
    return (
        ProspectInvitation.objects.filter(OPEN, token_hash=token_hash(token))
        .filter(expires_at__gt=timezone.now(), program__status=Program.Status.OPEN)
        .select_related("program__seller", "prospect", "invited_by")
        .first()
    )


def open_invitations(prospect_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, ProspectInvitation]:
    """The newest open invitation of each prospect; one query."""
    rows = (
        ProspectInvitation.objects.filter(OPEN, prospect__in=prospect_ids)
        .select_related("program")
        .order_by("id")
    )
    return {row.prospect_id: row for row in rows}
