"""How a link is written for people."""

from django.conf import settings

from tracking.models import Link


def link_url(link: Link) -> str:
    """The address that the partner shares."""
    return f"{settings.BASE_URL}/r/{link.code}"


def link_words(link: Link) -> str:
    """`/r/rani-gayo · newsletter-nov`: code and where it is used."""
    return " · ".join(filter(None, [f"/r/{link.code}", link.sub1]))
