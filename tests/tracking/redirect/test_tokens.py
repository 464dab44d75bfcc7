"""Click tokens prove themselves; lines made the quick way are those of the spool."""

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.test import override_settings
from hypothesis import given
from hypothesis import strategies as st

from prm.ids import lowest_id_at, new_id
from tracking import tokens
from tracking.redirect.lines import Stencil
from tracking.spool import is_whole, record


@pytest.fixture
def _fresh_keys() -> Iterator[None]:
    """Keys of the settings that the test sets."""
    yield
    tokens.forget_keys()


def test_a_token_says_what_was_put_in() -> None:
    moment = datetime(2028, 2, 29, 23, 59, 59, 999000, tzinfo=UTC)
    link, click = new_id(), uuid.UUID(int=lowest_id_at(moment).int | 12345)
    token = tokens.make(link, click)
    assert tokens.FORM.fullmatch(token)
    found = tokens.read(token)
    assert found == tokens.ClickToken(link, click)
    assert found is not None
    assert found.clicked_at == moment


def test_no_letter_of_a_token_may_be_changed() -> None:
    token = tokens.make(new_id(), new_id())
    for place in range(len(token)):
        for letter in "0AQz-_":
            forged = token[:place] + letter + token[place + 1 :]
            assert forged == token or tokens.read(forged) is None


@pytest.mark.parametrize(
    "text",
    ["", "a" * 500, "AAAA:BBBB", "1" + "A" * 64, "1" + "A" * 63, "2" + "A" * 64, "é" * 65,
     "1" + "+" * 64, "1" + "A" * 63 + "\n", "1" + "A" * 64 + "="],
)  # fmt: skip
def test_a_forged_token_is_none(text: str) -> None:
    assert tokens.read(text) is None


@given(st.text(max_size=80))
def test_whatever_comes_is_read_without_an_error(text: str) -> None:
    assert tokens.read(text) is None


@pytest.mark.usefixtures("_fresh_keys")
def test_tokens_of_an_old_key_are_read_until_it_is_dropped() -> None:
    old = {"SECRET_KEY": "the first", "SECRET_KEY_FALLBACKS": []}
    both = {"SECRET_KEY": "the second", "SECRET_KEY_FALLBACKS": ["the first"]}
    new = {"SECRET_KEY": "the second", "SECRET_KEY_FALLBACKS": []}
    made: list[str] = []
    for wanted, readable in ((old, [True]), (both, [True, True]), (new, [False, True, True])):
        with override_settings(**wanted):
            tokens.forget_keys()
            made.append(tokens.make(new_id(), new_id()))
            assert [tokens.read(token) is not None for token in made] == readable


TEXTS = st.text(max_size=30) | st.sampled_from(
    ["Mozilla/5.0", "a\tb", "back\\slash", "x" * 600, "line\nend", "\r", "\x00", "ü", "\U0001f600"]
)


@given(agent=TEXTS, referrer=TEXTS, address=TEXTS, country=TEXTS, sub=TEXTS)
def test_a_quick_line_is_the_spools_to_the_byte(
    agent: str, referrer: str, address: str, country: str, sub: str
) -> None:
    link, click, subs = str(new_id()), str(new_id()), (sub[:100], "", "b", "", "")
    quick = Stencil(link, subs).line(click, 1795311707129, address, agent, referrer, country)
    whole = record(
        click_id=click,
        at=1795311707129,
        link_id=link,
        address=address,
        agent=agent,
        referrer=referrer,
        subs=subs,
        country=country,
    )
    assert quick == whole
    assert is_whole(quick)
