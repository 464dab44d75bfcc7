"""manage.py demo_logins: who to sign in as, on an installation with the demo seller."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from portal.demo import loading, people, scene


class Command(BaseCommand):
    """Print addresses, log-ins and the password."""

    help = "Print the demo log-ins."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Say nothing where there is no demo."""
        if not settings.DEMO or not loading.is_loaded():
            return
        people.renew_passwords()
        self.stdout.write(f"Demo log-ins, all with the password {people.password()}\n")
        for login in people.LOGINS:
            url = f"{settings.BASE_URL}/{scene.SLUG}/{login.room}/"
            self.stdout.write(f"  {login.label!s:<26}{login.email:<28}{url}")
