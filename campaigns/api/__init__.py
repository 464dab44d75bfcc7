"""Programs, enrollments, tiers, campaigns and materials over the API, by noun."""

from campaigns.api import (
    applications,
    enrollments,
    joining,
    materials,
    programs,
    prospects,
    reach,
    tiers,
)

urlpatterns = [
    *programs.urlpatterns,
    *enrollments.urlpatterns,
    *tiers.urlpatterns,
    *applications.urlpatterns,
    *joining.urlpatterns,
    *materials.urlpatterns,
    *prospects.urlpatterns,
    *reach.urlpatterns,
]
