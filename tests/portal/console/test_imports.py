"""Importing sales in the console: upload, mapping, dry run, import, and what was not taken."""

import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from commissions.imports import jobs
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
