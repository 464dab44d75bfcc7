"""Lets a person see the operator's page, or takes that from him."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from sellers.models import User


class Command(BaseCommand):
    """The page shows how the installation stands and nothing of any seller's."""

    help = "Make the owner of a log-in an operator, who sees /operator/."

    def add_arguments(self, parser: CommandParser) -> None:
        """Whom."""
        parser.add_argument("email")
        parser.add_argument("--remove", action="store_true", help="an operator no longer")

    def handle(self, *_args: Any, email: str, remove: bool, **_options: Any) -> None:
        """Set it."""
        if not User.objects.filter(email__iexact=email).update(is_superuser=not remove):
            raise CommandError(f"Nobody signs in as {email}.")
        self.stdout.write(f"{email} is {'no operator any more' if remove else 'an operator now'}")
