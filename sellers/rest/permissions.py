"""What a key may call. A view that declares no scope for a method is closed."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework.exceptions import MethodNotAllowed, NotAuthenticated
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from prm.errors import NotAllowed
from sellers.models import ApiKey
from sellers.roles import PARTNER_KEY_SCOPES


class ScopePermission(BasePermission):
    """The key must hold the scope that the view names for the method.

    A partner's key reaches only views that say `partner_keys = True`, which means that they show
    that partner's own data and nothing else; of writes, it may file claims of missing sales.
    """

    def has_permission(self, request: Request, view: Any) -> bool:
        """Raises 401 without a key, 405 for a method the view lacks, 403 without the scope."""
        key = request.auth
        if not isinstance(key, ApiKey):
            raise NotAuthenticated(_("Send an API key: Authorization: Bearer prm_live_…"))
        method = "GET" if request.method == "HEAD" else str(request.method)
        name = method.lower()
        if name not in view.http_method_names or not hasattr(view, name):
            raise MethodNotAllowed(method)
        scope = getattr(view, "scopes", {}).get(method)
        if scope is None:
            return False
        if scope not in key.scopes:
            raise NotAllowed(_("This key lacks the scope %(scope)s.") % {"scope": scope})
        if key.partner_id and not self._partner_may(view, scope):
            raise NotAllowed(_("A partner's key reads that partner's own data only."))
        return True

    def _partner_may(self, view: Any, scope: str) -> bool:
        return bool(getattr(view, "partner_keys", False)) and scope in PARTNER_KEY_SCOPES
