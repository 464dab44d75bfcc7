"""Importing sales in the console: upload, mapping, dry run, import, and what was not taken."""

import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from campaigns.models import Enrollment
from commissions.imports import jobs
from commissions.imports.kinds import KINDS
from tests.cast import signed_in
from tests.commissions.imported import DATA, Shop, make_shop
from tracking.models import Sale

FIXTURE = DATA / "sales.csv"


@pytest.fixture
def shop() -> Shop:
    """An empty shop with a program."""
    return make_shop()


@pytest.fixture
def owner(shop: Shop) -> Client:
    """The owner's browser."""
    return signed_in(shop.team.owner)


def upload(shop: Shop, client: Client, data: bytes = b"", name: str = "sales.csv") -> HttpResponse:
    file = SimpleUploadedFile(name, data or FIXTURE.read_bytes())
    return client.post(shop.team.url("imports/new/"), {"file": file})  # type: ignore[return-value]


def answers(shop: Shop, **changes: str) -> dict[str, str]:
    """The mapping form as a person fills it."""
    plan = shop.plan()
    columns = {f"column_{key}": name for key, name in plan.columns.items()}
    values = {
        "program": plan.program,
        "currency": "GBP",
        "time_zone": "Europe/London",
        "dates": "year",
        "credit_prefix": "C",
        "create_partners": "on",
        "ignored": "United Kingdom",
    }
    return {**columns, **values, **changes}


def test_the_whole_way_from_file_to_sales(shop: Shop, owner: Client) -> None:
    mapping = upload(shop, owner)["Location"]
    page = owner.get(mapping)
    form = page.context["form"]
    assert form["column_invoice"].value() == "InvoiceNo"
    assert b"WHITE HANGING HEART" in page.content
    detail = owner.post(mapping, answers(shop))["Location"]
    assert b"every 2s" in owner.get(detail).content
    jobs.step(shop.team.id)
    work = owner.get(f"{detail}work/")
    assert work["HX-Refresh"] == "true"
    checked = owner.get(detail).content.decode()
    assert "Import 8 sales and 2 credit notes" in checked
    assert "EIRE" in checked
    with shop.team.scope():
        assert not Sale.objects.exists()
    assert owner.post(f"{detail}start/")["Location"] == detail
    jobs.step(shop.team.id)
    assert "Imported." in owner.get(detail).content.decode()
    with shop.team.scope():
        assert Sale.objects.count() == 8
    assert owner.post(f"{detail}start/").status_code == 409
    assert owner.post(mapping, answers(shop)).status_code == 422


def test_what_was_not_taken_comes_back_as_a_file(shop: Shop, owner: Client) -> None:
    job = shop.bring(FIXTURE, dry=True)
    answer = owner.get(shop.team.url(f"imports/{job.pk}/problems/"))
    text = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]
    lines = text.splitlines()
    assert lines[0].startswith("Row,Field,Why it was not taken,InvoiceNo")
    assert len(lines) == 10
    assert re.search(r"^11,Quantity,“many” is no number\.,500008", text, re.MULTILINE)


@pytest.mark.parametrize("data", [b"just one line", b"\x89PNG\r\n\x1a\n" + b"\x00" * 50])
def test_a_file_that_is_no_table_is_refused_at_the_field(
    shop: Shop, owner: Client, data: bytes
) -> None:
    answer = upload(shop, owner, data)
    assert answer.status_code == 422
    assert answer.context["form"].errors["file"]  # type: ignore[attr-defined]


def test_a_mapping_without_a_date_or_with_one_column_twice_is_refused(
    shop: Shop, owner: Client
) -> None:
    mapping = upload(shop, owner)["Location"]
    answer = owner.post(mapping, answers(shop, column_date="", column_sku="InvoiceNo"))
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"column_date", "column_sku"}


def test_the_list_shows_imports_and_exports_them(shop: Shop, owner: Client) -> None:
    shop.bring(FIXTURE, dry=True)
    assert b"sales.csv" in owner.get(shop.team.url("imports/")).content
    file = owner.get(shop.team.url("imports/?export=xlsx"))
    assert io.BytesIO(b"".join(file.streaming_content)).read(2) == b"PK"  # type: ignore[attr-defined]


def test_a_marketer_reads_imports_but_starts_none(shop: Shop) -> None:
    client = signed_in(shop.team.marketer)
    assert client.get(shop.team.url("imports/")).status_code == 200
    assert client.get(shop.team.url("imports/new/")).status_code == 403


KINDS_OF_OWNER = ("partners", "links", "clicks", "sales", "refunds")


@pytest.mark.parametrize("kind", KINDS_OF_OWNER)
def test_each_kind_is_explained_and_its_example_can_be_brought(
    shop: Shop, owner: Client, kind: str
) -> None:
    page = owner.get(shop.team.url(f"imports/new/?kind={kind}")).content.decode()
    fields = KINDS[kind].fields
    assert all(f"<code>{key}</code>" in page for key in fields)
    example = owner.get(shop.team.url(f"imports/example/?kind={kind}"))
    data = b"".join(example.streaming_content)  # type: ignore[attr-defined]
    file = SimpleUploadedFile(f"{kind}.csv", data)
    answer = owner.post(shop.team.url(f"imports/new/?kind={kind}"), {"file": file})
    form = owner.get(answer["Location"]).context["form"]
    assert {key: form[f"column_{key}"].value() for key in fields} == {key: key for key in fields}


def test_partners_go_the_whole_way_and_their_page_says_so(shop: Shop, owner: Client) -> None:
    data = b"Name;Land\nBlue Parrot;DE\nBlue Parrot;DE\nFar;Narnia\n=1+1;DE\n"
    file = SimpleUploadedFile("partners.csv", data)
    mapping = owner.post(shop.team.url("imports/new/?kind=partners"), {"file": file})["Location"]
    values = {"column_name": "Name", "column_country": "Land", "program": str(shop.program.pk)}
    detail = owner.post(mapping, values)["Location"]
    jobs.step(shop.team.id)
    checked = owner.get(detail).content.decode()
    assert "Import 1 new: Partners" in checked
    assert "Write its two letters, like DE." in checked
    assert "looks like a formula" in checked
    owner.post(f"{detail}start/")
    jobs.step(shop.team.id)
    done = owner.get(detail).content.decode()
    assert "See what was imported" in done
    with shop.team.scope():
        assert Enrollment.objects.get().partner.country == "DE"
    listed = owner.get(shop.team.url("imports/?kind=partners")).content.decode()
    assert "partners.csv" in listed
    assert "partners.csv" not in owner.get(shop.team.url("imports/?kind=links")).content.decode()


def test_finance_may_bring_sales_but_makes_no_partners(shop: Shop, owner: Client) -> None:
    client = signed_in(shop.team.finance)
    page = client.get(shop.team.url("imports/new/"))
    assert page.status_code == 200
    assert [one.name for one in page.context["kinds"]] == ["clicks", "sales", "refunds"]
    assert client.get(shop.team.url("imports/new/?kind=partners")).status_code == 403
    file = SimpleUploadedFile("partners.csv", b"name,country\nFox,DE\n")
    url = shop.team.url("imports/new/?kind=partners")
    assert client.post(url, {"file": file}).status_code == 403
    mapping = owner.post(url, {"file": SimpleUploadedFile("p.csv", b"name,country\nFox,DE\n")})
    assert client.post(mapping["Location"], {"column_name": "name"}).status_code == 403
    start = mapping["Location"].replace("mapping/", "start/")
    assert client.post(start).status_code == 403
