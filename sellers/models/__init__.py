"""Tenants, their people and their keys."""

from sellers.models.access import ApiKey, IdempotencyRecord
from sellers.models.people import Invitation, Staff, User
from sellers.models.seller import Seller

__all__ = ["ApiKey", "IdempotencyRecord", "Invitation", "Seller", "Staff", "User"]
