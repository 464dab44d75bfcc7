"""Every status and kind of a line of earnings has its words, look and filter on every page."""

import pytest

from commissions.models import Commission, CommissionKind, CommissionStatus
from commissions.reasons import lines as sentences
from commissions.services.moving import ACCOUNT_OF
from ledger.models import AccountKind
from portal import commission_cells, statuses
from portal.audit import ledger
from portal.partner import statement_words
from tests.portal.market import make_market
from tests.superuser import superuser

SETTLED = {"bonus", "settlement", "redemption", "expiry"}


@pytest.mark.parametrize("status", CommissionStatus.values)
def test_every_status_has_a_look_an_account_and_a_word_in_the_ledger(status: str) -> None:
    assert statuses.look("commission", status).label
    assert status in ACCOUNT_OF
    assert ledger.KINDS[status]


@pytest.mark.parametrize("place", AccountKind.values)
def test_a_move_to_every_account_has_a_sentence(place: str) -> None:
    words = statement_words._moved(place, "B-1", "why")
    assert words
    assert "%(" not in words


def test_every_kind_is_in_the_filter_and_has_a_word() -> None:
    market = make_market()
    market.sell()
    with market.team.scope():
        line = Commission.objects.get()
    for kind in CommissionKind.values:
        with superuser() as cursor:  # the database keeps a line's kind as it is
            cursor.execute(
                "UPDATE commissions_commission SET kind = %s WHERE id = %s", [kind, str(line.pk)]
            )
        with market.team.scope():
            rows = Commission.objects.all()
            found = [key for key, _words in commission_cells.KINDS if key != "override"]
            hits = [key for key in found if commission_cells.by_kind(rows, key).exists()]
            assert len(hits) == 1, kind
            line.kind = kind
            assert commission_cells.kind_word(line)


def test_a_kind_without_a_sentence_of_its_own_is_one_that_is_settled() -> None:
    assert set(CommissionKind.values) - set(sentences.BY_KIND) == SETTLED
