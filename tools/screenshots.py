"""Photograph every page type at phone and desktop width, light and dark: `make screenshots`.

Serves the local shop with its demo data on a free port. Pictures are named PAGE-LANGUAGE-WIDTH[-dark].png.
"""

import argparse
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
WIDTHS = (390, 1280)
FIXED = {
    "basket": "basket:summary",
    "search": "search:search",
    "log-in": "customer:login",
    "order-look-up": "order:lookup",
}


def free_port() -> int:
    """Return a port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def served() -> Iterator[str]:
    """Serve the shop and yield its address."""
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    command = [sys.executable, "manage.py", "runserver", "--noreload", "--insecure", f"127.0.0.1:{port}"]
    environment = os.environ | {"DEBUG": "0", "BASE_URL": base, "LOG_LEVEL": "ERROR"}
    server = subprocess.Popen(
        command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL
    )
    try:
        wait_for(f"{base}/healthz")
        yield base
    finally:
        server.terminate()
        server.wait()


def wait_for(address: str, seconds: int = 60) -> None:
    """Wait until `address` answers.

    Raises:
        TimeoutError: it did not within `seconds`.
    """
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(address, timeout=5):  # noqa: S310 - our own server
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.3)
    raise TimeoutError(f"{address} does not answer")


def addresses() -> Iterator[tuple[str, str, str]]:
    """Yield name, language and path of one live page of each type, and of the fixed pages."""
    sys.path[:0] = [str(ROOT), str(ROOT / "site")]
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")
    import django
    from django.urls import reverse
    from django.utils import translation

    django.setup()
    from wagtail.models import Page as CmsPage
    from wagtail.models import get_page_models

    for language in ("vi", "en"):
        for model in get_page_models():
            page = (
                model.objects.live().filter(locale__language_code=language).first()
                if model is not CmsPage
                else None
            )
            if page is not None and page.get_url():
                yield model.__name__.lower(), language, page.get_url()
        with translation.override(language):
            for name, route in FIXED.items():
                yield name, language, reverse(route)
            yield "not-found", language, ("/" if language == "vi" else "/en/") + "khong-co/"


def photograph(
    browser: Browser, base: str, pages: list[tuple[str, str, str]], out: Path, *, dark: bool
) -> None:
    """Photograph `pages` at both widths in one colour scheme."""
    for width in WIDTHS:
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
        )
        tab = context.new_page()
        for name, language, path in pages:
            tab.goto(base + path)
            shoot(tab, out / f"{name}-{language}-{width}{'-dark' if dark else ''}.png")
        context.close()


def shoot(tab: Page, path: Path) -> None:
    """Take a picture of the whole page, lazy pictures included."""
    tab.evaluate("document.querySelectorAll('img[loading=lazy]').forEach(i => { i.loading = 'eager' })")
    tab.wait_for_load_state("networkidle")
    tab.screenshot(path=path, full_page=True)
    print(path.name)


def main() -> None:
    """Make the folder and fill it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=ROOT / "var" / "screenshots")
    parser.add_argument("--only", default="", help="only pages whose name contains this")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    pages = [page for page in addresses() if options.only in page[0]]
    with served() as base, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM"), args=["--no-sandbox", "--disable-gpu"]
        )
        for dark in (False, True):
            photograph(browser, base, pages, options.out, dark=dark)
        browser.close()


if __name__ == "__main__":
    main()
