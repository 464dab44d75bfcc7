"""Which links count, read from pages as people write them, and from pages made to annoy."""

import time

import pytest

from commissions.backlinks import Found, Target, find, leads, links, target_of

PAGE = "https://blog.example/2026/review"


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("shop.example", Target("shop.example")),
        (" https://WWW.Shop.Example/ ", Target("shop.example")),
        ("shop.example/beans/", Target("shop.example", "/beans")),
        ("https://shop.example/p?id=7", Target("shop.example", "/p", "id=7")),
        ("https://bücher.example", Target("xn--bcher-kva.example")),
        ("http://localhost:8000", Target("localhost")),
    ],
)
def test_targets(text: str, target: Target) -> None:
    assert target_of(text) == target


@pytest.mark.parametrize(
    "text",
    ["", " ", "shop", "two words.example", "ftp://shop.example", "https://", "a..b", "me@shop",
     "https://me:pw@shop.example", "mailto:me@shop.example", "http://[::1", "javascript:x"],
)  # fmt: skip
def test_what_is_no_target(text: str) -> None:
    with pytest.raises(ValueError, match=r"^[^\n]*$"):
        target_of(text)


@pytest.mark.parametrize(
    ("url", "target", "hit"),
    [
        ("https://shop.example/anything?x=1#y", "shop.example", True),
        ("http://www.shop.example", "shop.example", True),
        ("https://SHOP.example./", "shop.example", True),
        ("https://evil-shop.example/", "shop.example", False),
        ("https://shop.example.evil.com/", "shop.example", False),
        ("https://other.example/?to=shop.example", "shop.example", False),
        ("https://shop.example@evil.com/", "shop.example", False),
        ("javascript:location='https://shop.example'", "shop.example", False),
        ("https://shop.example/beans?utm=blog", "shop.example/beans", True),
        ("https://shop.example/beans/", "shop.example/beans", True),
        ("https://shop.example/beans/roasted", "shop.example/beans", False),
        ("https://shop.example/", "shop.example/beans", False),
        ("https://shop.example/p?id=7", "shop.example/p?id=7", True),
        ("https://shop.example/p?id=8", "shop.example/p?id=7", False),
        ("https://[broken", "shop.example", False),
    ],
)
def test_what_leads_there(url: str, target: str, hit: bool) -> None:
    assert leads(url, target_of(target)) is hit


@pytest.mark.parametrize(
    ("html", "url"),
    [
        ('<a href="https://shop.example/">x</a>', "https://shop.example/"),
        ("<A HREF=https://shop.example/p>x", "https://shop.example/p"),
        ("<p><a\n class=x\n href='//shop.example/p'>x</a>", "https://shop.example/p"),
        ('<a href="&#104;ttps://shop.example/?a=1&amp;b=2">x</a>', "https://shop.example/?a=1&b=2"),
        ('<map><area href="https://shop.example/">', "https://shop.example/"),
        ('<base href="https://shop.example/"><a href="beans">x</a>', "https://shop.example/beans"),
        ('<![odd[<a href=x>]]><a href="https://shop.example/">x', "https://shop.example/"),
        ('<!-- a --><a href="https://shop.example/">x', "https://shop.example/"),
    ],
)
def test_links_that_count(html: str, url: str) -> None:
    assert find(html, PAGE, [target_of("shop.example")]) == Found(url)


@pytest.mark.parametrize(
    "html",
    [
        '<!-- <a href="https://shop.example/">x</a> -->',
        "<script>\"<a href='https://shop.example/'>\"</script>",
        '<style><a href="https://shop.example/"></style>',
        '<template><a href="https://shop.example/">x</a></template>',
        '<img src="https://shop.example/x.png">',
        '<link href="https://shop.example/">',
        "https://shop.example/",
        '<a data-href="https://shop.example/">x</a>',
        '<a href="http://[shop.example/">x</a>',
        "",
        "<",
    ],
)
def test_what_is_no_link(html: str) -> None:
    assert find(html, PAGE, [target_of("shop.example")]) is None


def test_a_full_link_is_named_before_a_weakened_one() -> None:
    weak = '<a rel="sponsored NOFOLLOW noopener" href="https://shop.example/1">x</a>'
    target = [target_of("shop.example")]
    found = find(weak, PAGE, target)
    assert found == Found("https://shop.example/1", ("nofollow", "sponsored"))
    both = weak + '<a href="https://shop.example/2">x</a>'
    assert find(both, PAGE, target) == Found("https://shop.example/2")


@pytest.mark.parametrize(
    "part",
    [
        "<!--",
        "<a ",
        '<a href="',
        "</x",
        "<![",
        "<!x",
        "<?",
        "&",
        "<script>",
        "<template>",
        "<a/",
        "<",
    ],
)
def test_no_page_keeps_the_reader_busy(part: str) -> None:
    began = time.process_time()
    list(links(part * (1_000_000 // len(part)), PAGE))
    list(links("<a href=x>" + part * (500_000 // len(part)) + ">", PAGE))
    assert time.process_time() - began < 20
