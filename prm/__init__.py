"""Settings, entry points and a kernel without models."""

from prm.celery import app as celery_app

__all__ = ["celery_app"]
