"""What a call needs around it, made over the API itself: a program, a partner in it, his link."""

from dataclasses import dataclass
from typing import Any

from activity import work
from tests.api.caller import Caller, make_caller
from tests.cast import token

LANDING = "https://shop.example.com/"


@dataclass
class Scene:
    """A program that pays 10 % of net at once, and a partner in it."""

    api: Caller
    program: dict[str, Any]
    rule: dict[str, Any]
    partner: dict[str, Any]
    enrollment: dict[str, Any]
    link: dict[str, Any]

    def sell(self, amount: int = 10_000, **fields: Any) -> dict[str, Any]:
        """A sale by the partner's link."""
        sale = {
            "external_id": f"sale-{token()}",
            "currency": "EUR",
            "amount": amount,
            "link": self.link["code"],
            **fields,
        }
        made: dict[str, Any] = self.api.made("sales", sale)
        return made

    def compute(self) -> None:
        """What the worker would do."""
        work.drain("commissions", self.api.seller.pk)

    def commission(self, **filters: Any) -> dict[str, Any]:
        """The newest line of earnings."""
        found: dict[str, Any] = self.api.get("commissions", **filters).body["results"][0]
        return found


def make_program(api: Caller, **fields: Any) -> dict[str, Any]:
    """A draft program."""
    program = {
        "name": "Friends",
        "slug": f"friends-{token()}",
        "currency": "EUR",
        "landing_url": LANDING,
        **fields,
    }
    made: dict[str, Any] = api.made("programs", program)
    return made


def make_scene(api: Caller | None = None, *, hold_days: int = 0, **program: Any) -> Scene:
    """A new seller (or `api`'s) with a program, a rule, a partner, his enrollment and link."""
    api = api or make_caller()
    made = make_program(api, hold_days=hold_days, **program)
    reward = {"type": "percent", "rate": "10"}
    rule = api.made(f"programs/{made['id']}/rules", {"name": "Ten percent", "reward": reward})
    partner = api.made("partners", {"name": "Blue Parrot"})
    enrollment = api.made(f"partners/{partner['id']}/enrollments", {"program": made["id"]})
    link = api.made("links", {"enrollment": enrollment["id"], "destination": LANDING})
    return Scene(api, made, rule, partner, enrollment, link)
