"""A real Chromium for the report. Without one these tests are skipped, unless SEGC_REQUIRE_BROWSER=1 says that they must run."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from segc import api
from segc.report.dossier import html
from segc.report.dossier.facts import Facts
from segc.report.dossier.gather import document
from tests.browser.plants import plant

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

ROOT = Path(__file__).parents[2]
AT = datetime(2026, 11, 28, 7, tzinfo=UTC)
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = ("--headless=new", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars", "--no-first-run")

PATIENCE = 300  # seconds for a script: other tests run at the same time


@cache
def unavailable() -> str | None:
    """None where a browser can be driven, else why not."""
    try:
        import selenium  # noqa: F401
    except ImportError:
        return "selenium is not installed"
    if not any(map(shutil.which, BROWSERS)):
        return "there is no Chromium (scripts/setup.sh browser installs one)"
    if shutil.which("chromedriver") is None:
        return "there is no chromedriver (scripts/setup.sh browser installs one)"
    return None


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip with the reason, or fail where these tests are required."""
    reason = unavailable() if item.get_closest_marker("browser") else None
    if reason is None:
        return
    if os.environ.get("SEGC_REQUIRE_BROWSER") == "1":
        pytest.fail(f"SEGC_REQUIRE_BROWSER=1, but: {reason}", pytrace=False)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    """One headless Chromium for all tests, which keeps a log of what it asks the network for."""
    from selenium.webdriver import Chrome, ChromeOptions
    from selenium.webdriver.chrome.service import Service

    options = ChromeOptions()
    options.binary_location = next(filter(None, map(shutil.which, BROWSERS)))
    for flag in (*FLAGS, f"--user-data-dir={tmp_path_factory.mktemp('profile')}"):
        options.add_argument(flag)
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        options.add_argument("--no-sandbox")  # Chromium refuses to run as root with it
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    made = Chrome(options=options, service=Service(shutil.which("chromedriver")))
    made.set_script_timeout(PATIENCE)
    yield made
    made.quit()


@pytest.fixture(scope="session")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The reports of the bottling plant, and of one with 150 zones."""
    folder = tmp_path_factory.mktemp("pages")
    (folder / "plant.zone").write_text(plant(), encoding="utf-8")
    made = {}
    for name, path in (("bottling", ROOT / "examples" / "bottling"), ("big", folder / "plant.zone")):
        judged = api.judge(path, AT, "audit")
        made[name] = folder / f"{name}.html"
        report = document(Facts(judged.plant, AT, judged.found, judged.accepted))
        made[name].write_text(html.render(report), encoding="utf-8")
    return made
