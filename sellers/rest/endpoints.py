"""How a route is written: scopes on the class, one `operation` per method.

    class Partners(Endpoint):
        scopes = {"GET": "partners:read", "POST": "partners:write"}

        @operation(_("List partners"), query=PartnerQuery, answer=PartnerOutput, orders=NEWEST)
        def get(self, call: Call) -> QuerySet[Partner]:
            return selectors.partners(**call.query)

The decorator validates the query and the body before the method runs, puts what the method
returns through the output serializer, and is what the OpenAPI document is made from.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, ClassVar, TypeVar, cast

from django.db.models import Model, QuerySet
from django.http import Http404, HttpResponseBase
from django.utils.translation import gettext as _
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.views import APIView

from prm.errors import Malformed, NotFound, Refusal, Unacceptable
from sellers.actors import Actor
from sellers.models import ApiKey, Seller
from sellers.rest.authentication import actor_of
from sellers.rest.fields import Choice, QueryWhole, Text, choices
from sellers.rest.idempotency import Claim, claim_of
from sellers.rest.pagination import MAX_LIMIT, KeyPagination, Orders
from sellers.rest.quick import SLOW, accepting, giving
from sellers.rest.serializers import Input, Output

M = TypeVar("M", bound=Model)
PAGE_FIELDS = ("limit", "cursor", "order")
Method = Callable[..., Any]


@dataclass(frozen=True)
class Call:
    """One validated API call."""

    key: ApiKey
    actor: Actor
    data: dict[str, Any] = field(default_factory=dict)
    query: dict[str, Any] = field(default_factory=dict)
    items: list[Any] = field(default_factory=list)

    @property
    def seller(self) -> Seller:
        """The seller whose key it is, and whose scope is open."""
        return self.key.seller

    def filters(self, **lookups: str) -> dict[str, Any]:
        """The query as ORM filters: by its own name, or by the lookup given for it."""
        return {
            lookups.get(name, name): value
            for name, value in self.query.items()
            if name not in PAGE_FIELDS
        }

    def one(self, rows: QuerySet[M], pk: Any, name: str) -> M:
        """The row that the body's field `name` means. Raises Unacceptable when there is none."""
        found = rows.filter(pk=pk).first()
        if found is None:
            raise Unacceptable(_("There is no such thing."), field=name, code="unknown")
        return found

    def found(self, rows: QuerySet[M], pk: Any) -> M:
        """The row that the address means. Raises NotFound when there is none."""
        row = rows.filter(pk=pk).first()
        if row is None:
            raise NotFound(_("There is no such thing, or it is not yours."))
        return row

    def own(self, rows: QuerySet[M], path: str) -> QuerySet[M]:
        """`rows`; for a partner's key only those whose `path` is that partner."""
        if self.key.partner_id is None:
            return rows
        return rows.filter(**{path: self.key.partner_id})

    def require_partner(self, partner_id: Any) -> None:
        """404 where a partner's key asks for another partner."""
        if self.key.partner_id is not None and self.key.partner_id != partner_id:
            raise Http404


@dataclass(frozen=True)
class Answer:
    """A result with a status of its own, as 200 for a sale that was known already."""

    value: Any
    status: int


@dataclass(frozen=True)
class Operation:
    """What one method of a route takes and gives; the OpenAPI document is made from it."""

    summary: Any
    answer: type[Output] | None
    statuses: tuple[int, ...]
    query: type[Input]
    body: type[Input] | None
    orders: Orders | None
    files: tuple[str, ...]
    items: int


class JsonOnly(BaseContentNegotiation):
    """Answers are JSON, whatever the caller says he accepts."""

    def select_parser(self, request: Request, parsers: Iterable[Any]) -> Any:
        media_type = (request.content_type or "").partition(";")[0].strip().lower()
        return next((p for p in parsers if p.media_type == media_type), None)

    def select_renderer(
        self, request: Request, renderers: Iterable[Any], format_suffix: str | None = None
    ) -> tuple[Any, str]:
        first = next(iter(renderers))
        return first, first.media_type


