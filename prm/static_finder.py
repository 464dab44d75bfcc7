"""Serves chosen files of npm packages straight from node_modules.

Only what this list names is visible, under ``npm/…``; the thousands of icon files next to it are
never looked at.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core import checks
from django.core.files.storage import FileSystemStorage

_INTER_SUBSETS = (
    "cyrillic",
    "cyrillic-ext",
    "greek",
    "greek-ext",
    "latin",
    "latin-ext",
    "vietnamese",
)

ASSETS = {
    "npm/tabler/css/tabler.min.css": "@tabler/core/dist/css/tabler.min.css",
    "npm/tabler/js/tabler.min.js": "@tabler/core/dist/js/tabler.min.js",
    "npm/chart/chart.umd.min.js": "chart.js/dist/chart.umd.min.js",
    "npm/inter/index.css": "@fontsource-variable/inter/index.css",
    **{
        f"npm/inter/files/{name}": f"@fontsource-variable/inter/files/{name}"
        for name in (f"inter-{subset}-wght-normal.woff2" for subset in _INTER_SUBSETS)
    },
}


class _NodeModules(FileSystemStorage):
    """Files by the address they have on the site, not by the one they have on disk."""

    def path(self, name: str) -> str:
        return super().path(ASSETS.get(name, name))


class NodeModulesFinder(BaseFinder):
    """Finds the files of ``ASSETS``; node_modules is made by ``npm ci`` in ``make run``."""

    def __init__(self, app_names: Any = None, *args: Any, **kwargs: Any) -> None:
        self.root = Path(settings.BASE_DIR) / "node_modules"
        self.storage = _NodeModules(location=self.root)

    def check(self, **kwargs: Any) -> list[checks.CheckMessage]:
        """Reports packages that changed their layout, or were never installed."""
        missing = [source for source in ASSETS.values() if not (self.root / source).is_file()]
        if not missing:
            return []
        return [
            checks.Warning(
                f"Static assets are missing: {missing[0]}", hint="Run: make assets", id="prm.W001"
            )
        ]

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        """The file's place on disk, or a list of places where ``find_all``."""
        source = ASSETS.get(path)
        found = [str(self.root / source)] if source and (self.root / source).is_file() else []
        if find_all:
            return found
        return found[0] if found else []

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, _NodeModules]]:
        """Every file with the storage that opens it: for collectstatic and WhiteNoise."""
        for address in ASSETS:
            yield address, self.storage
