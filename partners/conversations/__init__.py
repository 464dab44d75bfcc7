"""Conversations between a partner and the seller. Files of messages come checked from above."""
