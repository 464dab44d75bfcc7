"""Addresses of the pages about rules, and the way back to them."""

from django.urls import reverse
from django.utils.translation import gettext as _

from campaigns.models import Program
from commissions.models import Rule
from portal.navigation import address_of


def list_url(program: Program, seller_slug: str) -> str:
    """The program's rules."""
    return reverse("console:rules", args=[seller_slug, program.pk])


def detail_url(rule: Rule, seller_slug: str) -> str:
    """One rule with its versions."""
    return reverse("console:rules-detail", args=[seller_slug, rule.pk])


def crumbs_of(program: Program, slug: str, *, inside: bool = False) -> list[dict[str, str]]:
    """The way back: programs, the program, and from inside a rule the program's rules."""
    rows = [
        {"label": _("Programs"), "url": reverse("console:programs", args=[slug])},
        {"label": program.name, "url": reverse("console:programs-detail", args=[slug, program.pk])},
    ]
    return [*rows, {"label": _("Rules"), "url": list_url(program, slug)}] if inside else rows


def simulation_url(program: Program, rule: Rule | None, seller_slug: str) -> str:
    """Where past sales can be replayed with a rule, or with a new one; "" without such a page."""
    url = address_of("console:simulations-new", seller_slug)
    asked = f"rule={rule.pk}" if rule else f"program={program.pk}"
    return f"{url}?{asked}" if url else ""
