"""Every list page asks the database as often for 200 rows as for 10."""

import importlib
import pkgutil
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import django_filters
import django_tables2 as tables
import pytest
from django.db import connection, models
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

import portal
from activity.models import ChainLink, Event, Job, Notification
from campaigns.models import Announcement, Enrollment, Material, Program, Terms, Tier
from commissions.models import (
    Commission,
    Goal,
    GoalPeriod,
    GoalResult,
    PeriodState,
    Simulation,
    SimulationLine,
    Source,
)
from commissions.performance import standings
from ledger.models import Transfer
from partners.models import Member, Partner
from payouts.models import Batch, BatchItem
from portal.columns import TextColumn
from portal.listing import Listing, Page
from sellers.models import Staff, User
from tests.cast import signed_in
from tests.copying import Originals
from tests.permissions.routes import seller_routes
from tests.permissions.test_pages import address
from tests.permissions.world import World, make_world
from tracking.models import Sale

FEW, MANY = 10, 200
SHORT_ROUNDS = 2
Models = tuple[type[models.Model], ...]

# The URL names of all pages with a list.
PLACES = (
    "audit:ledger",
    "audit:trail",
    "audit:transfers",
    "console:announcements",
    "console:announcements-detail",
    "console:api-keys",
    "console:applications",
    "console:articles",
    "console:campaigns",
    "console:claims",
    "console:commissions",
    "console:conversations",
    "console:coupons",
    "console:deliverables",
    "console:deliverables-briefs",
    "console:friends",
    "console:goals",
    "console:goals-detail",
    "console:imports",
    "console:landings",
    "console:link-domains",
    "console:links",
    "console:loyalty-redemptions",
    "console:loyalty-rewards",
    "console:materials",
    "console:materials-named",
    "console:notifications",
    "console:partners",
    "console:payouts",
    "console:payouts-accounts",
    "console:payouts-detail",
    "console:payouts-line",
    "console:performance",
    "console:programs",
    "console:prospects",
    "console:public-pages",
    "console:review",
    "console:rules",
    "console:sales",
    "console:sales-reports",
    "console:settlements",
    "console:settlements-agreements",
    "console:simulations",
    "console:simulations-detail",
    "console:sources",
    "console:sources-log",
    "console:staff",
    "console:tiers",
    "partner-directory",
    "partner:claims",
    "partner:conversations",
    "partner:deliverables",
    "partner:earnings",
    "partner:friends",
    "partner:goals",
    "partner:links",
    "partner:materials",
    "partner:news",
    "partner:notifications",
    "partner:payouts",
    "partner:payouts-detail",
    "partner:points",
    "partner:settlements",
    "partner:statements",
)

# What stays one while all else is copied: rows of a partner's own lists hang on him, rows of a
# program's or a batch's on that.
OF_A_PARTNER: Models = (User, Staff, Partner, Member, Enrollment, Program, Goal)
OF_A_WHOLE: Models = (Program, Tier, Material, Announcement, Batch, Goal, Simulation, Source, Terms)
# What is copied for itself: what there are many of anyway, programs with goals of their own, and
# the lines of a payout.
MANY_ANYWAY: Models = (ChainLink, Event, Notification, Transfer)
APART: tuple[Models, ...] = (MANY_ANYWAY, (Program, Goal), (Sale, Commission, BatchItem))


@pytest.fixture(scope="module")
def world() -> World:
    """A seller with one of everything, and with what the workers would have counted."""
    made = make_world()
    while standings.step(made.team.id):
        pass
    ids: dict[str, Any] = {**made.ids}
    with made.team.scope():
        partner = Partner.objects.get(pk=ids["partner_id"])
        Program.objects.filter(pk=ids["program_id"]).update(kind=Program.Kind.REFERRAL)
        goal = Goal.objects.get(pk=ids["goal_id"])
        of: dict[str, Any] = {"seller": made.team.seller, "partner": partner}
        day = goal.starts_on - timedelta(days=40)
        period = GoalPeriod.objects.create(
            seller=made.team.seller, goal=goal, version=goal.versions.get(), key="before-it",
            starts_on=day, ends_on=day, closes_at=timezone.now(), state=PeriodState.CLOSED,
        )  # fmt: skip
        GoalResult.objects.create(**of, goal=goal, period=period, value=5)
        trial = Simulation.objects.get(pk=ids["simulation_id"])
        Job.objects.filter(pk=trial.job_id).update(status=Job.Status.DONE)
        SimulationLine.objects.create(**of, simulation=trial, currency="EUR", sales=1)
    return made


