"""App configuration."""

from django.apps import AppConfig

from sellers import hooks


class ActivityConfig(AppConfig):
    name = "activity"

    def ready(self) -> None:
        hooks.register("trail.record", "activity.services.record")
