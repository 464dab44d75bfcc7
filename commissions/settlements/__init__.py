"""Settlements by period: royalties, shared revenue and cost, distribution fees."""
