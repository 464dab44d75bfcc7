"""Partners, links and refunds from files: taken once, told by row where they cannot be."""

from datetime import timedelta

import pytest
from django.utils import timezone

from activity.models import Event, Job
from campaigns import services as campaigns
from campaigns.models import Enrollment
from commissions import services as commissions
from commissions.imports import jobs
from commissions.imports.cells import guess
from commissions.imports.kinds import KINDS
from commissions.imports.kinds.partners import PartnersRunner
from commissions.inputs import SaleInput
from partners import services as partners
from partners.models import Partner
from prm.errors import Unacceptable
from tests.cast import token
from tests.commissions.import_files import PAGE, Desk, csv, make_desk
from tracking.models import Link, Refund

HEAD = "Id,Name,E-mail,Type,Country,Website,Manager,Notes"
GOOD = (
    "P-1,Blue Parrot,Ana@Parrot.example,company,Germany,https://parrot.example,,Since 2019",
    "P-2,Bean & Bicycle,tom@bean.example,person,NL,,,",
    ",Café Ñandú,,,,,,",
)


TODAY = f"{timezone.now():%Y-%m-%d %H:%M:%S}"


@pytest.fixture
def desk() -> Desk:
    """An empty desk."""
    return make_desk()


def test_partners_are_made_once_and_put_into_the_program(desk: Desk) -> None:
    program = str(desk.program.pk)
    dry = desk.bring("partners", csv(HEAD, GOOD), dry=True, program=program)
    with desk.team.scope():
        assert not Partner.objects.exists()
        assert not Event.objects.filter(verb="partner.created").exists()
    wet = desk.bring("partners", csv(HEAD, GOOD), program=program)
    assert desk.report(dry) == desk.report(wet)
    report = desk.report(wet)
    assert (report.rows, report.made, report.known, report.enrolled) == (3, 3, 0, 3)
    with desk.team.scope():
        parrot = Partner.objects.get(external_id="P-1")
        assert (parrot.email, parrot.country, parrot.kind) == (
            "ana@parrot.example",
            "DE",
            "company",
        )
        assert (parrot.status, parrot.notes) == ("active", "Since 2019")
        assert Enrollment.objects.filter(status="active").count() == 3
        events = Event.objects.exclude(verb__startswith="import.").count()
    again = desk.report(desk.bring("partners", csv(HEAD, GOOD), program=program))
    assert (again.made, again.known, again.enrolled, again.bad_rows) == (0, 3, 0, 0)
    with desk.team.scope():
        assert Event.objects.exclude(verb__startswith="import.").count() == events


def test_bad_partners_are_refused_by_row_with_the_cure(desk: Desk) -> None:
    desk.partner("Known", external_id="K-1", country="FR")
    desk.partner("Nameless", email="one@two.example")
    bad = (
        "B-1,,a@b.example,,,,,",
        "B-2,Far,,,Narnia,,,",
        "B-3,Odd,,robot,,,,",
        "B-4,Post,not an address,,,,,",
        "B-5,Web,,,,javascript:alert(1),,",
        "B-6,=cmd|' /C calc'!A0,,,,,,",
        f"B-7,{'x' * 161},,,,,,",
        "B-8,Boss,,,,,nobody@x.example,",
        "K-1,Known,,,DE,,,",
        "P-9,Again,,,,,,",
        "P-9,Again,other@x.example,,,,,",
        "P-9,Again,,,,,,",
        "B-9,Same,one@two.example,,,,,",
        "B-10,Nul\x00l,,,,,,",
        "B-11",
    )
    dry = desk.bring("partners", csv(HEAD, bad), dry=True)
    wet = desk.bring("partners", csv(HEAD, bad))
    wanted = [
        (2, "name"), (3, "country"), (4, "kind"), (5, "email"), (6, "website"), (7, "name"),
        (8, "name"), (9, "manager"), (10, "country"), (12, "external_id"), (14, "external_id"),
        (15, "name"), (16, "name"),
    ]  # fmt: skip
    assert desk.problems(dry) == desk.problems(wet) == wanted
    assert desk.why(dry) == desk.why(wet)
    assert all(len(why) > 15 for why in desk.why(wet))
    assert "Write its two letters, like DE." in desk.why(wet)[1]
    assert "Row 11" in desk.why(wet)[9]
    report = desk.report(wet)
    assert (report.made, report.known, report.bad_rows) == (1, 1, 13)
    with desk.team.scope():
        assert Partner.objects.get(external_id="K-1").country == "FR"


