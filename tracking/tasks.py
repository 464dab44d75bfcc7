"""Celery tasks of tracking."""

from celery import shared_task

from tracking.shipping import months


@shared_task(name="tracking.keep_months")
def keep_months() -> int:
    """Make months of clicks ahead, drop the old ones (beat, every hour)."""
    return len(months.keep_months())
