"""The demo seller: loaded once, whole books, and people who can sign in; nowhere but for trying."""

import io

import pytest
from django.core.management import call_command
from django.test import Client
from pytest_django import Settings

from commissions.models import Commission
from ledger import checks
from payouts.models import Batch
from portal.demo import loading, people, scene
from sellers.models import Seller
from sellers.scope import maintenance_scope, seller_scope
from sellers.selectors import seller_by_slug


@pytest.fixture(scope="module")
def seller() -> Seller:
    """The demo seller."""
    if not loading.is_loaded():
        loading.load(lambda _count, _what: None)
    found = seller_by_slug(scene.SLUG)
    assert found is not None
    return found


def printed(command: str) -> str:
    output = io.StringIO()
    call_command(command, stdout=output)
    return output.getvalue()


@pytest.mark.slow
def test_the_demo_is_loaded_once_and_its_books_are_whole(
    seller: Seller, settings: Settings
) -> None:
    settings.DEMO = True
    assert printed("load_demo") == "The demo seller is there.\n"
    with maintenance_scope():
        assert Seller.objects.filter(slug=scene.SLUG).count() == 1
    with seller_scope(seller.pk):
        assert checks.faults() == []
        statuses = set(Commission.objects.values_list("status", flat=True))
        assert statuses >= {"pending", "payable", "held", "paid", "reversed"}
        assert sorted(Batch.objects.values_list("status", flat=True)) == ["draft", "settled"]


@pytest.mark.slow
def test_everybody_named_can_sign_in_and_open_his_room(seller: Seller, settings: Settings) -> None:
    settings.DEMO = True
    told = printed("demo_logins")
    for login in people.LOGINS:
        assert login.email in told
        client = Client()
        form = {"login": login.email, "password": people.password()}
        assert client.post("/accounts/login/", form).status_code == 302
        assert client.get(f"/{scene.SLUG}/{login.room}/", follow=True).status_code == 200


def test_a_real_installation_gets_no_demo(settings: Settings) -> None:
    settings.DEMO = False
    assert "No demo data" in printed("load_demo")
    assert printed("demo_logins") == ""
