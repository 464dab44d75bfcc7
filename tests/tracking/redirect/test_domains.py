"""Sellers' own hosts: proved by their answer, showing their own links and nothing else."""

from collections.abc import Iterator

import pytest
from django.test import override_settings

from activity import work
from prm.errors import Conflict, Unacceptable
from tests.cast import signed_in, token
from tests.portal.market import Market, make_market
from tests.tracking.redirect.visits import Visitor, new_link, spooled, until
from tests.web_server import Site, running_site
from tracking import services
from tracking.models import LinkDomain
from tracking.models.links import PROOF_PATH
from tracking.services import domains


@pytest.fixture(scope="module")
def market() -> Market:
    return make_market()


@pytest.fixture
def site() -> Iterator[Site]:
    """A web server that stands where the checked host leads."""
    with (
        running_site() as found,
        override_settings(
            OUTBOUND_ALLOWED_TEST_NETS=["127.0.0.0/8"], LINK_DOMAIN_ADDRESSES=[found.url("")]
        ),
    ):
        yield found


def _name(market: Market, host: str = "") -> LinkDomain:
    with market.team.scope():
        return services.add_domain(
            seller=market.team.seller, host=host or f"go.{token()}.example", actor=market.team.actor
        )


def _checked(market: Market, domain: LinkDomain) -> LinkDomain:
    """The host after a worker asked it."""
    with market.team.scope():
        LinkDomain.objects.filter(pk=domain.pk).update(checked_at=None)
        domain.refresh_from_db()
        services.ask_for_check(domain=domain)
    work.drain(domains.KIND, market.team.id)
    with market.team.scope():
        domain.refresh_from_db()
    return domain


def _verified(market: Market, site: Site) -> LinkDomain:
    domain = _name(market)
    site.put(PROOF_PATH, f"other\n{domain.token}\n")
    return _checked(market, domain)


def test_a_host_counts_once_it_answers_with_its_token(market: Market, site: Site) -> None:
    domain = _name(market)
    site.put(PROOF_PATH, "somebody else's page")
    assert _checked(market, domain).verified_at is None
    assert domain.fault == "answer"
    site.remove(PROOF_PATH)
    assert _checked(market, domain).fault == "status"
    site.put(PROOF_PATH, domain.token)
    assert _checked(market, domain).verified_at is not None
    assert (domain.fault, domain.due_at is not None) == ("", True)
    verified_at = domain.verified_at
    site.remove(PROOF_PATH)
    assert _checked(market, domain).verified_at == verified_at
    assert domain.fault == "status"


def test_a_private_address_is_not_asked(market: Market) -> None:
    domain = _name(market)
    with override_settings(LINK_DOMAIN_ADDRESSES=["http://127.0.0.1"]):
        assert _checked(market, domain).fault == "private"


def test_our_own_server_answers_for_a_named_host_with_its_token(market: Market) -> None:
    domain, other = _name(market), make_market()
    twin = _name(other, domain.host)
    answer = Visitor(host=domain.host).get(PROOF_PATH)
    assert answer.status == 200
    assert sorted(answer.body.decode().split()) == sorted([domain.token, twin.token])
    assert Visitor(host=f"x{domain.host}").get(PROOF_PATH).status == 400


def test_one_seller_has_a_host_and_the_next_is_told(market: Market, site: Site) -> None:
    domain = _verified(market, site)
    other = make_market()
    twin = _name(other, domain.host)
    site.put(PROOF_PATH, f"{domain.token}\n{twin.token}")
    assert _checked(other, twin).verified_at is None
    assert twin.fault == "taken"


