"""A real browser, driven from Python. Chromium must be on the machine: none is downloaded."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Error,
    Page,
    sync_playwright,
)

from tests.stack import Stack

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]
TIMEOUT_MS = 15_000


def _program() -> str:
    for name in NAMES:
        found = shutil.which(name) or (
            f"/usr/bin/{name}" if Path(f"/usr/bin/{name}").exists() else None
        )
        if found:
            return found
    reason = "no chromium or chrome on this machine"
    if os.environ.get("PRM_REQUIRE_BROWSER") == "1":
        pytest.fail(f"{reason}, and PRM_REQUIRE_BROWSER=1 asks for one", pytrace=False)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One browser for all tests of this process."""
    program = _program()
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield running
        running.close()


class Visitors:
    """Opens browser windows for different people; notes every script error in any of them."""

    def __init__(self, browser: Browser, base_url: str) -> None:
        self.browser = browser
        self.base_url = base_url
        self.contexts: list[BrowserContext] = []
        self.problems: list[str] = []

    def __call__(
        self, *, width: int = 1280, height: int = 900, dark: bool = False, locale: str = "en-GB"
    ) -> Page:
        """A window with cookies of its own, so a person of its own; sizes in CSS pixels."""
        context = self.browser.new_context(
            base_url=self.base_url,
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
            locale=locale,
        )
        context.set_default_timeout(TIMEOUT_MS)
        self.contexts.append(context)
        context.on("console", self._note_console)
        context.on("weberror", lambda error: self._note_error(error.error))
        return context.new_page()

    def _note_console(self, message: ConsoleMessage) -> None:
        # a refused page is what some tests are about; a refused script or style is not
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            self.problems.append(f"{message.location.get('url', '')}: {message.text}")

    def _note_error(self, error: Error) -> None:
        self.problems.append(str(error))


@pytest.fixture
def visitors(browser: Browser, stack: Stack) -> Iterator[Visitors]:
    """``visitors()`` opens a window for one more person; script errors fail the test at its end."""
    opened = Visitors(browser, stack.url)
    yield opened
    for context in opened.contexts:
        context.close()
    assert not opened.problems, "the browser's console reports:\n" + "\n".join(opened.problems)


@pytest.fixture
def page(visitors: Visitors) -> Page:
    """One window for one person."""
    return visitors()
