"""App configuration of the kernel."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class PrmConfig(AppConfig):
    name = "prm"

    def ready(self) -> None:
        # Higher apps answer questions that lower ones defined: each app's startup.py registers.
        autodiscover_modules("startup")