def test_who_left_the_program_stays_out_and_who_is_new_to_it_joins(desk: Desk) -> None:
    left = desk.partner("Left", external_id="L-1")
    with desk.team.scope():
        campaigns.end_enrollment(enrollment=left, actor=desk.team.actor)
        partners.create_partner(
            seller=desk.team.seller, actor=desk.team.actor, name="Near", external_id="N-1"
        )
    file = csv("id,name", ("L-1,Left", "N-1,Near"))
    report = desk.report(desk.bring("partners", file, program=str(desk.program.pk)))
    assert (report.known, report.enrolled) == (2, 1)
    with desk.team.scope():
        assert Enrollment.objects.get(pk=left.pk).status == "ended"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_files_of_partners_are_read_as_people_write_them(
    desk: Desk, encoding: str, delimiter: str
) -> None:
    name = f"Café Müller {token()}"
    text = csv("Firma;Land", (f"{name};Österreich", "Second;FR")).replace(";", delimiter)
    columns = {"name": "Firma", "country": "Land"}
    job = desk.bring("partners", text.encode(encoding), columns=columns)
    assert desk.report(job).made == 2, desk.why(job)
    with desk.team.scope():
        assert Partner.objects.get(name=name).country == "AT"


def test_an_import_of_rows_goes_on_where_it_stopped(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(PartnersRunner, "batch", 2)
    rows = [f"I-{number},Partner {number}" for number in range(5)]
    job = desk.queue("partners", csv("id,name", [*rows, "I-1,Partner 1", "I-2,Other"]))
    for _round in range(9):
        with desk.team.scope():
            job = Job.objects.select_related("seller", "started_by").get(pk=job.pk)
        if job.status == Job.Status.DONE:
            break
        jobs.advance(job, until=0)
    report = desk.report(job)
    assert (report.rows, report.made, report.known, report.bad_rows) == (7, 5, 1, 1)
    assert desk.problems(job) == [(8, "external_id")]


LINK_HEAD = "code,partner,destination,campaign,label,sub1"


def test_links_are_made_once_and_bad_ones_refused_by_row(desk: Desk) -> None:
    enrollment = desk.partner("Blue Parrot", external_id="P-1", email="ana@parrot.example")
    code = f"tea-{token()}"
    rows = (
        f"{code},P-1,{PAGE}tea,,Tea,blog",
        f",Blue Parrot,{PAGE}plain,,,",
        f"{code}-2,ANA@parrot.example,{PAGE},,,",
        f"{code}-3,Nobody,{PAGE},,,",
        f"{code}-4,P-1,https://evil.example/,,,",
        f"{code}-5,P-1,{PAGE},Spring,,",
        f"no spaces,P-1,{PAGE},,,",
        f"{code}-7,P-1,{PAGE},,,{'s' * 101}",
        f"{code},P-1,{PAGE}other,,,",
        f",Blue Parrot,{PAGE}plain,,,",
        f"{code}-8,,{PAGE},,,",
        f"{code}-9,P-1,https://user@shop.example.evil.example/,,,",
    )
    dry = desk.bring("links", csv(LINK_HEAD, rows), dry=True)
    with desk.team.scope():
        assert not Link.objects.exists()
    wet = desk.bring("links", csv(LINK_HEAD, rows))
    wanted = [
        (5, "partner"), (6, "destination"), (7, "campaign"), (8, "code"), (9, "sub1"),
        (10, "code"), (12, "partner"), (13, "destination"),
    ]  # fmt: skip
    assert desk.problems(dry) == desk.problems(wet) == wanted
    assert desk.report(dry) == desk.report(wet)
    with desk.team.scope():
        link = Link.objects.get(code=code)
        assert (link.enrollment_id, link.label, link.sub1) == (enrollment.pk, "Tea", "blog")
        assert Link.objects.count() == 3
    again = desk.bring("links", csv(LINK_HEAD, rows))
    assert (desk.report(again).made, desk.report(again).known) == (0, 4)
    changed = desk.bring("links", csv(LINK_HEAD, (f"{code},P-1,{PAGE}elsewhere,,Tea,blog",)))
    assert desk.problems(changed) == [(2, "destination")]


def test_a_code_of_another_seller_is_taken_already_in_the_dry_run(desk: Desk) -> None:
    other = make_desk()
    code = f"mine-{token()}"
    for one in (desk, other):
        one.partner("Both")
    row = csv(LINK_HEAD, (f"{code},Both,{PAGE},,,",))
    assert desk.report(desk.bring("links", row)).made == 1
    assert other.problems(other.bring("links", row, dry=True)) == [(2, "code")]


def test_a_partner_of_two_programs_needs_one_chosen(desk: Desk) -> None:
    enrollment = desk.partner("Twice")
    with desk.team.scope():
        second = campaigns.create_program(
            seller=desk.team.seller, actor=desk.team.actor, name="Second", slug=f"s-{token()}",
            currency="EUR", landing_url=PAGE,
        )  # fmt: skip
        campaigns.enroll(program=second, partner=enrollment.partner, actor=desk.team.actor)
    row = csv("partner,destination", (f"Twice,{PAGE}",))
    assert "several programs" in desk.why(desk.bring("links", row))[0]
    assert desk.report(desk.bring("links", row, program=str(second.pk))).made == 1
    own = csv("enrollment,destination", (f"{enrollment.pk},{PAGE}", f"none,{PAGE}"))
    job = desk.bring("links", own)
    assert (desk.report(job).made, desk.problems(job)) == (1, [(3, "enrollment")])


def test_refunds_take_back_once_and_no_more_than_was_sold(desk: Desk) -> None:
    number = token()
    with desk.team.scope():
        commissions.take_sale(
            seller=desk.team.seller,
            actor=desk.team.actor,
            sale=SaleInput(number, "EUR", 5000, occurred_at=timezone.now() - timedelta(hours=1)),
        )
    head = "Refund no;Order no;Amount;Date;Reason;Currency"
    rows = (
        f"R1-{number};{number};-12,50;{TODAY};broken;EUR",
        f"R2-{number};{number};40,00;{TODAY};;EUR",
        f"R3-{number};{number};1,00;{TODAY};;USD",
        f"R4-{number};{number};1,005;{TODAY};;",
        f"R5-{number};{number};free;{TODAY};;",
        f"R6-{number};{number};1;yesterday;;",
        f"R7-{number};later-{number};3,00;{TODAY};;",
        f"R1-{number};{number};-12,50;{TODAY};broken;EUR",
        f"R8-{number};{number};0;{TODAY};;",
        f"R9-{number};{number};1,00;2999-01-01;;",
    )
    dry = desk.bring("refunds", csv(head, rows), dry=True)
    with desk.team.scope():
        assert not Refund.objects.exists()
    wet = desk.bring("refunds", csv(head, rows))
    wanted = [
        (3, "amount"), (4, "currency"), (5, "amount"), (6, "amount"), (7, "occurred_at"),
        (10, "amount"), (11, "occurred_at"),
    ]  # fmt: skip
    assert desk.problems(dry) == desk.problems(wet) == wanted
    report = desk.report(wet)
    assert (report.made, report.known, report.net_minor) == (2, 1, {"EUR": 1550})
    with desk.team.scope():
        assert Refund.objects.get(external_id=f"R7-{number}").state == "waiting"
    again = desk.report(desk.bring("refunds", csv(head, rows)))
    assert (again.made, again.known) == (0, 3)


@pytest.mark.parametrize("kind", KINDS)
def test_an_example_file_explains_itself(kind: str) -> None:
    one = KINDS[kind]
    assert guess(list(one.fields), one.fields) == {key: key for key in one.fields}
    assert all(len(row) == len(one.fields) for row in one.examples)
    assert all(field.help or not field.required for field in one.fields.values())


def test_a_file_without_a_needed_column_is_refused(desk: Desk) -> None:
    with pytest.raises(Unacceptable) as refused:
        desk.queue("links", csv("code,partner", ("a,b",)))
    assert refused.value.errors[0].field == "columns"
    with pytest.raises(Unacceptable) as refused:
        desk.queue("links", csv("x,y", ("a,b",)), columns={"nonsense": "x", "code": "z"})
    assert [error.field for error in refused.value.errors] == ["columns.nonsense", "columns.code"]
