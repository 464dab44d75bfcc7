"""Every error as RFC 9457 problem details."""

import logging
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from rest_framework import exceptions, serializers
from rest_framework.response import Response

from prm.errors import Conflict, FieldError, Malformed, Refusal, Unacceptable

MEDIA_TYPE = "application/problem+json"
MAX_ERRORS = 100
DEADLOCK, SERIALIZATION, LOCK_TIMEOUT = "40P01", "40001", "55P03"
SHAPE_CODES = frozenset(
    {
        "required",
        "null",
        "invalid",
        "wrong_type",
        "malformed",
        "unknown_field",
        "repeated",
        "not_a_list",
        "not_a_dict",
        "null_characters_not_allowed",
        "surrogate_characters_not_allowed",
    }
)
"""Codes of a wrong shape (400). All other codes refuse a value (422)."""

logger = logging.getLogger(__name__)


class FieldProblem(serializers.Serializer[Any]):
    """One thing wrong."""

    field = serializers.CharField(help_text="Dotted path with indexes, as in lines[0].sku.")
    code = serializers.CharField()
    message = serializers.CharField()


class Problem(serializers.Serializer[Any]):
    """Problem details, RFC 9457."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    errors = FieldProblem(many=True)  # type: ignore[assignment]


def handle(exception: Exception, _context: dict[str, Any]) -> Response:
    """DRF's exception handler: the answer to anything raised in a view."""
    refusal = _refusal_of(exception)
    if refusal is None:
        logger.error("API call failed", exc_info=exception)
        body = problem(500, _("Something went wrong on our side. It has been logged."))
    else:
        body = body_of(refusal)
    return Response(
        body, status=body["status"], headers=_headers(exception), content_type=MEDIA_TYPE
    )


def problem(status: int, detail: str, title: str = "", errors: Any = ()) -> dict[str, Any]:
    """The body of a problem answer."""
    return {
        "type": "about:blank",
        "title": title or HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "errors": list(errors),
    }


def body_of(refusal: Refusal) -> dict[str, Any]:
    """The problem that a refusal by a lower layer is."""
    errors = [
        {"field": error.field, "code": error.code, "message": str(error.message)}
        for error in refusal.errors[:MAX_ERRORS]
    ]
    return problem(refusal.status, refusal.message, str(refusal.title), errors)


def unknown_address(_request: HttpRequest, **_address: str) -> HttpResponse:
    """404 for an API address that does not exist."""
    body = problem(404, _("There is no such address in the API. See /api/v1/schema."))
    return JsonResponse(body, status=404, content_type=MEDIA_TYPE)


def _refusal_of(exception: Exception) -> Refusal | None:
    """What the exception means to the caller; None when it is our own failure."""
    if isinstance(exception, Refusal):
        return exception
    if isinstance(exception, exceptions.ValidationError):
        return invalid(exception)
    if isinstance(exception, Http404):
        return _of_status(404, _("There is no such thing, or it is not yours."))
    if isinstance(exception, PermissionDenied):
        return _of_status(403, _("This key may not do that."))
    if isinstance(exception, RequestDataTooBig):
        message = _("The body is too large. Send it in parts.")
        return Malformed(message, field="body", code="too_large")
    if isinstance(exception, OperationalError) and _gave_way(exception):
        return Conflict(_("Two calls were in each other's way. Nothing was kept: send it again."))
    if isinstance(exception, exceptions.APIException) and exception.status_code < 500:
        return _of_status(exception.status_code, str(exception.detail))
    return None


def _gave_way(exception: OperationalError) -> bool:
    """Whether the database ended this transaction so that another could go on."""
    return getattr(exception.__cause__, "pgcode", "") in {DEADLOCK, SERIALIZATION, LOCK_TIMEOUT}


def _of_status(status: int, detail: str) -> Refusal:
    refusal = Refusal(detail)
    refusal.status = status
    refusal.title = HTTPStatus(status).phrase
    return refusal


def invalid(exception: exceptions.ValidationError) -> Refusal:
    """400 when any field has the wrong shape, else 422; each field named."""
    errors = list(_flat(exception.detail, ""))
    is_shape = any(error.code in SHAPE_CODES for error in errors)
    kind = Malformed if is_shape else Unacceptable
    return kind(f"{errors[0].field}: {errors[0].message}", errors=errors)


def _flat(detail: Any, path: str) -> Iterator[FieldError]:
    if isinstance(detail, dict):
        for name, inner in detail.items():
            yield from _flat(inner, _joined(path, name))
    elif isinstance(detail, list):
        for index, inner in enumerate(detail):
            nested = isinstance(inner, dict | list)
            yield from _flat(inner, f"{path}[{index}]" if nested else path)
    else:
        yield FieldError(path or "body", str(getattr(detail, "code", "invalid")), str(detail))


def _joined(path: str, name: Any) -> str:
    if name == "non_field_errors":
        return path
    if isinstance(name, int):
        return f"{path}[{name}]"
    return f"{path}.{name}" if path else str(name)


def _headers(exception: Exception) -> dict[str, str]:
    headers = {}
    if challenge := getattr(exception, "auth_header", None):
        headers["WWW-Authenticate"] = challenge
    if wait := getattr(exception, "wait", None):
        headers["Retry-After"] = str(max(1, int(wait)))
    return headers
