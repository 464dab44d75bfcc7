"""`POST /t/events` for the script and `GET /px.gif` for pages that can only show pictures."""

import logging
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from campaigns.models import Program
from commissions.browser import faults, rates, reading, services, trials
from commissions.models import BrowserChannel
from prm.addresses import client_address
from prm.errors import Malformed, NotAllowed, NotFound, Refusal
from sellers.rest.problems import MEDIA_TYPE, body_of
from sellers.scope import maintenance_scope, seller_scope
from tracking.browser.origins import takes_from
from tracking.browser.pixel import dot

logger = logging.getLogger(__name__)
TOO_MANY: Final = 429
HEADER: Final = "X-PRM-Report"


class TooMany(Refusal):
    """More reports from one address than a shop's visitors make."""

    status = TOO_MANY
    title = "Too many requests"


@dataclass
class Caller:
    """Who reports: by what, from which page, from where. `may_read` once its origin is known."""

    channel: BrowserChannel
    origin: str
    address: str
    may_read: bool = False

    @property
    def host(self) -> str:
        """The page's host as it says so itself."""
        try:
            return urlsplit(self.origin).hostname or ""
        except ValueError:
            return ""


@csrf_exempt
@require_POST
def events(request: HttpRequest) -> HttpResponse:
    """Take one lead, sign-up or sale of a program from a page of its shop.

    202 with {event, external_id, new}; it says nothing of partners. 400 and 422 name the fields,
    403 is for pages of other hosts, 429 has Retry-After. Pages of other hosts cannot read it.
    """
    origin = request.headers.get("Origin", "")
    caller = Caller(BrowserChannel.SCRIPT, origin, client_address(request))
    try:
        response = _answer(_take(caller, lambda: reading.of_body(_body(request))))
    except Refusal as refusal:
        response = JsonResponse(body_of(refusal), status=refusal.status, content_type=MEDIA_TYPE)
        if isinstance(refusal, TooMany):
            response["Retry-After"] = str(rates.seconds_left())
    if caller.may_read:
        response["Access-Control-Allow-Origin"] = origin
    response["Vary"] = "Origin"
    response["Cache-Control"] = "no-store"
    return response


@require_safe
def pixel(request: HttpRequest) -> HttpResponse:
    """The same by the address of a picture. Always the picture: a header says what became of it.

    Browsers send no Origin with a picture, so the page's address is looked at where it is told.
    """
    response = dot()
    if request.method == "HEAD":
        return response
    caller = Caller(
        BrowserChannel.PIXEL, request.headers.get("Referer", ""), client_address(request)
    )
    try:
        found = _take(caller, lambda: reading.of_address(request.GET.dict()))
        response[HEADER] = found["report"]
    except Refusal as refusal:
        first = refusal.errors[0] if refusal.errors else None
        words = f"refused {first.field} {first.code}" if first else "refused"
        response[HEADER] = words.encode("ascii", "replace").decode()[:100]
    except Exception:
        logger.exception("pixel failed")
        response[HEADER] = "failed"
    return response


def _body(request: HttpRequest) -> bytes:
    found: bytes = request.read(reading.MAX_BODY + 1)
    return found


def _answer(found: Mapping[str, Any]) -> HttpResponse:
    return JsonResponse(dict(found), status=202)


def _take(caller: Caller, read: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    data = read()
    named = str(data.get("program", ""))
    if not rates.is_within(named, caller.address):
        raise TooMany(_("Too many reports from this address. Try again in a minute."))
    program = _program(named)
    with seller_scope(program.seller_id):
        try:
            return _take_of(program, caller, data)
        except Refusal as refusal:
            fault = refusal
            faults.count(program, caller.channel, fault, caller.host)
            trials.went_wrong(program, fault.message)
    raise fault


def _take_of(program: Program, caller: Caller, data: Mapping[str, Any]) -> dict[str, Any]:
    is_known = takes_from(program, caller.origin)
    # a picture may come from a page that tells nobody where it stands
    if not is_known and (caller.origin or caller.channel == BrowserChannel.SCRIPT):
        message = _("Pages of this host may not report for this program.")
        raise NotAllowed(message, field="origin", code="foreign_origin")
    caller.may_read = True
    told = reading.told(data)
    if told.event == reading.TEST:
        trials.seen(program, told, caller.host)
        return _said(told, "test")
    if not program.browser_sales:
        message = _("This program takes nothing from browsers. Switch it on in its set-up.")
        raise NotAllowed(message, field="program", code="browser_sales_off")
    if trials.reported(program, told, caller.channel):
        return _said(told, "test")
    _row, is_new = services.keep(
        program=program, told=told, channel=caller.channel, host=caller.host
    )
    return _said(told, "new" if is_new else "known")


def _said(told: reading.Told, became: str) -> dict[str, Any]:
    return {"event": told.event, "external_id": told.external_id, "report": became}


def _program(named: str) -> Program:
    """The program of an id that a page gave. Raises Malformed, NotFound."""
    try:
        key = uuid.UUID(named)
    except ValueError:
        message = _("This must be the program’s id, from its set-up page.")
        raise Malformed(message, field="program", code="malformed") from None
    with maintenance_scope():
        found = Program.objects.select_related("seller").filter(pk=key).first()
    if found is None:
        raise NotFound(_("There is no such program."), field="program", code="unknown")
    return found
