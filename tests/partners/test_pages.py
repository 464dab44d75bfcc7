"""Partners' public pages: what is kept of them, who may see them, and pictures that are none."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from activity.models import Notification
from partners import pages, services
from partners.models import PartnerPage
from prm.errors import Conflict, NotFound, Unacceptable
from tests.cast import Team, make_partner, make_team, make_user


@pytest.fixture(scope="module")
def team() -> Team:
    return make_team()


def picture(form: str = "PNG", size: tuple[int, int] = (900, 300)) -> SimpleUploadedFile:
    """A real picture with something hidden behind its end."""
    out = io.BytesIO()
    Image.new("RGB", size, "#a4572a").save(out, form)
    return SimpleUploadedFile(f"../../logo.{form.lower()}", out.getvalue() + b"behind the end")


def test_a_page_starts_with_what_is_known_and_keeps_what_is_not_given(team: Team) -> None:
    partner = make_partner(team, name="Kafé Ümlaut GmbH")
    with team.scope():
        page = services.save_page(partner=partner, actor=team.actor, headline="  Coffee \n daily ")
        assert (page.name, page.slug) == ("Kafé Ümlaut GmbH", "kafe-umlaut-gmbh")
        assert (page.headline, page.is_public, page.is_listed) == ("Coffee daily", False, False)
        again = services.save_page(partner=partner, actor=team.actor, topics=["Coffee ", "coffee"])
        assert (again.pk, again.headline, again.topics) == (page.pk, "Coffee daily", ["coffee"])


def test_addresses_are_one_per_seller(team: Team) -> None:
    one, other = (make_partner(team, name="Rumah Kita") for _number in range(2))
    with team.scope():
        first = services.save_page(partner=one, actor=team.actor)
        second = services.save_page(partner=other, actor=team.actor)
        assert (first.slug, second.slug) == ("rumah-kita", "rumah-kita-2")
        with pytest.raises(Conflict) as refused:
            services.save_page(partner=other, actor=team.actor, slug="rumah-kita")
        assert refused.value.errors[0].field == "slug"
        with pytest.raises(Conflict):
            services.save_page(partner=other, actor=team.actor, slug="official")
    elsewhere = make_team()
    third = make_partner(elsewhere, name="Rumah Kita")
    with elsewhere.scope():
        assert services.save_page(partner=third, actor=elsewhere.actor).slug == "rumah-kita"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("website", "javascript:alert(1)"),
        ("website", "shop.example"),
        ("email", "no address"),
        ("phone", "call me <b>"),
        ("slug", "Mit Leer"),
        ("slug", "../up"),
        ("name", " "),
        ("about", "x" * 3001),
        ("headline", "zero \x00"),
        ("topics", ["a", "b", "c", "d", "e", "f", "g", "h", "i"]),
        ("topics", ["x" * 41]),
    ],
)
def test_what_cannot_stand_on_a_page_is_refused_by_its_field(
    team: Team, field: str, value: object
) -> None:
    partner = make_partner(team)
    with team.scope():
        with pytest.raises(Unacceptable) as refused:
            services.save_page(partner=partner, actor=team.actor, **{field: value})  # type: ignore[arg-type]
        assert [error.field for error in refused.value.errors] == [field]
        assert pages.page_of(partner.pk) is None


def test_a_logo_is_drawn_anew_under_a_name_of_ours(team: Team) -> None:
    partner = make_partner(team)
    with team.scope():
        page = services.save_page(partner=partner, actor=team.actor, logo=picture("JPEG"))
        with page.logo.open() as file:
            kept = file.read()
        assert kept.startswith(b"\x89PNG")
        assert b"behind the end" not in kept
        assert Image.open(io.BytesIO(kept)).size == (512, 171)
        assert page.logo.name == f"partner-logos/{page.pk}-2.png"
        page = services.save_page(partner=partner, actor=team.actor, remove_logo=True)
        assert (page.logo.name, page.version) == ("", 3)


@pytest.mark.parametrize(
    "data",
    [
        b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        b"<html><script>alert(1)</script></html>",
        b"GIF89a/*<script>*/=1",
        b"\x89PNG\r\n\x1a\n" + b"\x00" * 40,
        b"PK\x03\x04" + b"\x00" * 100,
    ],
)
def test_pictures_that_are_none_are_refused(team: Team, data: bytes) -> None:
    partner = make_partner(team)
    file = SimpleUploadedFile("logo.png", data, content_type="image/png")
    with team.scope(), pytest.raises(Unacceptable) as refused:
        services.save_page(partner=partner, actor=team.actor, logo=file)
    assert refused.value.errors[0].field == "logo"


def test_a_page_is_open_while_everybody_wants_it(team: Team) -> None:
    partner = make_partner(team, name="Open Door")
    with team.scope():
        services.save_page(partner=partner, actor=team.actor, is_public=True)
        off = pages.settings_of(team.seller)
        with pytest.raises(NotFound):
            pages.open_page("open-door", off)
        on = services.set_page_settings(
            seller=team.seller, actor=team.actor, pages_on=True, directory_on=True
        )
        assert pages.open_page("open-door", on).partner_id == partner.pk
        services.suspend_partner(partner=partner, reason="Late", actor=team.actor)
        with pytest.raises(NotFound):
            pages.open_page("open-door", on)
        services.reactivate_partner(partner=partner, actor=team.actor)
        services.save_page(partner=partner, actor=team.actor, is_public=False)
        with pytest.raises(NotFound):
            pages.open_page("open-door", on)


def test_hiding_needs_a_reason_and_tells_the_partner() -> None:
    team, rani = make_team(), make_user("Rani")
    partner = make_partner(team, rani)
    with team.scope():
        page = services.save_page(partner=partner, actor=team.actor, is_public=True, is_listed=True)
        assert [one.pk for one in pages.listed()] == [page.pk]
        with pytest.raises(Unacceptable):
            services.hide_page(page=page, reason="  ", actor=team.actor)
        hidden = services.hide_page(page=page, reason="The logo is ours", actor=team.actor)
        assert hidden.state == "hidden"  # type: ignore[attr-defined]
        assert not pages.listed().exists()
        with pytest.raises(Conflict):
            services.hide_page(page=page, reason="Again", actor=team.actor)
        (told,) = Notification.objects.filter(user=rani, room="partner", body__contains="logo")
        assert told.mail_due
        services.save_page(partner=partner, actor=team.actor, headline="Better")
        assert PartnerPage.objects.get().hidden_reason == "The logo is ours"
        services.show_page(page=page, actor=team.actor)
        assert [one.pk for one in pages.listed()] == [page.pk]
        with pytest.raises(Conflict):
            services.show_page(page=page, actor=team.actor)
