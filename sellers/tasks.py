"""Housekeeping of the API, and the worker's own look at its database log-in."""

from celery import shared_task
from celery.signals import worker_init
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from sellers.rest import idempotency
from sellers.row_security import require_bound_role


@worker_init.connect
def refuse_unbound_role(**_sender: object) -> None:
    """Ends a worker whose connection would bypass row security, as wsgi.py does for the web."""
    try:
        require_bound_role()
    except ImproperlyConfigured as error:
        raise SystemExit(str(error)) from error  # Celery goes on after any other exception
    finally:
        connection.close()  # the processes forked from here must not share it


@shared_task(name="sellers.forget_answers")
def forget_answers() -> int:
    """Delete answers to Idempotency-Keys that are past their 48 hours."""
    return idempotency.purge_expired()
