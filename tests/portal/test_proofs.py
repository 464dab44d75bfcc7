"""The proof of one line: in each room, as a file that a script checks, and after a change."""

import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg2
import pytest

from activity import chain, verifying
from activity.models import Event
from commissions import services
from commissions.engine import sales as sales_engine
from commissions.models import Commission
from tests.cast import signed_in
from tests.portal.market import Market, make_market
from tests.superuser import superuser

SCRIPT = Path(__file__).parents[2] / "docs" / "examples" / "check_proof.py"


@pytest.fixture(autouse=True)
def _seal_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chain, "SETTLE", timedelta(seconds=-1))


@pytest.fixture(scope="module")
def market() -> Market:
    """Two partners whose lines of one run stand in one batch."""
    market = make_market()
    _batch(market, 7)
    return market


def _batch(market: Market, sales: int) -> list[Commission]:
    """Lines of one run, half of them each partner's."""
    with market.team.scope():
        before = set(Commission.objects.values_list("pk", flat=True))
    real, market.compute = market.compute, lambda: None  # type: ignore[method-assign]
    for number in range(sales):
        market.sell((market.rani, market.sekar)[number % 2], 10_000 + number)
    market.compute = real  # type: ignore[method-assign]
    sales_engine.step(market.team.id)
    with market.team.scope():
        found = list(Commission.objects.exclude(pk__in=before).order_by("id"))
    assert len(found) == sales
    assert len({line.batch for line in found}) == 1
    return found


def _seal(market: Market) -> None:
    while chain.step(market.team.id):
        pass


def _lines(market: Market) -> list[Commission]:
    with market.team.scope():
        return list(Commission.objects.order_by("id"))


def _addresses(market: Market, line: Commission) -> list[tuple[Any, str]]:
    """Who reads a line of Rani's, and where."""
    team = market.team
    return [
        (team.owner, team.url(f"commissions/{line.pk}/proof/")),
        (team.auditor, team.url(f"commissions/{line.pk}/proof/", room="audit")),
        (market.rani.user, team.url(f"earnings/{line.pk}/proof/", room="portal")),
    ]


def _file(market: Market, line: Commission) -> dict[str, Any]:
    user, address = _addresses(market, line)[0]
    answer = signed_in(user).get(address, {"download": "1"})
    assert answer.headers["Content-Disposition"].startswith("attachment")
    found: dict[str, Any] = json.loads(answer.content)
    return found


def _checked(proof: dict[str, Any], folder: Path, *more: str) -> tuple[int, str]:
    file = folder / "proof.json"
    file.write_text(json.dumps(proof), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-I", str(SCRIPT), str(file), *more],
        capture_output=True,
        text=True,
        check=False,
        timeout=20,
    )
    return done.returncode, done.stdout


def test_each_line_of_a_batch_agrees_in_each_room(market: Market) -> None:
    _seal(market)
    for line in _lines(market):
        if line.partner_id != market.rani.partner.pk:
            continue
        for user, address in _addresses(market, line):
            page = signed_in(user).get(address)
            text = page.content.decode()
            assert "It agrees" in text, address
            assert "The chain is whole here" in text
            assert page.context["proof"].state == "agrees"
            assert page.context["proof"].lines == 7


def test_the_opened_line_leads_to_its_proof(market: Market) -> None:
    line = _lines(market)[0]
    for user, address in (_addresses(market, line)[0], _addresses(market, line)[2]):
        page = signed_in(user).get(
            address.removesuffix(f"{line.pk}/proof/"), {"open": str(line.pk)}
        )
        assert address in page.content.decode()
    page = signed_in(market.team.auditor).get(market.team.url("transfers/", room="audit"))
    assert _addresses(market, line)[1][1] in page.content.decode()


