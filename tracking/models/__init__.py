"""What visitors and customers did: clicks, sales, refunds, and who is credited."""

from tracking.models.changed import ChangedDay
from tracking.models.clicks import Click, Dimension, LinkDay, PartnerDay, PartnerMonth, SellerDay
from tracking.models.credit import Bond, SaleShare, Touch
from tracking.models.landings import Landing
from tracking.models.links import Coupon, Link, LinkDomain
from tracking.models.pages import CouponParameter, PageItem
from tracking.models.sales import Customer, Refund, Sale
from tracking.models.shipping import Shipper, SpoolOffset, TrafficDay, VisitorSalt
from tracking.models.totals import SALES_TOTALS, SalesTotal

__all__ = [
    "SALES_TOTALS",
    "Bond",
    "ChangedDay",
    "Click",
    "Coupon",
    "CouponParameter",
    "Customer",
    "Dimension",
    "Landing",
    "Link",
    "LinkDay",
    "LinkDomain",
    "PageItem",
    "PartnerDay",
    "PartnerMonth",
    "Refund",
    "Sale",
    "SaleShare",
    "SalesTotal",
    "SellerDay",
    "Shipper",
    "SpoolOffset",
    "Touch",
    "TrafficDay",
    "VisitorSalt",
]
