"""Addresses of shop systems and their log."""

from django.urls import path

from portal.console import source_log, sources

SOURCE = "sources/<uuid:source_id>/"
MESSAGE = "sources/log/<uuid:arrival_id>/"

urlpatterns = [
    path("sources/", sources.sources, name="sources"),
    path("sources/new/", sources.new, name="sources-new"),
    path("sources/log/", source_log.log, name="sources-log"),
    path(MESSAGE, source_log.message, name="sources-message"),
    path(f"{MESSAGE}again/", source_log.again, name="sources-again"),
    path(f"{MESSAGE}dismiss/", source_log.dismiss, name="sources-dismiss"),
    path(SOURCE, sources.detail, name="sources-detail"),
    path(f"{SOURCE}live/", sources.live, name="sources-live"),
    path(f"{SOURCE}edit/", sources.edit, name="sources-edit"),
    path(f"{SOURCE}secret/", sources.secret, name="sources-secret"),
    path(f"{SOURCE}retire/", sources.retire, name="sources-retire"),
    path(f"{SOURCE}pause/", sources.pause, name="sources-pause"),
    path(f"{SOURCE}resume/", sources.resume, name="sources-resume"),
    path(f"{SOURCE}remove/", sources.remove, name="sources-remove"),
]
