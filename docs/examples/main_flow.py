"""The main job over the API alone, from a new program to a settled payout.

    python3 main_flow.py http://localhost:8000 KEY OTHER_KEY

Both keys belong to one seller and hold every scope. Two different people made them, because
nobody approves a payout that he drafted. Standard library only.
"""

import json
import sys
import time
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.error import HTTPError
from urllib.parse import parse_qs, urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener, urlopen

SHOP = "https://shop.example.com/"
CURRENCY = "EUR"
WAIT_SECONDS = 30


class Api:
    """Calls as one key."""

    def __init__(self, base_url: str, key: str) -> None:
        self.root = f"{base_url.rstrip('/')}/api/v1/"
        self.key = key

    def get(self, path: str, **query: str) -> Any:
        """The body of an answer; a statement's query has `from` in it, hence the keywords."""
        return self._call(Request(f"{self.root}{path}?{urlencode(query)}"))

    def post(self, path: str, body: Any = None) -> Any:
        """Send a body once, even where the network makes us send it twice."""
        headers = {"Content-Type": "application/json", "Idempotency-Key": str(uuid.uuid4())}
        data = None if body is None else json.dumps(body).encode()
        return self._call(Request(f"{self.root}{path}", data, headers, method="POST"))

    def _call(self, request: Request) -> Any:
        request.add_header("Authorization", f"Bearer {self.key}")
        try:
            with urlopen(request, timeout=30) as answer:
                content = answer.read()
                is_json = "json" in answer.headers["Content-Type"]
        except HTTPError as error:
            problem = json.load(error)
            raise SystemExit(f"{error.code} {problem['detail']} {problem['errors']}") from None
        return json.loads(content) if is_json else content.decode()


class NoRedirect(HTTPRedirectHandler):
    """Stops at the redirect, so that its address can be read."""

    def redirect_request(self, *_args: Any, **_kwargs: Any) -> None:
        """Follow nothing."""
        return


def click(link_url: str) -> str:
    """Follow a partner's link as a visitor would; the click token that he brings to the shop."""
    request = Request(link_url, headers={"User-Agent": "Mozilla/5.0 Firefox/140.0"})
    try:
        build_opener(NoRedirect).open(request, timeout=30)
    except HTTPError as redirect:
        return parse_qs(urlsplit(redirect.headers["Location"]).query)["prm_click"][0]
    raise SystemExit(f"{link_url} leads nowhere")


def money(minor: int) -> str:
    """1234 -> EUR 12.34; the euro has two decimals, other currencies have none or three."""
    return f"{CURRENCY} {minor / 100:.2f}"


def wait_for_line(api: Api, sale_id: str, kind: str) -> dict[str, Any]:
    """The sale's line of earnings of that kind, once a worker has computed it."""
    for _second in range(WAIT_SECONDS * 2):
        found: list[dict[str, Any]] = api.get("commissions", sale=sale_id, kind=kind)["results"]
        if found:
            return found[0]
        time.sleep(0.5)
    raise SystemExit(f"no worker has computed sale {sale_id}")


def walk(api: Api, other: Api) -> Iterator[str]:
    """The whole job, step by step; yields a sentence after each."""
    token = uuid.uuid4().hex[:8]

    program = {"name": "Friends", "slug": f"friends-{token}", "currency": CURRENCY}
    program |= {"landing_url": SHOP, "terms": "Say that you earn from your links."}
    program = api.post("programs", {**program, "hold_days": 0})
    yield f"Program {program['slug']} is a draft"

    reward = {"type": "percent", "rate": "7.5", "base": "net"}
    api.post(f"programs/{program['id']}/rules", {"name": "All sales", "reward": reward})
    yield "Its rule pays 7.5 % of net"

    api.post(f"programs/{program['id']}/open")
    yield "It is open"

    partner = api.post("partners", {"name": f"Blue Parrot {token}", "country": "DE"})
    yield f"{partner['name']} is a partner"

    path = f"partners/{partner['id']}"
    enrollment = api.post(f"{path}/enrollments", {"program": program["id"]})
    yield "He is in the program"

    link = api.post("links", {"enrollment": enrollment["id"], "destination": f"{SHOP}tea"})
    yield f"He shares {link['url']}"

    click_token = click(link["url"])
    yield "A visitor followed it to the shop, with a click token"

    lines = [{"sku": "TEA-100", "name": "Tea", "quantity": 3, "unit_amount": 4115}]
    order = {"external_id": f"order-{token}", "currency": CURRENCY, "click_token": click_token}
    sale = api.post("sales", {**order, "lines": lines, "tax": 2346})
    yield f"He bought for {money(sale['amount'])} net"

    line = wait_for_line(api, sale["id"], "commission")
    yield f"The partner earns {money(line['amount'])}: {line['reason']}"

    refund = {"external_id": f"refund-{token}", "amount": 4115, "reason": "One came back"}
    api.post(f"sales/{sale['id']}/refunds", refund)
    line = wait_for_line(api, sale["id"], "reversal")
    yield f"A refund of {money(4115)} takes back {money(-line['amount'])}: {line['reason']}"

    account = {"kind": "iban", "name": "Blue Parrot", "account": "DE89370400440532013000"}
    method = api.post(f"{path}/payout-methods", account)
    yield f"His payout account ends in {method['account_tail']}"

    batch = api.post("payout-batches", {"currency": CURRENCY})
    yield f"Batch {batch['number']} of {money(batch['total'])} is drafted by {batch['drafted_by']}"

    batch_path = f"payout-batches/{batch['id']}"
    batch = other.post(f"{batch_path}/approve")
    yield f"It is approved by {batch['approved_by']}"

    file = api.get(f"{batch_path}/files/csv")
    yield f"The bank's file has {len(file.splitlines())} lines"

    api.post(f"{batch_path}/settle")
    yield "The money arrived"

    now = datetime.now(UTC)
    period = {"from": now - timedelta(days=1), "to": now + timedelta(days=1)}
    period_text = {name: f"{at:%Y-%m-%dT%H:%M:%SZ}" for name, at in period.items()}
    statement = api.get(f"{path}/statement", currency=CURRENCY, **period_text)
    effects = [money(line["effect"]) for line in statement["lines"] if line["effect"]]
    yield f"The statement says {', '.join(effects)}; owed is {money(statement['closing'])}"


def main(base_url: str, key: str, other_key: str) -> None:
    """Walk it and print each step."""
    for sentence in walk(Api(base_url, key), Api(base_url, other_key)):
        print(sentence, flush=True)


if __name__ == "__main__":
    if len(sys.argv) != 4:
        raise SystemExit(__doc__)
    main(*sys.argv[1:])
