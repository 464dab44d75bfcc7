"""Addresses of what a phone needs to install the portal."""

from django.urls import path

from portal.partner import installing

urlpatterns = [
    path("app.webmanifest", installing.manifest, name="manifest"),
    path("worker.js", installing.worker, name="worker"),
    path("offline/", installing.offline, name="offline"),
]
