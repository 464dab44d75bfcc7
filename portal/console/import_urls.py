"""Addresses of imports."""

from django.urls import path

from portal.console import imports

IMPORT = "imports/<uuid:import_id>/"

urlpatterns = [
    path("imports/", imports.imports, name="imports"),
    path("imports/new/", imports.new, name="imports-new"),
    path("imports/example/", imports.example, name="imports-example"),
    path(IMPORT, imports.detail, name="imports-detail"),
    path(f"{IMPORT}mapping/", imports.columns, name="imports-mapping"),
    path(f"{IMPORT}work/", imports.work, name="imports-work"),
    path(f"{IMPORT}start/", imports.start, name="imports-start"),
    path(f"{IMPORT}problems/", imports.problems, name="imports-problems"),
]
