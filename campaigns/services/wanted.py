"""What programs look for, and the scores that are kept of it."""

import uuid
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from activity.services import record
from campaigns import fit as rules
from campaigns import prospect_selectors as selectors
from campaigns.fit import Profile
from campaigns.models import Program, ProspectFit, WantedProfile
from partners.models import ContentKind, Platform, Prospect
from partners.models.reach import MOST_FOLLOWERS
from partners.services import prospects as services
from partners.services.profiles import country_code
from prm.errors import Unacceptable
from prm.validation import changed_fields
from sellers.actors import Actor
from sellers.scope import seller_scope

BATCH: Final = 200
LISTS: Final = ("niches", "content_kinds", "platforms", "countries", "languages")
NUMBERS: Final = ("least_audience", "most_audience", "least_engagement")


def checked_profile(given: Profile) -> Profile:
    """A profile as it is kept. Raises Unacceptable by the field."""
    least, most = given.least_audience, given.most_audience
    for field, value in (("least_audience", least), ("most_audience", most)):
        if value is not None and not 0 < value <= MOST_FOLLOWERS:
            raise Unacceptable(_("Give a number above zero, or nothing."), field=field)
    if least is not None and most is not None and most < least:
        raise Unacceptable(_("The most is below the least."), field="most_audience")
    percent = given.least_engagement
    if percent is not None and not Decimal(0) < percent <= 100:
        raise Unacceptable(_("Give a percentage between 0 and 100."), field="least_engagement")
    for criterion, weight in given.weights.items():
        if criterion not in rules.CRITERIA or weight not in rules.WEIGHTS:
            message = _("Choose how much this counts.")
            raise Unacceptable(message, field=f"weights.{criterion}"[:100], code="choice")
    return replace(
        given,
        niches=services.tags(given.niches, "niches"),
        content_kinds=services.listed(given.content_kinds, ContentKind.values, "content_kinds"),
        platforms=services.listed(given.platforms, Platform.values, "platforms"),
        countries=_countries(given.countries),
        languages=services.language_codes(given.languages),
        weights=dict(given.weights),
    )


@transaction.atomic
def save_wanted_profile(*, program: Program, profile: Profile, actor: Actor) -> WantedProfile:
    """What the program looks for; prospects are scored anew by a worker.

    Nothing is written or recorded when nothing differs. Raises Unacceptable by the field.
    """
    Program.objects.select_for_update().get(pk=program.pk)
    checked = checked_profile(profile)
    row = selectors.profile_of(program) or WantedProfile(seller=program.seller, program=program)
    values: dict[str, Any] = {
        name: getattr(checked, name) for name in (*LISTS, *NUMBERS, "weights")
    }
    changes = changed_fields(row, values)
    if not changes:
        return row
    for name, value in values.items():
        setattr(row, name, value)
    row.save()
    services.fit_is_due(program.seller)
    record(
        seller=program.seller,
        actor=actor,
        verb="wanted_profile.changed",
        object=row,
        label=program.name,
        changes={name: (_plain(a), _plain(b)) for name, (a, b) in changes.items()},
    )
    return row


def waiting() -> Iterable[uuid.UUID]:
    """Sellers with prospects to score; under the maintenance scope."""
    rows = Prospect.objects.filter(fit_due=True).order_by()
    return set(rows.values_list("seller_id", flat=True).distinct())


def step(seller_id: uuid.UUID) -> bool:
    """Score one batch of a seller's prospects; whether there may be more. Safe to run twice."""
    with seller_scope(seller_id):
        batch = list(
            Prospect.objects.filter(fit_due=True)
            .select_for_update(skip_locked=True)
            .prefetch_related("channels")
            .order_by("id")[:BATCH]
        )
        if batch:
            score(batch)
    return len(batch) == BATCH


def score(batch: list[Prospect]) -> None:
    """Keep the scores of prospects for every program that looks for somebody."""
    rows = list(WantedProfile.objects.all())
    made = []
    for prospect in batch:
        candidate = selectors.as_candidate(prospect, list(prospect.channels.all()))
        for row in rows:
            fit = rules.fit_of(selectors.as_profile(row), candidate)
            if fit is not None:
                made.append(
                    ProspectFit(
                        seller_id=prospect.seller_id,
                        program_id=row.program_id,
                        prospect=prospect,
                        score=fit.score,
                    )
                )
    ids = [prospect.pk for prospect in batch]
    ProspectFit.objects.filter(prospect__in=ids).delete()
    ProspectFit.objects.bulk_create(made, batch_size=1_000)
    Prospect.objects.filter(pk__in=ids).update(fit_due=False)


def _countries(codes: Iterable[str]) -> list[str]:
    kept = [country_code(code, "countries") for code in codes]
    return list(dict.fromkeys(code for code in kept if code))


def _plain(value: object) -> object:
    """A value as the trail keeps it."""
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, list):
        return ", ".join(value)
    if isinstance(value, dict):
        return ", ".join(f"{name}: {weight}" for name, weight in value.items())
    return value
