"""Addresses of a partner's own performance."""

from django.urls import path

from portal.partner import performance

urlpatterns = [
    path("performance/", performance.performance, name="performance"),
    path("performance/reviews/<uuid:review_id>/", performance.review, name="performance-review"),
    path("performance/actions/<uuid:action_id>/", performance.action, name="performance-action"),
]
