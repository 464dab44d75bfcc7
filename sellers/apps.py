"""App configuration."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate

from sellers import row_security


class SellersConfig(AppConfig):
    name = "sellers"

    def ready(self) -> None:
        # After every app, once: the last label in INSTALLED_APPS is ours to wait for.
        post_migrate.connect(row_security.apply, sender=self, dispatch_uid="row_security")
