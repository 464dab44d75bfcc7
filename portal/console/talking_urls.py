"""Addresses of announcements, conversations and help articles."""

from django.urls import path

from portal.console import announcements

NEWS = "announcements/<uuid:announcement_id>/"

urlpatterns = [
    path("announcements/", announcements.announcements, name="announcements"),
    path("announcements/new/", announcements.create, name="announcements-create"),
    path(NEWS, announcements.detail, name="announcements-detail"),
    path(f"{NEWS}edit/", announcements.edit, name="announcements-edit"),
    path(f"{NEWS}send/", announcements.send, name="announcements-send"),
    path(f"{NEWS}withdraw/", announcements.withdraw, name="announcements-withdraw"),
    path(f"{NEWS}delete/", announcements.delete, name="announcements-delete"),
]
