"""Addresses of the home page, search, sales, links, commissions, rules, simulations and goals."""

from django.urls import path

from portal.console import (
    browser_reports,
    commission_decisions,
    commissions,
    coupons,
    goal_urls,
    home,
    links,
    rules,
    sale_money,
    sales,
    search,
    simulation_urls,
    traffic,
)

urlpatterns = [
    path("", home.home, name="home"),
    path("search/", search.search, name="search"),
    path("sales/", sales.sales, name="sales"),
    path("sales/new/", sales.new, name="sales-new"),
    path("sales/reports/", browser_reports.reports, name="sales-reports"),
    path(
        "sales/reports/<uuid:report_id>/<slug:act>/",
        browser_reports.decide,
        name="sales-reports-decide",
    ),
    path("sales/<uuid:sale_id>/", sales.detail, name="sales-detail"),
    path("sales/<uuid:sale_id>/refund/", sale_money.refund, name="sales-refund"),
    path("sales/<uuid:sale_id>/paid/", sale_money.paid, name="sales-paid"),
    path("sales/<uuid:sale_id>/retry/", sales.retry, name="sales-retry"),
    path("sales/refunds/<uuid:refund_id>/retry/", sales.retry_refund, name="sales-retry-refund"),
    path("links/", links.links, name="links"),
    path("links/<uuid:link_id>/edit/", links.edit, name="links-edit"),
    path("links/<uuid:link_id>/disable/", links.disable, name="links-disable"),
    path("coupons/", coupons.coupons, name="coupons"),
    path("coupons/new/", coupons.new, name="coupons-new"),
    path("coupons/<uuid:coupon_id>/disable/", coupons.disable, name="coupons-disable"),
    path("traffic/", traffic.traffic, name="traffic"),
    path("commissions/", commissions.commissions, name="commissions"),
    path("commissions/adjust/", commissions.adjust, name="commissions-adjust"),
    path(
        "commissions/<uuid:line_id>/<slug:act>/",
        commission_decisions.decide,
        name="commissions-decide",
    ),
    path("programs/<uuid:program_id>/rules/", rules.rules, name="rules"),
    path("programs/<uuid:program_id>/rules/new/", rules.new, name="rules-new"),
    path("programs/<uuid:program_id>/rules/preview/", rules.preview, name="rules-preview"),
    path("rules/<uuid:rule_id>/", rules.detail, name="rules-detail"),
    path("rules/<uuid:rule_id>/edit/", rules.edit, name="rules-edit"),
    path("rules/<uuid:rule_id>/end/", rules.end, name="rules-end"),
    *goal_urls.urlpatterns,
    *simulation_urls.urlpatterns,
]
