"""An applicant who is a partner already: merged into him, by service, page and API."""

import re

import pytest

from activity.models import Event
from campaigns import application_selectors, selectors, services
from campaigns.models import Application
from campaigns.services import Company
from partners import duplicates
from partners import services as partners
from partners.duplicates import Candidate
from partners.models import Member, Partner
from partners.services import prospects
from partners.services.reach import ChannelInput, set_channels
from prm.errors import Conflict, Unacceptable
from tests.campaigns.scene import hand_in, make_partner, make_program
from tests.cast import Team, make_team, make_user, signed_in


@pytest.fixture(scope="module")
def team() -> Team:
    """A seller with one person in each role."""
    return make_team()


def role_of(partner: Partner, application: Application) -> str:
    return Member.objects.get(partner=partner, user=application.applicant, is_active=True).role


def test_everything_of_the_applicant_becomes_the_partners(team: Team) -> None:
    ayu = make_user("Ayu")
    with team.scope():
        first, second = make_program(team), make_program(team)
        into = make_partner(team, user=make_user("Bo"))
        company = Company(name=f"{into.name} GmbH", website="https://ngopi.example/")
        application = hand_in(first, ayu, company=company)
        other = hand_in(second, ayu)
        prospect = prospects.create_prospect(seller=team.seller, actor=team.actor, name="Ngopi")
        prospects.recognise_partner(
            prospect=prospect, partner=application.partner, actor=team.actor
        )
        done = services.merge_application(
            application=application, into=into, actor=team.actor, role="finance"
        )
        assert (done.status, done.partner_id) == ("approved", into.pk)
        assert role_of(into, done) == "finance"
        assert selectors.is_enrolled(first, into.pk)
        assert selectors.application_by_id(other.pk).partner_id == into.pk
        assert selectors.application_by_id(other.pk).status == "submitted"
        prospect.refresh_from_db()
        assert (prospect.partner_id, prospect.stage) == (into.pk, "joined")
        left = Partner.objects.get(pk=application.partner_id)
        assert (left.status, left.merged_into_id) == ("rejected", into.pk)
        assert not Member.objects.filter(partner=left).exists()
        verbs = Event.objects.filter(verb__endswith=".merged").values_list("verb", flat=True)
        assert set(verbs) == {"application.merged", "partner.merged"}
        found = duplicates.look_alikes(Candidate(company.name, website=company.website))
        assert left.pk not in {one.partner.pk for one in found}, "he is nobody's look-alike now"
        assert into.pk in {one.partner.pk for one in found}
        assert selectors.applicant_of(ayu) == into


def test_channels_move_and_doubles_stay(team: Team) -> None:
    own = ChannelInput("youtube", "@ngopi", audience=5)
    with team.scope():
        into, application = make_partner(team), hand_in(make_program(team))
        set_channels(holder=into, channels=[own], actor=team.actor)
        mine = [ChannelInput("youtube", "@ngopi", audience=9), ChannelInput("x", "@ngopi")]
        set_channels(holder=application.partner, channels=mine, actor=team.actor)
        services.merge_application(application=application, into=into, actor=team.actor)
        kept = {(one.platform, one.audience) for one in into.channels.all()}
        assert kept == {("youtube", 5), ("x", None)}


def test_a_partner_who_is_in_already_keeps_his_terms_and_his_person_his_role(team: Team) -> None:
    ayu = make_user("Ayu")
    with team.scope():
        program = make_program(team)
        application = hand_in(program, ayu)
        program = services.change_program(program=program, actor=team.actor, terms="Newer.")
        into = make_partner(team, program)
        partners.add_member(partner=into, user=ayu, role="member", actor=team.actor)
        before = selectors.active_enrollment(program, into)
        assert before is not None
        assert before.terms_version == 2
        done = services.merge_application(application=application, into=into, actor=team.actor)
        after = selectors.active_enrollment(program, into)
        assert after is not None
        assert (after.pk, after.terms_version) == (before.pk, 2)
        assert role_of(into, done) == "member"


def test_what_cannot_be_merged_stays_as_it_is(team: Team) -> None:
    with team.scope():
        program = make_program(team)
        application, into = hand_in(program), make_partner(team)

        def refused(partner: Partner, asked: Application = application, role: str = "admin") -> str:
            with pytest.raises((Conflict, Unacceptable)) as caught:
                services.merge_application(
                    application=asked, into=partner, actor=team.actor, role=role
                )
            now = selectors.application_by_id(asked.pk)
            assert (now.status, now.partner_id) == (asked.status, asked.partner_id)
            return str(caught.value)

        assert "Choose another" in refused(application.partner)
        assert "Choose admin" in refused(into, role="king")
        suspended = make_partner(team)
        partners.suspend_partner(partner=suspended, reason="Spam", actor=team.actor)
        assert "Suspended" in refused(suspended)
        asked_too = hand_in(program)
        assert "open application" in refused(asked_too.partner)
        admin = make_user("Bo")
        known = make_partner(team, user=admin)
        of_partner = hand_in(program, admin, company=known)
        assert "no partner yet" in refused(into, of_partner)
        other = hand_in(program)
        services.merge_application(application=other, into=into, actor=team.actor)
        gone = Partner.objects.get(pk=other.partner_id)
        assert "Choose another" in refused(gone)
        assert "decided" in refused(known, selectors.application_by_id(other.pk))
        # A control: what was refused all along goes through once nothing stands against it.
        services.merge_application(application=application, into=into, actor=team.actor)
        assert application_selectors.reapplying(program, into).never is False


def test_the_page_offers_it_tells_what_happens_and_does_it(team: Team) -> None:
    manager = signed_in(team.manager)
    with team.scope():
        into = make_partner(team, user=make_user("Bo"))
        program = make_program(team)
        application = hand_in(program, company=Company(name=into.name))
    page = team.url(f"applications/{application.pk}/")
    address = f"{page}merge/{into.pk}/"
    assert address in manager.get(page).text
    assert address not in signed_in(team.finance).get(page).text
    asked = manager.get(address).text
    assert f"{into.name} joins Affiliate." in asked
    assert application.applicant.email in asked
    assert re.search(r'value="member"[^>]* checked', asked), "no admin by default"
    assert manager.post(address, {"role": "king"}).status_code == 422
    assert manager.post(address, {"role": "member"}).status_code == 302
    with team.scope():
        assert role_of(into, application) == "member"
        left = application.partner_id
    told = manager.get(team.url(f"partners/{left}/")).text
    assert "found to be a partner already" in told
    assert manager.post(address, {"role": "member"}).status_code == 422
