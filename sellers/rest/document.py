"""The address of the OpenAPI document."""

from functools import cache

from django.http import HttpResponse
from django.utils import translation
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.views import APIView

from sellers.rest.endpoints import JsonOnly


@cache
def document() -> bytes:
    """The OpenAPI document, made once per process: it takes seconds and never changes."""
    with translation.override("en"):
        made = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
        found: bytes = OpenApiJsonRenderer().render(made)
    return found


class SchemaView(APIView):
    """The OpenAPI document, for anybody."""

    schema = None
    authentication_classes = ()
    permission_classes = (AllowAny,)
    throttle_classes = ()
    content_negotiation_class = JsonOnly

    def get(self, _request: Request) -> HttpResponse:
        """The document as JSON."""
        return HttpResponse(document(), content_type="application/json")
