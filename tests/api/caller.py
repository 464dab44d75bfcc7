"""A program that calls the API with a key."""

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.core.files.base import ContentFile
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from sellers import services
from sellers.actors import Actor
from sellers.models import ApiKey, Seller, User
from sellers.roles import API_SCOPES, PARTNER_KEY_SCOPES
from sellers.scope import seller_scope
from tests.api.document import judge
from tests.cast import make_seller, make_user

PREFIX = "/api/v1/"
JSON = "application/json"


@dataclass
class Answered:
    """Status, headers and parsed body of an answer."""

    status: int
    headers: dict[str, str]
    raw: bytes

    @property
    def body(self) -> Any:
        """The parsed body."""
        return json.loads(self.raw)

    @property
    def fields(self) -> dict[str, str]:
        """{field: code} of a problem's errors."""
        return {error["field"]: error["code"] for error in self.body["errors"]}


@dataclass
class Caller:
    """Calls as one key of one seller."""

    seller: Seller
    user: User
    key: ApiKey | None
    secret: str

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        raw: bytes | None = None,
        content_type: str = JSON,
        query: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answered:
        """One call; `body` goes as JSON, `raw` as it is."""
        url = path if path.startswith(("http", "/")) else PREFIX + path
        sent = raw if raw is not None else (b"" if body is None else json.dumps(body).encode())
        known = {"host": "localhost"}
        if self.secret:
            known["authorization"] = f"Bearer {self.secret}"
        named = {name.replace("_", "-"): value for name, value in (headers or {}).items()}
        response = Client().generic(
            method,
            url,
            sent,
            content_type=content_type,
            query_params=query,
            headers=known | named,
        )
        answered = Answered(response.status_code, dict(response.headers), response.content)
        judge(
            method,
            urlsplit(url).path,
            answered.status,
            answered.headers.get("Content-Type", ""),
            answered.raw,
        )
        return answered

    def get(self, path: str, **query: Any) -> Answered:
        """GET with query parameters."""
        return self.call("GET", path, query=query)

    def post(self, path: str, body: Any = None, **headers: str) -> Answered:
        """POST of a JSON body."""
        return self.call("POST", path, body, headers=headers)

    def send_file(self, path: str, file: bytes, name: str = "file.csv", **parts: str) -> Answered:
        """POST of a form with a file."""
        raw, content_type = form_of({**parts, "file": file}, name)
        return self.call("POST", path, raw=raw, content_type=content_type)

    def patch(self, path: str, body: Any) -> Answered:
        """PATCH of a JSON body."""
        return self.call("PATCH", path, body)

    def made(self, path: str, body: Any = None) -> Any:
        """The body of a POST that must succeed."""
        answer = self.post(path, body)
        assert answer.status in {200, 201}, answer.raw.decode()
        return answer.body

    def with_scopes(self, *scopes: str, partner_id: uuid.UUID | None = None) -> "Caller":
        """Another key of the same seller."""
        return make_key(self.seller, self.user, scopes, partner_id)

    def for_partner(self, partner_id: str) -> "Caller":
        """A key that reads one partner's own data."""
        return self.with_scopes(*PARTNER_KEY_SCOPES, partner_id=uuid.UUID(partner_id))


def form_of(parts: Mapping[str, Any], name: str = "file.csv") -> tuple[bytes, str]:
    """A form as a browser sends it, bytes among its parts as files; with its content type."""
    files = {
        key: ContentFile(value, name=name) if isinstance(value, bytes) else str(value)
        for key, value in parts.items()
    }
    return encode_multipart(BOUNDARY, files), MULTIPART_CONTENT


def make_key(
    seller: Seller, user: User, scopes: Any = (), partner_id: uuid.UUID | None = None
) -> Caller:
    """A key of `seller` made by `user`; without scopes named it has all."""
    with seller_scope(seller.pk):
        key, secret = services.make_api_key(
            seller=seller,
            name="A program",
            scopes=list(scopes or API_SCOPES),
            actor=Actor.person(user),
            partner_id=partner_id,
        )
    return Caller(seller, user, key, secret)


def make_caller(currency: str = "EUR") -> Caller:
    """A key with every scope at a seller of its own."""
    user = make_user("Ola Owner")
    return make_key(make_seller(user, currency=currency), user)


def anonymous(caller: Caller) -> Caller:
    """The same without a key."""
    return Caller(caller.seller, caller.user, None, "")
