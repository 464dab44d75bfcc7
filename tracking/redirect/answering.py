"""What a visitor of a link is answered: pure but for the click's line in the spool.

`environ` is the WSGI environment (PEP 3333); Django's `request.META` is the same.
"""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple
from urllib.parse import parse_qsl

from django.conf import settings
from uuid_utils import UUID, uuid7

from prm.addresses import address_in
from tracking import tokens
from tracking.agents import device_of
from tracking.countries import country_of
from tracking.places import Place, place_of
from tracking.redirect.entries import Entry
from tracking.rules import AD_MARKS, CLICK_PARAMETER, SUB_IDS, SUB_LENGTH
from tracking.spool import record
from tracking.spool.own import own_spool

COUNTRY_KEY: Final = "HTTP_" + settings.COUNTRY_HEADER.upper().replace("-", "_")
Environ = Mapping[str, Any]
UTM: Final = "utm_"
MOST_FIELDS: Final = 100
AHEAD: Final = ("prefetch", "preview")
Lead = tuple[str, str]
"""Where a visitor is led, and his click's token or "" where that was no click. A bare tuple, since
making a named one costs as much as looking the link up."""


class Wanted(NamedTuple):
    """What a visitor's address asks for. `deep` is None where it asks for no page."""

    deep: str | None
    subs: Mapping[str, str]
    utm: Mapping[str, str]  # and the marks of paid ads


def lead(entry: Entry, environ: Environ) -> Lead | None:
    """Where the visitor goes, his click kept in the spool; None where he may not go there.

    HEAD and what browsers fetch ahead are no clicks, nor are visits of a link that earns nothing
    any more; all of them lead on. A click whose line could not be kept gets no token.
    """
    if environ.get("QUERY_STRING") or entry.targets:
        return _lead_elsewhere(entry, environ)
    click = uuid7()
    at = click.timestamp
    if at >= entry.ends_at:
        return entry.landing.text, ""
    if not entry.earns or is_no_click(environ):
        return entry.place.text, ""
    line = entry.stencil.line(
        str(click),
        at,
        address_in(environ),
        environ.get("HTTP_USER_AGENT", ""),
        environ.get("HTTP_REFERER", ""),
        environ.get(COUNTRY_KEY, ""),
    )
    if not own_spool().append(line):
        return entry.place.text, ""
    token = tokens.sign(entry.id_bytes + click.bytes)
    return f"{entry.head}{token}{entry.tail}", token


def _lead_elsewhere(entry: Entry, environ: Environ) -> Lead | None:
    """The same where the address asks for more, or the visitor is of those who go elsewhere."""
    wanted = _wanted(environ.get("QUERY_STRING", ""))
    place = entry.place
    if wanted.deep is not None:
        deep = place_of(wanted.deep)
        if deep is None or not entry.hosts.allow(deep.host):
            return None
        place = deep
    elif entry.targets:
        place = _target(entry, environ)
    click = uuid7()
    if click.timestamp >= entry.ends_at:
        return entry.landing.with_parameters(wanted.utm).text, ""
    counts = entry.earns and not is_no_click(environ)
    ads = {name: value for name, value in wanted.utm.items() if not name.startswith(UTM)}
    seen = place.with_parameters(ads) if ads else place
    if not counts or not own_spool().append(_line(entry, environ, seen, wanted.subs, click)):
        return place.with_parameters(wanted.utm).text, ""
    token = tokens.sign(entry.id_bytes + click.bytes)
    return place.with_parameters({**wanted.utm, CLICK_PARAMETER: token}).text, token


def is_no_click(environ: Environ) -> bool:
    """Whether nobody looks: HEAD, or a browser that asks ahead of its user.

    https://www.w3.org/TR/resource-hints/ and, before it was agreed, Purpose, X-Purpose and X-Moz.
    """
    if environ["REQUEST_METHOD"] == "HEAD":
        return True
    said: str = (
        environ.get("HTTP_SEC_PURPOSE")
        or environ.get("HTTP_PURPOSE")
        or environ.get("HTTP_X_PURPOSE")
        or environ.get("HTTP_X_MOZ")
        or ""
    )
    return said != "" and any(word in said.lower() for word in AHEAD)


def _wanted(query: str) -> Wanted:
    """Of a repeated name the last counts. Bytes that are no UTF-8 become replacement characters."""
    text = query.encode("latin-1", "replace").decode("utf-8", "replace")
    try:
        fields = dict(parse_qsl(text, keep_blank_values=True, max_num_fields=MOST_FIELDS))
    except ValueError:  # more fields than anybody means
        return Wanted(None, {}, {})
    return Wanted(
        fields.get("url") or None,
        {name: fields[name][:SUB_LENGTH] for name in SUB_IDS if fields.get(name)},
        {
            name: value
            for name, value in fields.items()
            if name.startswith(UTM) or name.lower() in AD_MARKS
        },
    )


def _target(entry: Entry, environ: Environ) -> Place:
    country = environ.get(COUNTRY_KEY, "").upper() or country_of(address_in(environ))
    device = device_of(environ.get("HTTP_USER_AGENT", ""))
    return entry.target(country, device) or entry.place


def _line(
    entry: Entry, environ: Environ, place: Place, subs: Mapping[str, str], click: UUID
) -> bytes:
    own = entry.subs
    if subs:
        own = tuple(subs.get(name) or value for name, value in zip(SUB_IDS, own, strict=True))
    return record(
        click_id=click,  # type: ignore[arg-type]  # only its text is used
        at=click.timestamp,
        link_id=entry.link_id,
        destination="" if place is entry.place else place.text,
        address=address_in(environ),
        agent=environ.get("HTTP_USER_AGENT", ""),
        referrer=environ.get("HTTP_REFERER", ""),
        subs=own,
        country=environ.get(COUNTRY_KEY, ""),
    )
