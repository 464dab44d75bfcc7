"""The OpenAPI document, made from the operations themselves."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import build_parameter_type
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse
from rest_framework.fields import empty
from rest_framework.serializers import ListSerializer

from sellers.rest.authentication import ApiKeyAuthentication
from sellers.rest.endpoints import Endpoint, Operation
from sellers.rest.idempotency import HEADER, MAX_LENGTH, REPLAYED
from sellers.rest.problems import MEDIA_TYPE, Problem
from sellers.rest.serializers import Input, Output
from sellers.roles import PARTNER_KEY_SCOPES

PROBLEMS = {
    400: "The call is malformed.",
    401: "No key, or one that is unknown or revoked.",
    403: "The key lacks the scope.",
    404: "Unknown, or another seller's.",
    409: "The state has moved on, the id came with other content, or the call is still running.",
    415: "The body is of a kind that is not declared here.",
    422: "A value cannot be accepted.",
    429: "Too many calls; Retry-After says how long to wait.",
}
GOOD = {200: "Done.", 201: "Made.", 204: "Done; there is nothing to answer."}
KNOWN_ALREADY = "Known already: nothing was changed."
ANSWER_HEADERS = {
    "401": ("WWW-Authenticate", "The kind of key to send."),
    "429": ("Retry-After", "Seconds to wait."),
}
FORM = "multipart/form-data"
NO_BODY_METHODS = ("GET", "HEAD")


class KeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the document names our keys."""

    target_class = ApiKeyAuthentication
    name = "apiKey"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        """A bearer token."""
        return {"type": "http", "scheme": "bearer", "description": "prm_live_…"}


class Schema(AutoSchema):
    """Reads an Endpoint's operations; other views are left to drf-spectacular."""

    view: Any

    @property
    def _operation(self) -> Operation | None:
        method = getattr(self.view, self.method.lower(), None)
        return getattr(method, "operation", None)

    def get_operation_id(self) -> str:
        """`<noun>_<method>`, from the view's own name."""
        return f"{type(self.view).__name__}_{self.method.lower()}"

    def get_tags(self) -> list[str]:
        """The app that answers."""
        return [type(self.view).__module__.split(".")[0]]

    def get_summary(self) -> str | None:
        """What the operation does, in a phrase."""
        return str(self._operation.summary) if self._operation else super().get_summary()

    def get_description(self) -> str:  # type: ignore[override]
        """The scope that the operation needs."""
        scope = getattr(self.view, "scopes", {}).get(self.method)
        partner = " Open to a partner's own key." if self._partner_may() else ""
        return f"Scope: `{scope}`.{partner}" if scope else super().get_description()

    def get_extensions(self) -> dict[str, Any]:
        """The scope for programs."""
        scope = getattr(self.view, "scopes", {}).get(self.method)
        return {"x-scope": scope} if scope else {}

    def get_request_serializer(self) -> Any:
        """The body that the operation takes."""
        made = self._operation
        if made is None:
            return super().get_request_serializer()
        if made.items and made.body:
            return ListSerializer(child=made.body())
        if made.body and self.method == "POST" and (files := self._file_bodies()):
            return {FORM: made.body, **dict.fromkeys(files, OpenApiTypes.BINARY)}
        return made.body

    def get_response_serializers(self) -> Any:
        """Good answers and every problem that the operation may answer."""
        made = self._operation
        if made is None:
            return super().get_response_serializers()
        answers: dict[Any, Any] = {
            status: OpenApiResponse(made.answer, description=GOOD[status])
            for status in made.statuses
        }
        if made.statuses == (201, 200):
            answers[200] = OpenApiResponse(made.answer, description=KNOWN_ALREADY)
        if made.files:
            answers = {
                (200, media_type): OpenApiResponse(OpenApiTypes.BINARY, description="The file.")
                for media_type in made.files
            }
        for status in self._problem_statuses(made):
            answers[status, MEDIA_TYPE] = OpenApiResponse(Problem, description=PROBLEMS[status])
        return answers

    def get_override_parameters(self) -> list[Any]:
        """The query of the operation and the Idempotency-Key."""
        made = self._operation
        return [made.query] if made and made.query is not Input else []

    def _get_parameters(self) -> list[dict[str, Any]]:
        parameters: list[dict[str, Any]] = super()._get_parameters()
        if self.method == "POST" and self._operation:
            parameters.append(
                build_parameter_type(
                    name=HEADER,
                    schema={
                        "type": "string",
                        "minLength": 1,
                        "maxLength": MAX_LENGTH,
                        "pattern": "^[ -~]+$",
                    },
                    location="header",
                    description="The same key and body within 48 h gets the first answer again.",
                )
            )
        return parameters

    def _is_list_view(self, serializer: Any = None) -> bool:
        return bool(self._operation and self._operation.orders and serializer is not None) and (
            getattr(serializer, "__class__", None) is (self._operation and self._operation.answer)
        )

    def _get_paginator(self) -> Any:
        made = self._operation
        return Endpoint.pagination_class() if made and made.orders else None

    def _postprocess_serializer_schema(
        self, schema: dict[str, Any], serializer: Any, direction: Any
    ) -> dict[str, Any]:
        done: dict[str, Any] = super()._postprocess_serializer_schema(  # type: ignore[no-untyped-call]
            schema, serializer, direction
        )
        if direction == "request" and isinstance(serializer, Input):
            done["additionalProperties"] = False
        if isinstance(serializer, Output):  # a field with a default is always given out, too
            fields = serializer.fields.items()
            done["required"] = sorted(
                name for name, one in fields if one.required or one.default is not empty
            )
        return done

    def _get_request_for_media_type(self, serializer: Any, direction: Any = "request") -> Any:
        schema, required = super()._get_request_for_media_type(  # type: ignore[no-untyped-call]
            serializer, direction
        )
        if self._operation and self._operation.items:
            schema = {**schema, "minItems": 1, "maxItems": self._operation.items}
        return schema, required

    def _get_response_headers_for_code(self, status_code: str, direction: Any = "response") -> Any:
        name, description = ANSWER_HEADERS.get(status_code, ("", ""))
        if not name and self.method == "POST" and status_code < "300":
            name, description = REPLAYED, "true, where this is the first answer again."
        if not name:
            return {}
        return {name: {"schema": {"type": "string"}, "description": description}}

    def _file_bodies(self) -> tuple[str, ...]:
        """Media types of files that may be the whole body, beside a form that has one."""
        found: tuple[str, ...] = getattr(self.view, "file_bodies", ())
        return found

    def _partner_may(self) -> bool:
        scope = getattr(self.view, "scopes", {}).get(self.method)
        return bool(getattr(self.view, "partner_keys", False)) and scope in PARTNER_KEY_SCOPES

    def _problem_statuses(self, made: Operation) -> list[int]:
        statuses = {400, 401, 403, 429}
        if "{" in self.path:
            statuses.add(404)
        if made.files:  # which come into being with the approval
            statuses.add(409)
        if self.method not in NO_BODY_METHODS:
            statuses |= {404, 409, 415, 422}
        elif made.query is not Input:
            statuses.add(422)
        return sorted(statuses)