def test_the_script_checks_the_file_and_finds_what_was_put_into_it(
    market: Market, tmp_path: Path
) -> None:
    _seal(market)
    for line in _lines(market):
        proof = _file(market, line)
        code, said = _checked(proof, tmp_path)
        assert code == 0, said
        assert "FAILS" not in said
    noted = f"{proof['chain']['place']}:{proof['chain']['hash']}"
    assert _checked(proof, tmp_path, "--chain", noted)[0] == 0
    assert _checked(proof, tmp_path, "--chain", "7:abc")[0] == 1
    text = proof["leaf"]["text"]
    amount = f'"amount_minor":{line.amount_minor}'
    more = text.replace(amount, f'"amount_minor":{line.amount_minor + 1}')
    assert more != text
    forged = {**proof, "line": json.loads(more), "leaf": {**proof["leaf"], "text": more}}
    assert _checked(forged, tmp_path)[0] == 1
    assert _checked({**proof, "line": forged["line"]}, tmp_path)[0] == 1
    entry = {**proof["entry"], "text": proof["entry"]["text"].replace("system", "System")}
    assert _checked({**proof, "entry": entry}, tmp_path)[0] == 1
    assert _checked({**proof, "path": proof["path"][:-1]}, tmp_path)[0] == 1


def test_a_partner_reads_his_own_and_of_others_hashes_alone(market: Market) -> None:
    _seal(market)
    mine = next(one for one in _lines(market) if one.partner_id == market.rani.partner.pk)
    theirs = [one for one in _lines(market) if one.partner_id == market.sekar.partner.pk]
    reader = signed_in(market.rani.user)
    for other in theirs:
        page = reader.get(market.team.url(f"earnings/{other.pk}/proof/", room="portal"))
        assert page.status_code == 404
    address = _addresses(market, mine)[2][1]
    for query in ({}, {"download": "1"}):
        text = reader.get(address, query).content.decode()
        for other in theirs:
            told = {other.pk, other.partner_id, other.enrollment_id, other.sale_id}
            assert not [one for one in told if str(one) in text]
    file = json.loads(reader.get(address, {"download": "1"}).content)
    assert set(json.loads(file["entry"]["text"])["detail"]) == {"lines", "root"}
    assert "sums" not in file["entry"]["text"]


def test_the_proof_waits_for_the_chain_and_says_so(spoilt: Market) -> None:
    market = spoilt
    line = _batch(market, 1)[0]
    user, address = _addresses(market, line)[2]
    page = signed_in(user).get(address)
    assert page.context["proof"].state == "waits"
    assert "takes the entry in within seconds" in page.content.decode()
    _seal(market)
    assert signed_in(user).get(address).context["proof"].state == "agrees"


def test_a_refund_and_what_is_set_by_hand_are_sealed_too(tmp_path: Path) -> None:
    market = make_market()
    market.refund(market.sell(amount=20_000), 5_000)
    with market.team.scope():
        services.adjust(
            enrollment=market.rani.enrollment,
            amount_minor=700,
            currency="EUR",
            reason="Sorry",
            actor=market.team.actor,
        )
    _seal(market)
    lines = _lines(market)
    assert {line.kind for line in lines} == {"commission", "reversal", "adjustment"}
    for line in lines:
        proof = _file(market, line)
        assert proof["state"] == "agrees", line.kind
        assert _checked(proof, tmp_path)[0] == 0
        assert market.team.owner.email not in json.dumps(proof)
        entry = json.loads(proof["entry"]["text"])
        assert (entry["actor_kind"], entry["actor_id"], entry["address"]) == ("system", "", "")


# What changed is told, whoever changed it


@pytest.mark.parametrize("change", ["amount_minor = amount_minor + 1", "partner_id = id"])
def test_the_database_keeps_what_is_sealed(market: Market, change: str) -> None:
    """The owner of the tables is refused; only with the guard off can he."""
    line = _lines(market)[0]
    for sql in (
        f"UPDATE commissions_commission SET {change} WHERE id = '{line.pk}'",
        f"DELETE FROM commissions_commission WHERE id = '{line.pk}'",
    ):
        with superuser() as cursor:
            cursor.execute("SET session_replication_role = origin")
            with pytest.raises(psycopg2.Error, match=r"kept as it is|append-only"):
                cursor.execute(sql)
            cursor.connection.rollback()


