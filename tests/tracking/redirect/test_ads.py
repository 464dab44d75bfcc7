"""Marks of paid ads: handed on to the shop, and kept with the click for the look at fraud."""

from urllib.parse import parse_qs, urlsplit

from tests.portal.market import make_market
from tests.tracking.redirect.visits import Visitor, new_link, spooled


def test_the_mark_of_a_paid_ad_goes_on_and_stays_with_the_click() -> None:
    link = new_link(make_market())
    visitor = Visitor()
    answer = visitor.get(f"/r/{link.code}?gclid=Cj0K&utm_source=ads&other=1")
    query = parse_qs(urlsplit(answer.location).query)
    assert (query["gclid"], query["utm_source"], query["a"]) == (["Cj0K"], ["ads"], ["1"])
    assert "other" not in query
    visitor.get(f"/r/{link.code}?utm_source=mail")
    marked, plain = spooled(link)
    assert marked.destination == "https://shop.example/beans?a=1&gclid=Cj0K"
    assert plain.destination == ""