def test_a_host_shows_its_own_sellers_links_and_nothing_else(market: Market, site: Site) -> None:
    domain = _verified(market, site)
    stranger = make_market()
    link = new_link(market, domain=domain)
    assert link.url == f"http://{domain.host}/r/{link.code}"
    visitor = Visitor(host=domain.host)
    until(lambda: visitor.get(f"/r/{link.code}").status == 302)
    clicks = len(spooled(link))
    answer = visitor.get(f"/r/{link.code}")
    assert answer.token
    assert "Set-Cookie" in answer.headers
    assert len(spooled(link)) == clicks + 1
    assert visitor.get(f"/r/{link.code}", method="HEAD").status == 302
    assert visitor.get(f"/r/{link.code}", method="POST").status == 405
    assert visitor.get(f"/r/{link.code}", query="url=https://evil.example").status == 400
    assert len(spooled(link)) == clicks + 1
    for path in (
        f"/r/{stranger.rani.link.code}",
        "/r/nobody-has-this",
        "/",
        "/healthz",
        "/accounts/login/",
        f"/{market.team.seller.slug}/console/",
        "/api/v1/links",
        "/static/prm/theme.css",
        "/t.jsx",
        "/rr/x",
    ):
        assert visitor.get(path).status == 404, path
    assert spooled(stranger.rani.link) == []
    assert visitor.get("/t.js").status == 200
    assert Visitor().get(f"/r/{link.code}").status == 302
    assert Visitor(host=f"{domain.host}:8000").get(f"/r/{link.code}").status == 302


def test_a_host_that_did_not_prove_itself_shows_nothing(market: Market) -> None:
    domain = _name(market)
    assert Visitor(host=domain.host).get(f"/r/{market.rani.link.code}").status == 404
    assert Visitor(host=domain.host).get("/t.js").status == 404
    with market.team.scope(), pytest.raises(Unacceptable, match="not proved"):
        services.change_link(link=market.rani.link, domain=domain, actor=market.team.actor)


def test_a_removed_host_leads_nowhere_and_its_links_move(market: Market, site: Site) -> None:
    domain = _verified(market, site)
    link = new_link(market, domain=domain)
    visitor = Visitor(host=domain.host)
    until(lambda: visitor.get(f"/r/{link.code}").status == 302)
    with market.team.scope():
        services.remove_domain(domain=domain, actor=market.team.actor)
        link.refresh_from_db()
    assert link.url == f"http://localhost:8000/r/{link.code}"
    until(lambda: visitor.get(f"/r/{link.code}").status == 400)


@pytest.mark.parametrize(
    "host",
    ["", "shop", "https://go.shop.example", "go.shop.example/x", "10.0.0.1", "a b.example",
     "user@go.shop.example", "go..example", "*.shop.example", "localhost", "127.0.0.1"],
)  # fmt: skip
def test_what_is_no_host_of_the_sellers_is_refused(market: Market, host: str) -> None:
    with pytest.raises(Unacceptable), market.team.scope():
        services.add_domain(seller=market.team.seller, host=host, actor=market.team.actor)


def test_a_host_is_named_once_and_written_alike(market: Market) -> None:
    mark = token()
    assert _name(market, f" GO.{mark}.Example. ").host == f"go.{mark}.example"
    with pytest.raises(Conflict):
        _name(market, f"go.{mark}.example")
    assert _name(market, f"bücher.{mark}.example").host == f"xn--bcher-kva.{mark}.example"


def test_the_pages_name_check_and_remove_a_host(market: Market, site: Site) -> None:
    client = signed_in(market.team.owner)
    base = market.team.url("settings/link-domains/")
    host = f"go.{token()}.example"
    made = client.post(f"{base}new/", {"host": host})
    page = client.get(made["Location"]).content.decode()
    assert f"{host}. CNAME localhost." in page
    assert "Not checked yet" in page
    client.post(made["Location"] + "check/")
    assert "Being checked" in client.get(made["Location"]).content.decode()
    work.drain(domains.KIND, market.team.id)
    assert "Another server seems to stand there" in client.get(made["Location"]).content.decode()
    again = client.post(made["Location"] + "check/", follow=True).content.decode()
    assert "It was checked just now" in again
    assert host in client.get(base).content.decode()
    assert client.post(f"{base}new/", {"host": host}).status_code == 422
    assert "lead nowhere" in client.get(made["Location"] + "remove/").content.decode()
    assert "is removed" in client.post(made["Location"] + "remove/", follow=True).content.decode()
    assert host not in client.get(base).content.decode()
    assert signed_in(market.team.manager).get(base).status_code == 403
