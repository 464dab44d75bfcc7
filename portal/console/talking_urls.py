"""Addresses of announcements, conversations and help articles."""

from django.urls import path

from portal.console import announcements, articles, conversations

TALK = "conversations/<uuid:conversation_id>/"
HELP = "help/<uuid:article_id>/"
NEWS = "announcements/<uuid:announcement_id>/"

urlpatterns = [
    path("conversations/", conversations.conversations, name="conversations"),
    path("conversations/new/", conversations.create, name="conversations-create"),
    path(TALK, conversations.detail, name="conversations-detail"),
    path(f"{TALK}close/", conversations.close, name="conversations-close"),
    path(f"{TALK}files/<uuid:file_id>/", conversations.file, name="conversations-file"),
    path("announcements/", announcements.announcements, name="announcements"),
    path("announcements/new/", announcements.create, name="announcements-create"),
    path(NEWS, announcements.detail, name="announcements-detail"),
    path(f"{NEWS}edit/", announcements.edit, name="announcements-edit"),
    path(f"{NEWS}send/", announcements.send, name="announcements-send"),
    path(f"{NEWS}withdraw/", announcements.withdraw, name="announcements-withdraw"),
    path(f"{NEWS}delete/", announcements.delete, name="announcements-delete"),
    path("help/", articles.articles, name="articles"),
    path("help/new/", articles.create, name="articles-create"),
    path(HELP, articles.detail, name="articles-detail"),
    path(f"{HELP}edit/", articles.edit, name="articles-edit"),
    path(f"{HELP}publish/", articles.publish, name="articles-publish"),
    path(f"{HELP}take-back/", articles.take_back, name="articles-take-back"),
    path("help/questions/<uuid:question_id>/dismiss/", articles.dismiss, name="articles-dismiss"),
]
