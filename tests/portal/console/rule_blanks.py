"""What the rule builder sends, and a rule published by it."""

from django.test import Client

from commissions.models import Rule, RuleVersion
from tests.portal.market import Market


def rules_url(market: Market, rest: str = "") -> str:
    return market.team.url(f"programs/{market.program.pk}/rules/{rest}")


def blanks(**changes: str) -> dict[str, str]:
    """What the builder sends for a plain rule, with changes."""
    plain = {
        "act": "publish",
        "name": "New rule",
        "event": "sale",
        "type": "percent",
        "pays": "5",
        "base": "net",
        "priority": "0",
    }
    return plain | changes


def publish(client: Client, market: Market, **changes: str) -> RuleVersion:
    """A rule published by the builder."""
    page = client.post(rules_url(market, "new/"), blanks(**changes))
    assert page.status_code == 302, page.context["b"].wrong
    with market.team.scope():
        found = Rule.objects.order_by("-id").first()
        assert found is not None
        return found.versions.select_related("rule").get()
