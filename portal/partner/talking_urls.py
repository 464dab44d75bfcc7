"""Addresses of news, conversations and help."""

from django.urls import path

from portal.partner import articles, conversations, news

TALK = "conversations/<uuid:conversation_id>/"

urlpatterns = [
    path("conversations/", conversations.conversations, name="conversations"),
    path("conversations/new/", conversations.create, name="conversations-create"),
    path(TALK, conversations.detail, name="conversations-detail"),
    path(f"{TALK}files/<uuid:file_id>/", conversations.file, name="conversations-file"),
    path("news/", news.news, name="news"),
    path("news/<uuid:announcement_id>/", news.detail, name="news-detail"),
    path("help/", articles.articles, name="articles"),
    path("help/<uuid:article_id>/", articles.detail, name="articles-detail"),
    path("help/<uuid:article_id>/vote/", articles.vote, name="articles-vote"),
]
