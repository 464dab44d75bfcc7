"""How a link is written for people."""

from tracking.models import Link


def link_url(link: Link) -> str:
    """The address that the partner shares."""
    return link.url


def link_words(link: Link) -> str:
    """`/r/rani-gayo · newsletter-nov`: code and where it is used."""
    return " · ".join(filter(None, [f"/r/{link.code}", link.sub1]))
