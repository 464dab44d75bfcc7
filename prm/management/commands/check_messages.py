"""``manage.py check_messages``: are all texts translated, and is nothing left over?"""

from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from prm import catalogs

SHOWN = 40


class Command(BaseCommand):
    """Fails when a language lacks a text; with --update brings the files up to date first."""

    help = "Checks that every text is translated; --update writes the new texts into locale/."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """--update."""
        parser.add_argument("--update", action="store_true", help="rewrite the files in locale/")

    def handle(self, *args: Any, update: bool, **options: Any) -> None:
        """Reports by language."""
        root = Path(settings.BASE_DIR)
        packages = [Path(app.path) for app in apps.get_app_configs()]
        ours = [path for path in packages if path.parent == root]
        found = catalogs.collect(ours, root / "templates")
        said: list[str] = []
        for language in (code for code, _name in settings.LANGUAGES if code != "en"):
            path = root / "locale" / language / "LC_MESSAGES" / "django.po"
            translated = catalogs.load(path, language)
            if update:
                catalogs.update(found, translated, path)
            said += [f"{language}: {line}" for line in catalogs.problems(found, translated)]
        if said and not update:
            self.stderr.write("\n".join(said[:SHOWN]))
            raise CommandError(
                f"{len(said)} texts need attention; `make messages` brings the files up to date."
            )
        self.stdout.write(f"{len(found)} texts, {len(said)} to translate")
