"""Addresses of tiers in the console."""

from django.urls import path

from portal.console import tiers

urlpatterns = [
    path("programs/<uuid:program_id>/tiers/", tiers.tiers, name="tiers"),
    path("programs/<uuid:program_id>/tiers/new/", tiers.new, name="tiers-new"),
    path("tiers/<uuid:tier_id>/", tiers.edit, name="tiers-edit"),
    path("enrollments/<uuid:enrollment_id>/tier/", tiers.enrollment, name="enrollments-tier"),
]
