"""A partner's name, contact and logo on the seller's picture or PDF."""
