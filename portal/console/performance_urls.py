"""Addresses of partners' performance and their reviews in the console."""

from django.urls import path

from portal.console import performance, performance_reviews

REVIEW = "performance/reviews/<uuid:review_id>/"

urlpatterns = [
    path("performance/", performance.performance, name="performance"),
    path(
        "partners/<uuid:partner_id>/performance/", performance.partner, name="performance-partner"
    ),
    path(
        "partners/<uuid:partner_id>/performance/review/",
        performance_reviews.new,
        name="performance-review-new",
    ),
    path(REVIEW, performance_reviews.detail, name="performance-review"),
    path(f"{REVIEW}edit/", performance_reviews.edit, name="performance-review-edit"),
    path(f"{REVIEW}agree/", performance_reviews.agree, name="performance-review-agree"),
    path(f"{REVIEW}share/", performance_reviews.share, name="performance-review-share"),
    path(f"{REVIEW}delete/", performance_reviews.delete, name="performance-review-delete"),
    path(
        "performance/actions/<uuid:action_id>/",
        performance_reviews.action,
        name="performance-action",
    ),
]
