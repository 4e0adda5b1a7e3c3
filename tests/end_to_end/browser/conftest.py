"""What tests in a browser share: the browser itself, and the demonstration's service to look at in it."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from chromium import chromium
from desk_demo import Demo, running_demo

PATIENCE_MS = 20_000
"""For so long a test waits for what it expects to see: a machine that is busy with others is no fault of the page."""
expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    with running_demo(tmp_path_factory.mktemp("demo")) as running:
        yield running
