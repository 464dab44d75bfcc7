"""The examples and the links of the documentation do what they say."""

import importlib.util
import io
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from types import ModuleType

import pytest
from django.core.management import call_command
from django.db.models import Sum

from campaigns import services as campaigns
from commissions import services as commissions
from commissions.models import Commission
from commissions.services.rulebook import RuleInput
from ledger import checks, selectors
from sellers.scope import seller_scope
from tests.api.caller import Caller, make_caller, make_key
from tests.cast import Team, make_team, make_user
from tests.stack import ROOT, Stack

DOCS = ROOT / "docs"
FLOW = DOCS / "examples" / "main_flow.py"
STEPS = 16
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


def main_flow() -> ModuleType:
    """The example as a module, though docs/ is no package."""
    spec = importlib.util.spec_from_file_location("main_flow_example", FLOW)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def two_keys() -> tuple[Caller, Caller]:
    """Keys of one seller, made by two people."""
    owner = make_caller()
    return owner, make_key(owner.seller, make_user("Fia Finance"))


def faults(caller: Caller) -> list[str]:
    """What is wrong with the books, a trial balance other than zero included."""
    with seller_scope(caller.seller.pk):
        unbalanced = [unit for unit, sum_ in selectors.trial_balance().items() if sum_]
        return [*checks.faults(), *(f"trial balance of {unit} is not 0" for unit in unbalanced)]


def walked(stack: Stack, owner: Caller, finance: Caller) -> Iterator[str]:
    """The example's steps over HTTP."""
    example = main_flow()
    sentences: Iterator[str] = example.walk(
        example.Api(stack.url, owner.secret), example.Api(stack.url, finance.secret)
    )
    return sentences


def test_the_main_job_over_the_api_alone_keeps_the_books_whole(stack: Stack) -> None:
    owner, finance = two_keys()
    told = []
    for sentence in walked(stack, owner, finance):
        told.append(sentence)
        assert faults(owner) == [], sentence
    assert len(told) == STEPS
    reason = next(sentence for sentence in told if "The partner earns" in sentence)
    assert "EUR 9.26: 7.5 % of EUR 123.45" in reason.replace("\u00a0", " ")
    assert told[-1].startswith("The statement says EUR 9.26, EUR -3.09, ")
    assert told[-1].endswith("; owed is EUR 0.00")


def test_the_books_check_of_this_test_bites(stack: Stack) -> None:
    owner, finance = two_keys()
    steps = walked(stack, owner, finance)
    assert next(sentence for sentence in steps if "The partner earns" in sentence)
    with seller_scope(owner.seller.pk):
        Commission.objects.update(status="held")
    assert faults(owner)


def test_whoever_drafted_a_batch_cannot_approve_it_by_a_second_key(stack: Stack) -> None:
    owner, _finance = two_keys()
    again = make_key(owner.seller, owner.user)
    with pytest.raises(SystemExit, match=r"^403 "):
        list(walked(stack, owner, again))


def test_the_example_runs_from_the_command_line(stack: Stack) -> None:
    owner, finance = two_keys()
    command = [sys.executable, str(FLOW), stack.url, owner.secret, finance.secret]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    assert len(done.stdout.splitlines()) == STEPS
    assert "The money arrived" in done.stdout


def test_the_import_example_tries_then_imports(stack: Stack) -> None:
    owner = make_caller()
    script = DOCS / "examples" / "import_file.py"
    command = [sys.executable, str(script), stack.url, owner.secret, "partners"]
    command += [str(DOCS / "examples" / "partners.csv")]
    tried = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert "dry run done: {'rows': 3, 'new': 2, 'known': 0, 'refused': 1" in tried
    assert "line 4: country: “Narnia” is no country. Write its two letters, like DE." in tried
    assert owner.get("partners").body["results"] == []
    command.append("apply")
    done = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert "import done: {'rows': 3, 'new': 2" in done
    again = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert "import done: {'rows': 3, 'new': 0, 'known': 2" in again
    assert len(owner.get("partners").body["results"]) == 2


@pytest.fixture
def shop() -> Team:
    """A seller with an open program that pays 10 %."""
    team = make_team()
    with team.scope():
        program = campaigns.create_program(
            seller=team.seller,
            actor=team.actor,
            name="Affiliate Europe",
            slug="affiliate-europe",
            currency="EUR",
            landing_url="https://shop.example.com/",
            terms="Be fair.",
            hold_days=0,
        )
        rule = RuleInput("All sales", {"type": "percent", "rate": "10"}, valid_from=LONG_AGO)
        commissions.create_rule(program=program, actor=team.actor, rule=rule)
        campaigns.open_program(program=program, actor=team.actor)
    return team


def imported(team: Team, *more: str) -> str:
    """What the command of docs/sellers.md prints."""
    told = io.StringIO()
    command = ["import_sales", str(DOCS / "examples" / "orders.csv")]
    command += ["--seller", team.seller.slug, "--program", "affiliate-europe"]
    command += ["--credit-prefix", "R", "--create-partners", *more]
    call_command(*command, stdout=told)
    return told.getvalue()


def figure(told: str, label: str) -> int:
    """The number behind a label of the report."""
    found = re.search(rf"^{label} +(\d+)", told, re.MULTILINE)
    assert found is not None
    return int(found.group(1))


def test_the_orders_of_the_sellers_page(shop: Team) -> None:
    dry = imported(shop, "--dry-run")
    first = imported(shop, "--wait")
    second = imported(shop, "--wait")
    for told in (dry, first):
        assert (figure(told, "sales"), figure(told, "credit notes")) == (4, 1)
        assert "row 6: quantity: “three” is no number." in told
    assert (figure(second, "sales"), figure(second, "sales known already")) == (0, 4)
    with shop.scope():
        sums = Commission.objects.values_list("partner__name").annotate(Sum("amount_minor"))
        # 10 % of 63.00 less 38.00 that came back, and of 13.90 and 27.80
        assert dict(sums) == {"Blue Parrot": 250, "Bean & Bicycle": 417}
        assert checks.faults() == []


def test_links_between_the_pages_lead_somewhere() -> None:
    pages = [ROOT / "README.md", *DOCS.glob("*.md")]
    lost = [
        f"{page.name}: {target}"
        for page in pages
        for target in re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text(encoding="utf-8"))
        if "://" not in target and not (page.parent / target).exists()
    ]
    assert lost == []


def test_every_page_is_in_the_index() -> None:
    index = (DOCS / "README.md").read_text(encoding="utf-8")
    pages = {page.name for page in DOCS.glob("*.md")} - {"README.md"}
    assert {page for page in pages if f"({page})" not in index} == set()
