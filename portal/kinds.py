"""Chart colours of partner kinds. Five are fixed; kinds that work alike share one."""

_COLOURS: dict[str, str] = {
    "affiliate": "affiliate",
    "person": "affiliate",
    "referral": "affiliate",
    "loyalty": "affiliate",
    "influencer": "influencer",
    "content": "influencer",
    "reseller": "reseller",
    "company": "reseller",
    "channel": "reseller",
    "distribution": "distribution",
    "licensing": "distribution",
}


def colour_class(kind: str) -> str:
    """CSS class that sets the colour of `kind` for legend, avatar and chart."""
    return f"k-{_COLOURS.get(kind, 'cobrand')}" if kind else ""
