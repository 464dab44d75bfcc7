"""Addresses of news, conversations and help."""

from django.urls import path

from portal.partner import news

urlpatterns = [
    path("news/", news.news, name="news"),
    path("news/<uuid:announcement_id>/", news.detail, name="news-detail"),
]
