"""The address of the OpenAPI document."""

from drf_spectacular.views import SpectacularJSONAPIView
from rest_framework.permissions import AllowAny


class SchemaView(SpectacularJSONAPIView):
    """The OpenAPI document, for anybody."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    throttle_classes = ()
