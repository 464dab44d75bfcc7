"""Two shops: one that waits for approval, one that takes browsers at their word."""

import pytest

from tests.tracking.browser.shop import Shop, make_shop


@pytest.fixture(scope="module")
def shop() -> Shop:
    """A program that asks for approval."""
    return make_shop()


@pytest.fixture(scope="module")
def trusting() -> Shop:
    """A program that takes browsers at their word."""
    return make_shop(browser_approval=False)
