"""Addresses of goals and contests in the console."""

from django.urls import path

from portal.console import goals

GOAL = "goals/<uuid:goal_id>/"

urlpatterns = [
    path("goals/", goals.goals, name="goals"),
    path("goals/new/", goals.new, name="goals-new"),
    path(GOAL, goals.detail, name="goals-detail"),
    path(f"{GOAL}edit/", goals.edit, name="goals-edit"),
    path(f"{GOAL}publish/", goals.publish, name="goals-publish"),
    path(f"{GOAL}end/", goals.end, name="goals-end"),
    path(f"{GOAL}delete/", goals.delete, name="goals-delete"),
    path(f"{GOAL}count/", goals.count, name="goals-count"),
]
