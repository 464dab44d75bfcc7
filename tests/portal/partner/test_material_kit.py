"""Several materials as one ZIP, and asking for one that is missing."""

import io
import zipfile

import pytest

from campaigns import services
from campaigns.materials import making
from campaigns.models import Enrollment, MaterialDay, MaterialUse
from campaigns.services import onboarding
from portal.partner import material_kit
from tests.campaigns.scene import image, upload
from tests.cast import Team, make_team
from tests.portal.partner.test_materials import FEED, Own


@pytest.fixture(scope="module")
def team() -> Team:
    """A seller with one person in each role."""
    return make_team()


def unpacked(content: bytes) -> dict[str, bytes]:
    """Name -> content of a ZIP."""
    with zipfile.ZipFile(io.BytesIO(content)) as kit:
        assert kit.testzip() is None
        return {name: kit.read(name) for name in kit.namelist()}


def test_a_kit_holds_files_texts_and_his_links(team: Team) -> None:
    own = Own(team)
    banner = own.put_up(
        kind="banner", name="Gayo", text="", file=upload("a.png", image()), co_brand="free"
    )
    plain = own.put_up(kind="image", name="Hill", text="", file=upload("A.png", image()))
    letter = own.put_up(subject="Harvest", text="Order at {link}")
    feed = own.put_up(kind="feed", name="Goods", text="", file=upload("f.csv", FEED.encode()))
    video = own.put_up(kind="video", name="Film", text="", url="https://video.example/1")
    others = own.put_up(name="Not chosen")
    of_feed, of_letter = own.link(feed), own.link(letter)
    own.client.post(f"{own.url}{banner.pk}/name/", {"name": "Rani", "contact": "RANI15"})
    making.step(team.id)
    chosen = [str(one.pk) for one in (banner, plain, letter, feed, video)]
    answer = own.client.post(f"{own.url}kit/", {"chosen": chosen})
    assert answer.headers["Content-Type"] == "application/zip"
    found = unpacked(answer.getvalue())
    assert len(found) == 5
    assert found["Gayo Rani.png"] != image()
    with team.scope(), plain.file.open() as file:
        assert found["A.png"] == file.read()
    assert found["Letter.txt"].decode().startswith("Harvest\n\nOrder at http")
    assert of_letter.code in found["Letter.txt"].decode()
    assert f"/r/{of_feed.code}?url=" in found["f.csv"].decode()
    assert "https://video.example/1" in found["Links.txt"].decode()
    with team.scope():
        assert MaterialUse.objects.filter(partner=own.partner).count() == 5
        taken = MaterialDay.objects.filter(partner=own.partner, downloads=1)
        assert set(taken.values_list("material_id", flat=True)) == {
            one.pk for one in (banner, plain, letter, feed, video)
        }
    matching = own.client.post(f"{own.url}kit/", {"all": "1", "query": "q=Not+chosen"})
    everything = unpacked(matching.getvalue())
    assert set(everything) == {"Not chosen.txt", "Links.txt"}
    assert others.name in everything["Links.txt"].decode()


def test_nothing_too_much_and_what_is_not_his_make_no_kit(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    own, foreign = Own(team), Own(team)
    theirs, mine = foreign.put_up(), own.put_up(kind="image", file=upload("a.png", image()))
    nothing = own.client.post(f"{own.url}kit/", {"chosen": [str(theirs.pk), "no id"]}, follow=True)
    assert "Tick materials first" in nothing.text
    monkeypatch.setattr(material_kit, "MOST_BYTES", mine.size - 1)
    large = own.client.post(f"{own.url}kit/", {"chosen": [str(mine.pk)]}, follow=True)
    assert "Choose fewer." in large.text
    monkeypatch.undo()
    with team.scope():
        services.withdraw_material(material=mine, actor=team.actor)
        assert not MaterialUse.objects.filter(partner=own.partner).exists()
    gone = own.client.post(f"{own.url}kit/", {"chosen": [str(mine.pk)]}, follow=True)
    assert "Tick materials first" in gone.text


def test_two_files_of_a_name_both_stand_in_it(team: Team) -> None:
    own = Own(team)
    for _number in range(2):
        own.put_up(kind="image", text="", file=upload("same.png", image()))
    answer = own.client.post(f"{own.url}kit/", {"all": "1", "query": ""})
    assert set(unpacked(answer.getvalue())) == {"same.png", "same (2).png", "Links.txt"}


def test_need_something_else_begins_a_conversation(team: Team) -> None:
    own = Own(team)
    own.put_up()
    page = own.client.get(own.url)
    assert "Need something else?" in page.text
    form = own.client.get(page.context["ask_url"])
    assert "I need a material" in form.text
    assert "Where I will use it:" in form.text


def test_who_has_first_steps_left_reads_so(team: Team) -> None:
    own = Own(team)
    own.put_up()
    step = {"kind": "own", "label": "Call us", "ticked_by": "staff", "gates": ["materials"]}
    with team.scope():
        row = Enrollment.objects.get(program=own.program)
        (made,) = onboarding.set_checklist(program=own.program, steps=[step], actor=team.actor)
    assert "Materials open after your first steps" in own.client.get(own.url).text
    with team.scope():
        onboarding.tick_step(enrollment=row, step=made, actor=team.actor, as_staff=True)
    assert "Letter" in own.client.get(own.url).text
