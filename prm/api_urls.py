"""Addresses of the API, by app."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
