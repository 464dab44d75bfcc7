"""Addresses of whoever runs the installation."""

from django.urls import path

from portal.operator import home, metrics

urlpatterns = [
    path("operator/", home.operator, name="operator"),
    path("metrics", metrics.metrics, name="metrics"),
]
