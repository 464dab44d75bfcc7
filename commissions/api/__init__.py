"""Sales, refunds, rules and commissions over the API, by noun."""

from commissions.api import (
    deliverables,
    earnings,
    friends,
    goals,
    loyalty,
    programs,
    refunds,
    rules,
    sales,
    settlements,
)

urlpatterns = [
    *programs.urlpatterns,
    *sales.urlpatterns,
    *refunds.urlpatterns,
    *rules.urlpatterns,
    *earnings.urlpatterns,
    *deliverables.urlpatterns,
    *goals.urlpatterns,
    *loyalty.urlpatterns,
    *friends.urlpatterns,
    *settlements.urlpatterns,
]
