"""``manage.py prepare``: what must be true before the launcher opens the doors.

One process instead of three, because starting Django is most of what each of them takes.
"""

from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser


class Command(BaseCommand):
    """Migrates; loads the demo seller where it is wanted; tells its log-ins."""

    help = "Migrates the database and loads the demo seller, as `make run` does at each start."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """--demo-logins FILE."""
        parser.add_argument(
            "--demo-logins",
            type=Path,
            help="load the demo seller, and write the log-ins of its people to this file",
        )

    def handle(self, *args: Any, demo_logins: Path | None, **options: Any) -> None:
        """Each step may be repeated."""
        call_command("migrate", database="owner", verbosity=0, skip_checks=True)
        if demo_logins:
            call_command("load_demo", skip_checks=True)
            with demo_logins.open("w", encoding="utf-8") as output:
                call_command("demo_logins", stdout=output, skip_checks=True)