class Endpoint(APIView):
    """A route of the API. `scopes` names the scope that each method needs."""

    scopes: ClassVar[dict[str, str]] = {}
    partner_keys: ClassVar[bool] = False
    takes_array: ClassVar[bool] = False
    http_method_names: ClassVar[list[str]] = ["get", "post", "patch", "delete", "head"]  # type: ignore[misc]
    content_negotiation_class = JsonOnly
    pagination_class = KeyPagination
    claim: Claim | None = None

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Keeps the answer of a call with an Idempotency-Key, in the call's own transaction."""
        done = super().finalize_response(request, response, *args, **kwargs)
        claim, self.claim = self.claim, None
        if claim is None or done.status_code >= 400 or not isinstance(done, Response):
            return done
        done.render()
        try:
            claim.keep(done.status_code, done.content)
        except Refusal as refusal:
            return self.finalize_response(request, self.handle_exception(refusal), *args, **kwargs)
        return done


def operation(
    summary: Any,
    *,
    answer: type[Output] | None = None,
    statuses: tuple[int, ...] = (200,),
    query: type[Input] = Input,
    body: type[Input] | None = None,
    orders: Orders | None = None,
    files: tuple[str, ...] = (),
    items: int = 0,
) -> Callable[[Method], Method]:
    """Make a method of an Endpoint: it gets a Call and returns what `answer` serialises.

    With `orders` it returns a QuerySet, which is paged. `statuses` are the good answers, the
    usual one first. `items`: the body is an array of at most so many, each as it came, in
    `call.items`. `files` are the media types of an HttpResponse that the method returns itself.
    """
    made = Operation(
        summary=summary,
        answer=answer,
        statuses=statuses,
        query=_paged_query(query, orders) if orders else query,
        body=body,
        orders=orders,
        files=files,
        items=items,
    )

    def decorate(method: Method) -> Method:
        @wraps(method)
        def run(self: Endpoint, request: Request, **ids: Any) -> HttpResponseBase:
            return _run(self, request, made, lambda call: method(self, call, **ids))

        run.operation = made  # type: ignore[attr-defined]
        return run

    return decorate


def _run(
    view: Endpoint, request: Request, made: Operation, method: Callable[[Call], Any]
) -> HttpResponseBase:
    query = _query(request, made)
    data, items = _body(request, made)
    if request.method == "POST" and (claim := claim_of(request)):
        replay = claim.first_answer()
        if replay is not None:
            return replay
        view.claim = claim
    key = cast("ApiKey", request.auth)
    found = method(Call(key, actor_of(key, request._request), data, query, items))
    if isinstance(found, HttpResponseBase):
        return found
    if made.orders is not None and made.answer is not None:
        paginator = KeyPagination()
        page = paginator.paginate(found, request, query, made.orders)
        give = giving(made.answer)
        return paginator.get_paginated_response([give(row) for row in page])
    value, status = found, made.statuses[0]
    if isinstance(found, Answer):
        value, status = found.value, found.status
    return Response(giving(made.answer)(value) if made.answer else None, status=status)


def _query(request: Request, made: Operation) -> dict[str, Any]:
    given = request.query_params
    repeated = [name for name, values in given.lists() if len(values) > 1]
    if repeated:
        message = _("This parameter is given more than once.")
        raise ValidationError({name[:100]: [ErrorDetail(message, "repeated")] for name in repeated})
    return validated(made.query, given.dict())


def _body(request: Request, made: Operation) -> tuple[dict[str, Any], list[Any]]:
    if request.method == "GET" or request.method == "HEAD":
        return {}, []
    sent = request.data
    if made.items:
        return {}, _items(sent, made.items)
    if request.method != "PATCH":
        return validated(made.body or Input, sent), []
    serializer = (made.body or Input)(data=sent)
    for field_ in serializer.fields.values():  # `partial` would loosen nested objects too
        field_.required = False
    return _validated(serializer), []


def _items(sent: Any, most: int) -> list[Any]:
    if not isinstance(sent, list) or not 1 <= len(sent) <= most:
        message = _("Send an array of 1 to %(most)d.") % {"most": most}
        raise Malformed(message, field="body", code="wrong_length")
    return sent


def validated(kind: type[Input], sent: Any) -> dict[str, Any]:
    """The validated fields of what was sent. Raises ValidationError with every wrong field."""
    found = accepting(kind)(sent)
    return _validated(kind(data=sent)) if found is SLOW else found


def _validated(serializer: BaseSerializer[Any]) -> dict[str, Any]:
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)


def _paged_query(query: type[Input], orders: Orders) -> type[Input]:
    page_fields = {
        "limit": QueryWhole(min_value=1, max_value=MAX_LIMIT, required=False),
        "cursor": Text(max_length=500, required=False),
        "order": Choice(choices=choices(orders), required=False),
    }
    return type(f"Paged{query.__name__}", (query,), page_fields)
