"""Sales, refunds, rules and commissions over the API, by noun."""

from commissions.api import (
    claims,
    deliverables,
    earnings,
    friends,
    goals,
    imports,
    leads,
    loyalty,
    programs,
    proofs,
    refunds,
    rules,
    sales,
    settlements,
    simulations,
    tiers,
)

urlpatterns = [
    *programs.urlpatterns,
    *sales.urlpatterns,
    *leads.urlpatterns,
    *refunds.urlpatterns,
    *claims.urlpatterns,
    *rules.urlpatterns,
    *earnings.urlpatterns,
    *proofs.urlpatterns,
    *deliverables.urlpatterns,
    *goals.urlpatterns,
    *imports.urlpatterns,
    *loyalty.urlpatterns,
    *friends.urlpatterns,
    *settlements.urlpatterns,
    *simulations.urlpatterns,
    *tiers.urlpatterns,
]
