"""Housekeeping of the API."""

from celery import shared_task

from sellers.rest import idempotency


@shared_task(name="sellers.forget_answers")
def forget_answers() -> int:
    """Delete answers to Idempotency-Keys that are past their 48 hours."""
    return idempotency.purge_expired()
