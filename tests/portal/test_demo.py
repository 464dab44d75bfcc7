"""The demo seller: loaded once, whole books, and people who can sign in; nowhere but for trying."""

import io

import pytest
from django.core.management import call_command
from django.db.models import Model
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from campaigns import onboarding
from campaigns.models import (
    Application,
    BrandedMaterial,
    Enrollment,
    MaterialDay,
    Program,
    TierMove,
)
from commissions.models import Claim, Commission, Standing
from ledger import checks
from partners.models import Partner, Prospect
from payouts.models import Batch, PayoutMethod, TaxNumber
from portal.demo import loading, people, scene
from sellers.models import Seller
from sellers.scope import maintenance_scope, seller_scope
from sellers.selectors import seller_by_slug
from tracking.models import Link, LinkDay, Sale

pytestmark = pytest.mark.demo


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


def held(model: type[Model], field: str) -> set[str]:
    """The different values of a field."""
    return set(model._default_manager.exclude(**{field: None}).values_list(field, flat=True))


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


def test_the_demo_shows_every_side_of_working_with_partners(seller: Seller) -> None:
    with seller_scope(seller.pk):
        assert Partner.objects.filter(status="active").count() >= 39
        assert Program.objects.filter(status="open").values("kind").distinct().count() >= 3
        assert held(Enrollment, "tier__key") >= {"bronze", "silver", "gold"}
        assert held(TierMove, "cause") >= {"reached", "dropped"}
        assert held(Application, "status") == {"submitted", "approved", "rejected"}
        assert held(Prospect, "stage") == set(Prospect.Stage.values)
        assert held(Claim, "status") == {"open", "asked", "accepted", "declined"}
        assert held(Standing, "health") == set(Standing.Health.values)
        assert PayoutMethod.objects.filter(usable_at__gt=timezone.now()).count() == 1
        assert TaxNumber.objects.count() >= 5
        assert BrandedMaterial.objects.count() == 3
        assert MaterialDay.objects.filter(downloads__gt=0).exists()
        landings = Link.objects.exclude(landing=None).values("pk")
        assert LinkDay.objects.filter(link_id__in=landings, clicks__gt=0).exists()
        assert LinkDay.objects.filter(impressions__gt=0).exists()
        assert Sale.objects.exclude(coupon="").exclude(partner=None).exists()
        steps = onboarding.progress(Enrollment.objects.filter(program__kind="affiliate"))
        assert {one.finished for one in steps} == {True, False}


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
