"""WSGI entry point; refuses to serve over a connection that would bypass row security."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "prm.settings")

from django.core.wsgi import get_wsgi_application

django_application = get_wsgi_application()

from django.urls import get_resolver  # noqa: E402

from sellers.row_security import require_bound_role  # noqa: E402
from tracking.redirect.front import Front  # noqa: E402

application = Front(django_application)
require_bound_role()
list(get_resolver().url_patterns)  # every view's imports, or the first visitor would wait for them
