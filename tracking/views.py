"""The redirect behind every partner link, for what `tracking.redirect` does not answer itself."""

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from tracking.redirect import plain
from tracking.redirect.answering import lead
from tracking.redirect.front import headers_of
from tracking.redirect.loading import PREFIX, Away
from tracking.redirect.memory import memory

# Without a word of ours, the middleware's would hide from shops where their visitors come from.
AS_BROWSERS_DO: Final = "strict-origin-when-cross-origin"


@csrf_exempt  # POST is refused whoever sends it
@require_safe
def follow(request: HttpRequest, code: str) -> HttpResponse:
    """Keep a click on a partner's link and send the visitor on with a click token."""
    try:
        entry = memory.link(f"{PREFIX}{code}")
    except Away:
        headers = dict(plain.AWAY.headers)
        return HttpResponse(plain.AWAY.html(request.META), status=503, headers=headers)
    if entry is None:
        return render(request, "public/link_unknown.html", {"code": code[:50]}, status=404)
    found = lead(entry, request.META)
    if found is None:
        context = {"page": entry.place.text}
        return render(request, "public/link_foreign.html", context, status=400)
    headers = dict(headers_of(entry, found, request.META)) | {"Referrer-Policy": AS_BROWSERS_DO}
    cookie = headers.pop("Set-Cookie", "")
    response = HttpResponse(status=302, headers=headers)
    response.cookies.load(cookie)
    return response
