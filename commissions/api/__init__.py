"""Sales, refunds, rules and commissions over the API, by noun."""

from commissions.api import earnings, refunds, rules, sales

urlpatterns = [
    *sales.urlpatterns,
    *refunds.urlpatterns,
    *rules.urlpatterns,
    *earnings.urlpatterns,
]
