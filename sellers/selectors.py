"""Reads about sellers, their people and keys."""

from sellers.models import Seller
from sellers.scope import maintenance_scope


def seller_by_slug(slug: str) -> Seller | None:
    """The seller whose addresses start with `slug`."""
    with maintenance_scope():
        return Seller.objects.filter(slug=slug).first()
