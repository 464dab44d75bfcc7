"""Programs: made, changed with versions of their terms, opened, closed."""

from typing import Any

import pytest

from activity.models import Event
from campaigns import selectors, services
from campaigns.models import Enrollment
from partners import services as partners
from prm.errors import Conflict, Refusal, Unacceptable
from tests.campaigns.scene import LANDING, TERMS, make_partner, make_program
from tests.cast import Team, make_team, token


@pytest.fixture(scope="module")
def team() -> Team:
    """A seller with one person in each role."""
    return make_team()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", " "),
        ("name", "x" * 121),
        ("name", "a\x00b"),
        ("slug", "No Spaces"),
        ("slug", "x"),
        ("currency", "EURO"),
        ("landing_url", "shop"),
        ("landing_url", "javascript:alert(1)"),
        ("landing_url", "https://" + "x" * 600 + ".example"),
        ("terms", "x" * 20001),
        ("terms", "a\x00b"),
        ("kind", "robot"),
        ("attribution", "random"),
        ("window_days", 3651),
        ("window_days", -1),
        ("hold_days", 10**9),
        ("reapply_days", -5),
        ("minimum_payout", {"EUR": -1}),
        ("allowed_hosts", ["https://x"]),
        ("questions", [{"label": "", "kind": "text"}]),
    ],
)
def test_bad_settings_are_refused_by_the_field(team: Team, field: str, value: Any) -> None:
    with team.scope():
        with pytest.raises(Unacceptable) as caught:
            make_program(team, opened=False, **{field: value})
        assert caught.value.errors[0].field.partition("[")[0].partition(".")[0] == field
        program = make_program(team, opened=False)
        with pytest.raises(Unacceptable):
            services.change_program(program=program, actor=team.actor, **{field: value})


def test_an_address_is_given_once_per_seller(team: Team) -> None:
    slug = f"p-{token()}"
    with team.scope():
        make_program(team, slug=slug)
        second = make_program(team)
        with pytest.raises(Conflict) as made:
            make_program(team, slug=slug)
        with pytest.raises(Conflict) as changed:
            services.change_program(program=second, actor=team.actor, slug=slug)
        assert made.value.errors[0].field == changed.value.errors[0].field == "slug"
    other = make_team()
    with other.scope():
        make_program(other, slug=slug)


def test_changed_terms_are_a_new_version_and_the_old_stays(team: Team) -> None:
    with team.scope():
        program = make_program(team)
        first = selectors.terms_of(program, 1)
        assert first.text == TERMS
        changed = services.change_program(
            program=program, actor=team.actor, terms=TERMS + "\r\nMore.", hold_days=7
        )
        assert changed.terms_version == 2
        assert selectors.terms_of(program, 2).text == TERMS + "\nMore."
        first.refresh_from_db()
        assert first.text == TERMS
        again = services.change_program(
            program=changed, actor=team.actor, terms=TERMS + "\nMore.\n", hold_days=7
        )
        assert again.terms_version == 2, "other line ends are no change"
        told = Event.objects.get(object_id=program.pk, verb="program.changed")
        assert told.changes == {"hold_days": [30, 7], "terms_version": [1, 2]}


def test_opening_needs_terms_and_fixes_the_currency(team: Team) -> None:
    with team.scope():
        program = make_program(team, opened=False, terms="")
        with pytest.raises(Unacceptable) as caught:
            services.open_program(program=program, actor=team.actor)
        assert caught.value.errors[0].field == "terms"
        services.change_program(program=program, actor=team.actor, terms=TERMS, currency="IDR")
        program = services.open_program(program=program, actor=team.actor)
        assert program.status == "open"
        with pytest.raises(Conflict) as late:
            services.change_program(program=program, actor=team.actor, currency="EUR")
        assert late.value.errors[0].field == "currency"
        with pytest.raises(Conflict):
            services.open_program(program=program, actor=team.actor)
        services.close_program(program=program, actor=team.actor)
        with pytest.raises(Conflict):
            services.close_program(program=program, actor=team.actor)
        assert services.open_program(program=program, actor=team.actor).status == "open"


def test_enrolling_twice_enrolls_once_and_needs_an_active_partner(team: Team) -> None:
    with team.scope():
        program, partner = make_program(team), make_partner(team)
        first = services.enroll(program=program, partner=partner, actor=team.actor)
        assert services.enroll(program=program, partner=partner, actor=team.actor) == first
        services.end_enrollment(enrollment=first, actor=team.actor)
        with pytest.raises(Conflict):
            services.end_enrollment(enrollment=first, actor=team.actor)
        resumed = services.enroll(program=program, partner=partner, actor=team.actor)
        assert (resumed.pk, resumed.status) == (first.pk, "active")
        assert Enrollment.objects.filter(partner=partner).count() == 1
        partners.suspend_partner(partner=partner, reason="Pause", actor=team.actor)
        with pytest.raises(Conflict):
            services.enroll(program=make_program(team), partner=partner, actor=team.actor)


def test_newer_terms_are_accepted_once(team: Team) -> None:
    with team.scope():
        program = make_program(team)
        partner = make_partner(team, program)
        services.change_program(program=program, actor=team.actor, terms="Other terms.")
        enrollment = selectors.enrollments_of(partner.pk).get()
        accepted = services.accept_terms(enrollment=enrollment, actor=team.actor)
        assert accepted.terms_version == 2
        with pytest.raises(Conflict):
            services.accept_terms(enrollment=accepted, actor=team.actor)


def test_figures_do_not_multiply(team: Team) -> None:
    with team.scope():
        program = make_program(team)
        for _number in range(3):
            partner = make_partner(team, program)
            services.create_material(
                program=program, actor=team.actor, kind="text", name=partner.name, text="Hi"
            )
        found = selectors.figures_of(program)
        assert (found.partner_count, found.material_count, found.waiting_count) == (3, 3, 0)


def test_a_draft_has_no_public_page(team: Team) -> None:
    with team.scope():
        draft = make_program(team, opened=False)
        with pytest.raises(Refusal) as caught:
            selectors.public_program(draft.slug)
        assert caught.value.status == 404
        assert draft.landing_url == LANDING
