"""Help articles: written, found in both languages, voted on; questions asked often lead to them."""

import pytest

from partners.help import questions, selectors, services
from partners.models import Article, Question
from tests.cast import Team, make_partner, make_team, make_user, signed_in
from tests.portal.market import Market, make_market


def write(
    team: Team, title: str, text: str, language: str = "en", *, publish: bool = True
) -> Article:
    with team.scope():
        article = services.create_article(
            seller=team.seller, actor=team.actor, language=language, title=title, source=text
        )
        if publish:
            services.publish_article(article=article, actor=team.actor)
    return article


@pytest.fixture(scope="module")
def team() -> Team:
    """A seller with five articles in two languages."""
    made = make_team()
    write(made, "When are payouts made?", "We **pay** on the tenth. Minimums apply.")
    write(made, "Making a link", "Links are made under Links. Payouts are elsewhere.")
    write(made, "Kapan komisi dibayarkan?", "Pembayaran dilakukan setiap tanggal 10.", "id")
    write(made, "Secret plans", "Payouts will double.", publish=False)
    write(made, "A <b>title</b>", "Text with <script>alert(1)</script> & more about kiwis")
    return made


def found(team: Team, words: str, language: str = "en") -> list[str]:
    with team.scope():
        return [one.article.title for one in selectors.search(words, language)]


def test_english_is_stemmed_and_titles_weigh_more(team: Team) -> None:
    assert found(team, "payout") == ["When are payouts made?", "Making a link"]
    assert found(team, "linking") == ["Making a link"]


def test_indonesian_is_stemmed(team: Team) -> None:
    assert found(team, "membayar", "id") == ["Kapan komisi dibayarkan?"]
    assert found(team, "bayar", "id") == ["Kapan komisi dibayarkan?"]


def test_the_readers_language_comes_first(team: Team) -> None:
    write(team, "Komisi", "Tentang payout.", "id")
    assert found(team, "payout", "id")[0] == "Komisi"
    assert found(team, "payout", "en")[-1] == "Komisi"


def test_quotes_and_minus_are_understood_and_nothing_breaks(team: Team) -> None:
    assert found(team, "payouts -minimums") != found(team, "payouts")
    assert "When are payouts made?" not in found(team, "payouts -minimums")
    for odd in ("'", '"', "a & | !", "(((", ":*", "\x00", "%", "the", " ", "\\"):
        found(team, odd)


def test_drafts_and_other_sellers_articles_are_not_found(team: Team) -> None:
    assert "Secret plans" not in found(team, "double")
    assert found(make_team(), "payout") == []


def test_snippets_mark_words_and_hold_no_markup(team: Team) -> None:
    with team.scope():
        (one,) = selectors.search("kiwi", "en")
    assert "<mark>kiwis</mark>" in one.snippet
    assert "<script" not in one.snippet
    assert "&amp; more" in one.snippet


def test_an_edit_is_found_at_once(team: Team) -> None:
    article = write(team, "Fruit", "About apples.")
    assert found(team, "apples") == ["Fruit"]
    with team.scope():
        services.change_article(
            article=article, actor=team.actor, language="en", title="Fruit", source="About pears."
        )
    assert found(team, "apples") == []
    assert found(team, "pear") == ["Fruit"]


@pytest.fixture
def market() -> Market:
    """A fresh seller with partners."""
    return make_market()


def test_a_question_without_an_answer_becomes_an_article(market: Market) -> None:
    team, rani = market.team, signed_in(market.rani.user)
    page = rani.get(team.url("help/?q=Where+is+my+coupon", "portal")).text
    assert "Nothing found" in page
    assert "subject=Where%20is%20my%20coupon" in page
    signed_in(market.sekar.user).get(team.url("help/?q=where+is++my+COUPON", "portal"))
    marketer = signed_in(team.marketer)
    listed = marketer.get(team.url("help/")).text
    assert "Where is my coupon" in listed
    assert "asked 2 times" in listed
    with team.scope():
        question = Question.objects.get()
        assert (question.asked, question.unanswered) == (2, 2)
    form = marketer.get(team.url(f"help/new/?question={question.pk}")).text
    assert 'value="Where is my coupon"' in form
    made = marketer.post(
        team.url(f"help/new/?question={question.pk}"),
        {
            "language": "en",
            "title": "Where is my coupon?",
            "source": "Under *Links*, to the right.",
        },
    )
    assert "Asked often" not in marketer.get(team.url("help/")).text
    assert "Where is my coupon?" not in rani.get(team.url("help/", "portal")).text
    marketer.post(f"{made['Location']}publish/")
    assert "Asked often" in rani.get(team.url("help/", "portal")).text
    answer = rani.get(team.url("help/?q=coupons", "portal")).text
    assert "<mark>coupon</mark>" in answer or "Where is my coupon?" in answer


def test_an_article_is_read_and_voted_on(market: Market) -> None:
    team, rani = market.team, signed_in(market.rani.user)
    article = write(team, "Links", "Under <b onclick='x()'>Links</b><script>alert(1)</script>")
    url = team.url(f"help/{article.pk}/", "portal")
    page = rani.get(url).text
    assert "<b>Links</b>" in page
    assert "alert(1)" not in page
    rani.post(f"{url}vote/", {"helped": "no"})
    rani.post(f"{url}vote/", {"helped": "yes"})
    with team.scope():
        counted = selectors.article_by_id(article.pk)
        assert (counted.helped, counted.not_helped) == (1, 0)  # type: ignore[attr-defined]
    signed_in(team.marketer).post(team.url(f"help/{article.pk}/take-back/"))
    assert rani.get(url).status_code == 404
    assert rani.post(f"{url}vote/", {"helped": "yes"}).status_code == 404


def test_articles_are_checked_and_questions_put_aside(market: Market) -> None:
    team = market.team
    marketer = signed_in(team.marketer)
    url = team.url("help/new/")
    wrong = {"language": "fr", "title": "T", "source": "Text"}
    assert marketer.post(url, wrong).status_code == 422
    empty = {"language": "en", "title": "T", "source": "<script>x</script>"}
    assert "Write the answer" in marketer.post(url, empty).text
    signed_in(market.rani.user).get(team.url("help/?q=zebra", "portal"))
    with team.scope():
        question = questions.questions().get()
    marketer.post(team.url(f"help/questions/{question.pk}/dismiss/"))
    assert "zebra" not in marketer.get(team.url("help/")).text


def test_staff_who_try_the_search_ask_nothing() -> None:
    team = make_team()
    make_partner(team, team.manager, make_user())
    signed_in(team.manager).get(team.url("help/?q=zebra", "portal"))
    with team.scope():
        assert not Question.objects.exists()
