"""The pages of shop systems: set-up step by step, the live test, the log."""

import re

from commissions.inbound import processing
from commissions.models import Source, SourceSecret
from tests.cast import signed_in
from tests.commissions.inbound.payloads import dispute, event, session, woo_order
from tests.commissions.inbound.shop import Shop, open_shop
from tests.commissions.inbound.signing import STRIPE_SECRET, Delivery, by_stripe, by_woo
from tests.portal.market import make_market


def test_a_source_is_set_up_step_by_step_and_says_when_it_works() -> None:
    market = make_market()
    team, browser = market.team, signed_in(market.team.owner)
    assert "No shop systems yet" in browser.get(team.url("sources/")).text
    answer = browser.post(team.url("sources/new/"), {"kind": "stripe", "name": "Web shop"})
    assert answer.status_code == 302
    page = browser.get(answer["Location"]).text
    with team.scope():
        source = Source.objects.select_related("seller").get()
    assert f"/hooks/{source.pk}" in page
    assert "checkout.session.completed" in page
    assert "Waiting for the first message" in page
    shop = Shop(market, source)
    delivery = by_stripe(event("checkout.session.completed", session("1")))
    assert shop.send(delivery) == 401
    live = team.url(f"sources/{source.pk}/live/")
    assert "no secret here yet" in browser.get(live).text
    secret = team.url(f"sources/{source.pk}/secret/")
    assert browser.post(secret, {"secret": "nonsense"}).status_code == 422
    assert browser.post(secret, {"secret": f" {STRIPE_SECRET} "}).status_code == 302
    assert 'hx-trigger="every 3s"' in browser.get(live).text
    assert shop.send(Delivery(delivery.body, {"stripe-signature": "t=1,v1=00"})) == 401
    assert "signed with another secret" in browser.get(live).text
    assert shop.send(delivery) == 200
    shop.process()
    found = browser.get(live).text
    assert "It works" in found
    assert "hx-trigger" not in found
    page = browser.get(team.url(f"sources/{source.pk}/")).text
    assert STRIPE_SECRET not in page
    assert "Receiving" in page


def test_a_secret_made_here_is_shown_once() -> None:
    market = make_market()
    browser, team = signed_in(market.team.owner), market.team
    browser.post(team.url("sources/new/"), {"kind": "generic", "name": "Till"})
    with team.scope():
        source = Source.objects.get()
    answer = browser.post(team.url(f"sources/{source.pk}/secret/"), {"secret": ""})
    made = re.search(r"whsec_[A-Za-z0-9+/=]{44}", answer.text)
    assert made
    assert "no-store" in answer.headers["Cache-Control"]
    assert made[0] not in browser.get(team.url(f"sources/{source.pk}/")).text
    with team.scope():
        assert SourceSecret.objects.count() == 1


def test_names_and_prefixes_that_are_taken_are_told_on_the_form() -> None:
    shop = open_shop("stripe", prefix="a-")
    browser, url = signed_in(shop.market.team.owner), shop.market.team.url("sources/new/")
    taken = browser.post(url, {"kind": "stripe", "name": shop.source.name})
    assert (taken.status_code, "id_name_error" in taken.text) == (422, True)
    same = browser.post(url, {"kind": "stripe", "name": "Other", "number_prefix": "a-"})
    assert (same.status_code, "id_number_prefix_error" in same.text) == (422, True)


def test_the_log_finds_a_message_and_leads_to_its_sale() -> None:
    shop = open_shop("stripe")
    browser, team = signed_in(shop.market.team.manager), shop.market.team
    shop.take(by_stripe(event("checkout.session.completed", session("77"))))
    shop.take(by_stripe(event("charge.dispute.created", dispute("9", 500, "pi_77", "lost"))))
    shop.take(by_stripe(event("charge.dispute.closed", dispute("9", 500, "pi_77", "won"))))
    log = team.url("sources/log/")
    assert "cs_77" in browser.get(f"{log}?q=cs_77").text
    assert "cs_77" not in browser.get(f"{log}?state=failed").text
    assert "You won this chargeback" in browser.get(f"{log}?state=failed").text
    first, _created, won = shop.arrivals()
    page = browser.get(f"{log}{first.pk}/").text
    assert f"/sales/{shop.sale('cs_77').pk}/" in page
    assert "Elm Street" not in page
    assert browser.post(f"{log}{won.pk}/again/").status_code == 302
    shop.process()
    assert browser.post(f"{log}{won.pk}/dismiss/").status_code == 302
    assert browser.post(f"{log}{won.pk}/dismiss/").status_code == 409
    assert shop.arrivals()[2].state == "ignored"
    assert browser.get(f"{log}?export=csv").status_code == 200


def test_pausing_going_on_renaming_and_removing() -> None:
    shop = open_shop("woocommerce")
    browser, team = signed_in(shop.market.team.owner), shop.market.team
    page = team.url(f"sources/{shop.source.pk}/")
    shop.take(by_woo(woo_order(41)))
    assert browser.post(f"{page}pause/").status_code == 302
    shop.send(by_woo(woo_order(42)))
    assert "Nothing is lost" in browser.get(page).text
    assert browser.post(f"{page}resume/").status_code == 302
    processing.step(team.id)
    assert [one.external_id for one in shop.sales()] == ["wc-41", "wc-42"]
    form = {"name": "Merch", "program": str(shop.market.program.pk)}
    assert browser.post(f"{page}edit/", form).status_code == 302
    assert "Merch" in browser.get(team.url("sources/")).text
    assert "404" in browser.get(f"{page}remove/").text
    assert browser.post(f"{page}remove/").status_code == 302
    assert shop.send(by_woo(woo_order(43))) == 404
    browser.get(team.url("sources/"))  # the toast says its name once more
    assert "Merch" not in browser.get(team.url("sources/")).text
    assert browser.get(page).status_code == 200


def test_another_sellers_source_is_not_found() -> None:
    shop, other = open_shop("stripe"), make_market()
    browser = signed_in(other.team.owner)
    for rest in ("", "live/", "secret/", "remove/"):
        path = other.team.url(f"sources/{shop.source.pk}/{rest}")
        assert browser.get(path).status_code == 404
