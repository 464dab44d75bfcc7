"""Bounds that hold before any view sees a request."""

from collections.abc import Callable
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _

FILE_ROUTES: Final = frozenset({"/api/v1/imports"})
"""Addresses of the API that take files."""


class BodyLimitMiddleware:
    """Refuses bodies larger than the product takes, before reading them."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        path = request.path_info
        is_json = path.startswith("/api/") and path not in FILE_ROUTES
        limit = settings.MAX_API_BODY_BYTES if is_json else settings.MAX_UPLOAD_BYTES
        length = request.headers.get("Content-Length") or "0"
        if not length.isdecimal() or int(length) > limit:
            return self._refusal(limit)
        return self.get_response(request)

    def _refusal(self, limit: int) -> HttpResponse:
        detail = _("The request is larger than %(limit)d MB. Send it in parts.") % {
            "limit": limit // 2**20
        }
        problem = {
            "type": "about:blank",
            "title": "Malformed",
            "status": 400,
            "detail": detail,
            "errors": [{"field": "body", "code": "too_large", "message": detail}],
        }
        return JsonResponse(problem, status=400, content_type="application/problem+json")
