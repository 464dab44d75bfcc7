"""Files of prospects: tried first, taken once, several channels, every mistake by its row."""

import pytest

from activity.models import Event
from partners.models import Channel, Prospect
from tests.commissions.import_files import Desk, csv, make_desk

HEAD = "id,name,email,type,country,language,niche,formats,platform,handle,followers,er"
GOOD = (
    (
        'L-1,Blue Parrot,ana@parrot.example,company,DE,"de, en","Coffee; Travel",'
        '"Videos, reviews",YouTube,@parrot,"48,000",3.5%'
    ),
    "L-1,Blue Parrot,,,,,,,instagram,@parrot,21000,5",
    "L-2,Bean & Bicycle,,person,Netherlands,nl,cycling,,blog,beanbicycle,,",
    ",No Id Needed,,,,,,,,,,",
)


@pytest.fixture
def desk() -> Desk:
    """An empty desk."""
    return make_desk()


def test_prospects_are_tried_then_taken_once(desk: Desk) -> None:
    dry = desk.bring("prospects", csv(HEAD, GOOD), dry=True)
    with desk.team.scope():
        assert not Prospect.objects.exists()
        assert not Event.objects.filter(verb="prospect.created").exists()
    wet = desk.bring("prospects", csv(HEAD, GOOD))
    assert desk.report(dry) == desk.report(wet)
    report = desk.report(wet)
    assert (report.rows, report.made, report.known, report.bad_rows) == (4, 4, 0, 0), desk.why(wet)
    with desk.team.scope():
        parrot = Prospect.objects.get(external_id="L-1")
        assert (parrot.country, parrot.languages, parrot.niches) == (
            "DE", ["de", "en"], ["coffee", "travel"],
        )  # fmt: skip
        assert parrot.content_kinds == ["videos", "reviews"]
        assert (parrot.audience, parrot.stage) == (69_000, "found")
        assert parrot.channels.count() == 2
        assert Channel.objects.get(platform="youtube").engagement == pytest.approx(3.5)
        bean = Prospect.objects.get(external_id="L-2")
        assert (bean.kind, bean.country) == ("person", "NL")
        events = Event.objects.exclude(verb__startswith="import.").count()
    again = desk.report(desk.bring("prospects", csv(HEAD, GOOD)))
    assert (again.made, again.known, again.bad_rows) == (0, 4, 0)
    with desk.team.scope():
        assert Event.objects.exclude(verb__startswith="import.").count() == events


def test_bad_prospects_are_refused_by_row_with_the_cure(desk: Desk) -> None:
    desk.bring("prospects", csv(HEAD, ("K-1,Known,,,FR,,,,x,known,50,",)))
    bad = (
        "B-1,,,,,,,,,,,",
        "B-2,Far,,,Narnia,,,,,,,",
        "B-3,Odd,,robot,,,,,,,,",
        "B-4,Post,not an address,,,,,,,,,",
        "B-5,Talk,,,,klingon,,,,,,",
        "B-6,Make,,,,,,dance,,,,",
        "B-7,Where,,,,,,,myspace,me,,",
        "B-8,Which,,,,,,,,me,,",
        "B-9,Many,,,,,,,x,me,lots,",
        "B-10,Half,,,,,,,x,me,1.5,",
        "B-11,Much,,,,,,,x,me,1,101",
        "B-12,Bare,,,,,,,x,,,",
        "K-1,Known,,,DE,,,,,,,",
        "K-1,Known,,,FR,,,,x,known,60,",
        "=cmd|' /C calc'!A0,Formula,,,,,,,,,,",
    )
    dry = desk.bring("prospects", csv(HEAD, bad), dry=True)
    wet = desk.bring("prospects", csv(HEAD, bad))
    assert desk.problems(dry) == desk.problems(wet)
    assert desk.problems(wet) == [
        (2, "name"), (3, "country"), (4, "kind"), (5, "email"), (6, "languages"),
        (7, "content_kinds"), (8, "platform"), (9, "platform"), (10, "audience"),
        (11, "audience"), (12, "engagement"), (13, "channels[0].handle"), (14, "country"),
        (15, "audience"), (16, "external_id"),
    ]  # fmt: skip
    assert all(len(why) > 15 for why in desk.why(wet))
    assert desk.report(wet).made == 0
    with desk.team.scope():
        assert Prospect.objects.count() == 1