@dataclass
class Copier:
    """Fills a world with copies of its own rows."""

    originals: Originals
    made: int = 0

    def make(self, count: int) -> None:
        """So many more of each."""
        for kept in (OF_A_PARTNER, OF_A_WHOLE):
            self.originals.copy(self._numbers(count), kept=(*kept, *MANY_ANYWAY))
        for only in APART:
            self.originals.copy(self._numbers(count), only=only)

    def _numbers(self, count: int) -> range:
        self.made += count
        return range(self.made - count + 1, self.made + 1)


@pytest.fixture(scope="module")
def copier(world: World) -> Copier:
    """Makes more of the world."""
    return Copier(Originals(world.team.id, world.people.values()))


def all_lists() -> dict[int, str]:
    """The lists that stand in modules of the portal, by id."""
    found = {}
    for module in pkgutil.walk_packages(portal.__path__, "portal."):
        for name, value in vars(importlib.import_module(module.name)).items():
            for one in value.values() if isinstance(value, dict) else [value]:
                if isinstance(one, Listing):
                    found[id(one)] = f"{module.name}.{name}"
    return found


def addresses(world: World) -> dict[str, str]:
    """Where each of PLACES is, for the owner or the partner's admin."""
    patterns = {name: pattern for name, pattern, _view in seller_routes()}
    people = {name: reader(world, name) for name in PLACES}
    return {name: address(patterns[name], world, people[name]) for name in PLACES}


def reader(world: World, name: str) -> User:
    """Who opens a page."""
    return world.admin if name.startswith("partner:") else world.team.owner


def shown(answer: Any) -> Page:
    """The list of an answered page."""
    pages = [value for part in answer.context for value in part.flatten().values()]
    return next(one for one in pages if type(one) is Page)  # what is lazy stays so


def counted(client: Client, path: str) -> tuple[Any, int]:
    """An answer, read to its end, and how many queries it took."""
    with CaptureQueriesContext(connection) as queries:
        answer: Any = client.get(path)
        assert answer.status_code == 200, path
        if answer.streaming:
            list(answer)
    return answer, len(queries)


def test_every_list_asks_as_often_for_many_rows_as_for_few(
    world: World, copier: Copier, rounds: int
) -> None:
    """Files are read too in the long run."""
    clients = {user: signed_in(user) for user in (world.team.owner, world.admin)}
    places = addresses(world)
    seen: set[int] = set()

    def counts(rows: int, names: Iterable[str] = PLACES) -> dict[str, tuple[int, int]]:
        found = {}
        for name in names:
            path = places[name]
            client = clients[reader(world, name)]
            answer, queries = counted(client, path)
            page = shown(answer)
            with world.team.scope():
                assert page.total >= rows, f"{name}: {page.total} rows"
            seen.add(id(page.listing))
            found[name] = queries, 0
            if rounds > SHORT_ROUNDS and page.listing.exports:
                found[name] = queries, counted(client, f"{path}?export=csv")[1]
        return found

    copier.make(FEW)
    first = counts(FEW)  # templates, brand and seat are remembered from now on
    few = {name: min(first[name], found) for name, found in counts(FEW).items()}
    copier.make(MANY - FEW)
    many = counts(MANY)
    # Now and then one page also notes something about the reader; it does not do so twice.
    many |= counts(MANY, [name for name in few if few[name] != many[name]])
    assert {name: (few[name], many[name]) for name in few if few[name] != many[name]} == {}
    unseen = [words for one, words in all_lists().items() if one not in seen]
    assert not unseen, f"no page in PLACES shows {unseen}"


class AskingTable(tables.Table):
    """Asks for the partner of each row."""

    who = TextColumn("Partner", accessor="partner__name")


class NoFilters(django_filters.FilterSet):
    """Nothing to choose."""


def test_the_count_shows_a_query_for_each_row(world: World, copier: Copier) -> None:
    copier.make(30)

    def queries(size: int) -> int:
        asking = Listing(
            table=AskingTable,
            filters=NoFilters,
            name="asking",
            default="at",
            orders={"at": "occurred_at"},
            size=size,
        )
        with world.team.scope(), CaptureQueriesContext(connection) as found:
            page = asking.show(RequestFactory().get("/"), Commission.objects.all())
            assert len([[str(cell) for _td, cell in line["cells"]] for line in page.rows]) == size
        return len(found)

    assert queries(25) == queries(10) + 15
