"""Addresses of the review of signs of fraud."""

from django.urls import path

from portal.console import review, review_settings

SIGNAL = "review/<uuid:signal_id>/"

urlpatterns = [
    path("review/", review.review, name="review"),
    path("review/settings/", review_settings.review_settings, name="review-settings"),
    path(SIGNAL, review.detail, name="review-detail"),
    path(f"{SIGNAL}clear/", review.clear, name="review-clear"),
    path(f"{SIGNAL}confirm/", review.confirm, name="review-confirm"),
]