LINE = "UPDATE commissions_commission SET {} WHERE id = %(line)s"
BESIDE = "UPDATE commissions_commission SET amount_minor = 1 WHERE id = %(beside)s"
EVENT = "UPDATE activity_event SET {} WHERE id = %(event)s"
BEFORE = """
    UPDATE activity_event e SET actor_label = 'nobody'
    FROM activity_chainlink l, activity_chainlink own
    WHERE own.event_id = %(event)s AND own.seller_id = %(seller)s
      AND l.seller_id = own.seller_id AND l.place = own.place - 1
      AND e.id = l.event_id
"""
AFTER = """
    UPDATE activity_chainlink l SET previous_hash = repeat('0', 64) FROM activity_chainlink own
    WHERE own.event_id = %(event)s AND own.seller_id = %(seller)s
      AND l.seller_id = own.seller_id AND l.place = own.place + 1
"""
ROOT = EVENT.format("detail = jsonb_set(detail, '{root}', '\"00\"')")
LATER = "occurred_at = occurred_at + interval '1 microsecond'"
TAMPERINGS = {
    "amount": (LINE.format("amount_minor = amount_minor + 1"), "root", "was changed afterwards"),
    "its time": (LINE.format(LATER), "root", "was changed afterwards"),
    "a line beside it": (BESIDE, "root", "or one that was written together with it"),
    "a line taken out": (
        "DELETE FROM commissions_commission WHERE id = %(beside)s",
        "count",
        "is gone, or was added",
    ),
    "the root in the entry": (ROOT, "root", "It does not agree"),
    "the time of the entry": (
        EVENT.format("at = at + interval '1 second'"),
        "content",
        "The entry that seals this line was changed",
    ),
    "the entry taken out": (
        "DELETE FROM activity_event WHERE id = %(event)s",
        "no_entry",
        "is gone from the trail",
    ),
    "the entry before": (BEFORE, "before", "broken right before"),
    "the link after": (AFTER, "after", "broken right after"),
}


@pytest.fixture(scope="module")
def spoilt() -> Market:
    """Where every test changes a batch of its own."""
    return make_market()


@pytest.mark.parametrize(("sql", "fault", "words"), TAMPERINGS.values(), ids=TAMPERINGS.keys())
def test_a_change_makes_the_proof_fail(
    spoilt: Market, sql: str, fault: str, words: str, tmp_path: Path
) -> None:
    market = spoilt
    line, beside = _batch(market, 3)[:2]
    with market.team.scope():
        verifying.start(seller=market.team.seller, actor=market.team.actor)
    verifying.step(market.team.id)
    _seal(market)
    assert _file(market, line)["state"] == "agrees"
    ids = {"line": str(line.pk), "beside": str(beside.pk), "event": str(line.batch)}
    ids["seller"] = str(market.team.id)
    with superuser() as cursor:
        cursor.execute(sql, ids)
        assert cursor.rowcount == 1
    for user, address in _addresses(market, line):
        page = signed_in(user).get(address)
        assert page.context["proof"].fault == fault
        assert words in page.content.decode()
        assert "It agrees" not in page.content.decode()
    if fault in {"root", "content"}:
        assert _checked(_file(market, line), tmp_path)[0] == 1


def test_a_line_without_an_entry_says_that_there_is_no_proof(spoilt: Market) -> None:
    market = spoilt
    line = _batch(market, 1)[0]
    with superuser() as cursor:
        cursor.execute(
            "UPDATE commissions_commission SET batch = NULL WHERE id = %s", [str(line.pk)]
        )
    user, address = _addresses(market, line)[2]
    page = signed_in(user).get(address)
    assert page.context["proof"].state == "unsealed"
    assert "There is no proof" in page.content.decode()


def test_leaves_stand_in_the_order_of_ids(spoilt: Market) -> None:
    market = spoilt
    lines = _batch(market, 5)
    with market.team.scope():
        event = Event.objects.get(pk=str(lines[0].batch))
        assert event.detail == {"lines": 5, "root": event.detail["root"]}
    _seal(market)
    assert [_file(market, line)["position"] for line in lines] == [0, 1, 2, 3, 4]
