"""What visitors and customers did: clicks, sales, refunds, and who is credited."""

from tracking.models.clicks import Click, Dimension, LinkDay, PartnerDay, PartnerMonth, SellerDay
from tracking.models.credit import Bond, SaleShare, Touch
from tracking.models.links import Coupon, Link, LinkDomain
from tracking.models.sales import Customer, Refund, Sale

__all__ = [
    "Bond",
    "Click",
    "Coupon",
    "Customer",
    "Dimension",
    "Link",
    "LinkDay",
    "LinkDomain",
    "PartnerDay",
    "PartnerMonth",
    "Refund",
    "Sale",
    "SaleShare",
    "SellerDay",
    "Touch",
]
