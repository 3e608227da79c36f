# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""A browser for the tests, and what they ask of every page it opens.

A test module gets the fixtures with `pytest_plugins = ["browser"]`. There is one Chromium for the whole run and a
fresh context, with its own cookies and history, for each `open_page`.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

MAC_CHROME = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"

# A test waits for what it expects, and a busy machine takes its time.
expect.set_options(timeout=60_000)

# Tells a page's breaches of its own Content-Security-Policy, which otherwise only the console knows.
WATCH_POLICY = """
  document.addEventListener('securitypolicyviolation', breach =>
    console.error(`policy: ${breach.violatedDirective} ${breach.blockedURI} ${breach.sample}`))
"""


def chromium_path() -> str:
    """The browser to test with: BREVLADA_CHROMIUM, CHROMIUM, or one that is installed."""
    for variable in ("BREVLADA_CHROMIUM", "CHROMIUM"):
        if path := os.environ.get(variable):
            return path
    # The first has no window and takes a quarter less of the processor.
    for name in ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"):
        if path := shutil.which(name):
            return path
    if os.path.exists(MAC_CHROME):
        return MAC_CHROME
    raise RuntimeError("no Chromium found; install it or set BREVLADA_CHROMIUM to its path")


@dataclass
class Watched:
    """What a page did besides showing itself."""

    origins: set[str] = field(default_factory=set)
    errors: list[str] = field(default_factory=list)

    def attach(self, page: Page) -> None:
        page.on("request", lambda request: self._note(request.url))
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", lambda message: message.type == "error" and self._complain(message))

    def _note(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme != "data":
            self.origins.add(f"{parts.scheme}://{parts.netloc}")

    def _complain(self, message: Any) -> None:
        # A refused form is an answer, not a fault, but Chromium puts every 4xx and 5xx in the console.
        if not message.text.startswith("Failed to load resource"):
            self.errors.append(message.text)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One headless Chromium. There can be only one Playwright a process, so other fixtures start from this."""
    with sync_playwright() as playwright:
        # The sandbox needs user namespaces, which root and many containers lack; only our own pages are opened.
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium: Browser) -> Iterator[Callable[..., Page]]:
    """`open_page(url, width=1280, **context options)` opens a page in a context of its own.

    At the end of the test every such page must have kept its policy, thrown nothing and asked no origin but its own
    and those in `allowed`.
    """
    opened: list[tuple[Any, Watched, set[str]]] = []

    def open_page(url: str, width: int = 1280, allowed: tuple[str, ...] = (), **options: Any) -> Page:
        context = chromium.new_context(viewport={"width": width, "height": 900}, **options)
        context.set_default_timeout(60_000)
        if options.get("java_script_enabled", True):
            context.add_init_script(WATCH_POLICY)
        page = context.new_page()
        watched = Watched()
        watched.attach(page)
        own = urlsplit(url)
        opened.append((context, watched, {f"{own.scheme}://{own.netloc}", *allowed}))
        page.goto(url)
        return page

    yield open_page
    for context, _, _ in opened:
        context.close()
    for _, watched, allowed in opened:
        assert watched.errors == []
        assert watched.origins <= allowed


def axe_findings(page: Page) -> list[str]:
    """What the axe engine finds on the page as it is now, from WCAG A to AAA and the best practices.

    Text whose contrast axe could not work out counts as found, unless it is decoration.
    """
    rules = {"color-contrast-enhanced": {"enabled": True}, "target-size": {"enabled": True}}
    results = Axe().run(page, options={"rules": rules, "resultTypes": ["violations", "incomplete"]}).response
    assert results["testEngine"]["name"] == "axe-core"
    findings = [(rule, node["html"]) for rule in results["violations"] for node in rule["nodes"]]
    findings += [
        (rule, node["html"])
        for rule in results["incomplete"]
        for node in rule["nodes"]
        if rule["id"].startswith("color-contrast") and 'aria-hidden="true"' not in node["html"]
    ]
    return [f"{rule['id']}: {rule['help']}: {html}" for rule, html in findings]
