"""WSGI entry point; refuses to serve over a connection that would bypass row security."""

import gc
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

# What is loaded now stays: the collector need not look through it again, nor as often as by
# default. A batch of sales makes hundreds of thousands of small things; it took a third longer.
gc.collect()
gc.freeze()
gc.set_threshold(100_000, 20, 50)
