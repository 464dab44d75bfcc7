"""Announcements: written, sent to a segment in batches, read, withdrawn."""
