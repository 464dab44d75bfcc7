"""The least a Django view can do about a sale: read the JSON, one INSERT, answer. No middleware.

`/one` stores one body, `/many` an array; `bench_sale` is made by the bench (bench.intake).
"""

import json
import os
import uuid
from typing import Any

import environ
from django.conf import settings

settings.configure(
    ALLOWED_HOSTS=["localhost"],
    DATABASES={
        "default": environ.Env.db_url_config(os.environ["DATABASE_URL"]) | {"CONN_MAX_AGE": 60}
    },
    MIDDLEWARE=[],
    ROOT_URLCONF=__name__,
)

from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.db import connection  # noqa: E402
from django.http import HttpRequest, JsonResponse  # noqa: E402
from django.urls import path  # noqa: E402

SELLER = uuid.UUID(int=1)
ONE = """
    INSERT INTO bench_sale
        (id, seller_id, external_id, currency, amount_minor, lines, click_token)
    VALUES (gen_random_uuid(), %s, %s, %s, %s, %s, %s)
    ON CONFLICT (seller_id, external_id) DO NOTHING RETURNING id
"""
MANY = """
    INSERT INTO bench_sale
        (id, seller_id, external_id, currency, amount_minor, lines, click_token)
    SELECT gen_random_uuid(), %s, one.* FROM
        unnest(%s::text[], %s::text[], %s::bigint[], %s::jsonb[], %s::text[]) one
    ON CONFLICT (seller_id, external_id) DO NOTHING RETURNING id
"""


def one(request: HttpRequest) -> JsonResponse:
    """One sale."""
    sale = json.loads(request.body)
    with connection.cursor() as cursor:
        cursor.execute(ONE, [SELLER, *_values(sale)])
        found = cursor.fetchone()
    return _answer({"id": str(found[0]) if found else None})


def many(request: HttpRequest) -> JsonResponse:
    """Many sales in one statement."""
    columns = zip(*(_values(sale) for sale in json.loads(request.body)), strict=True)
    with connection.cursor() as cursor:
        cursor.execute(MANY, [SELLER, *map(list, columns)])
        found = cursor.fetchall()
    return _answer({"ids": [str(row[0]) for row in found]})


def _answer(body: dict[str, object]) -> JsonResponse:
    answer = JsonResponse(body, status=201)
    answer["Content-Length"] = str(len(answer.content))
    return answer


def _values(sale: dict[str, Any]) -> list[Any]:
    lines = sale["lines"]
    amount = sum(line["quantity"] * line["unit_amount"] for line in lines)
    token = sale["click_token"]
    return [sale["external_id"], sale["currency"], amount, json.dumps(lines), token]


urlpatterns = [path("one", one), path("many", many)]
application = get_wsgi_application()
