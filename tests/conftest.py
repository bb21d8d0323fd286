"""What every test may ask for: the site's root, an empty cache, a browser that is Debian's."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection, connections
from django.db.migrations.recorder import MigrationRecorder
from django.db.models.signals import post_save
from django.utils import translation
from modelsearch.index import get_indexed_models
from modelsearch.signal_handlers import post_save_signal_handler
from playwright.sync_api import Playwright
from pytest_django import DjangoDbBlocker
from pytest_django.fixtures import Settings
from wagtail.models import Collection, Locale, Page, Site
from wagtail.signal_handlers import disable_reference_index_auto_update
from xdist.scheduler import LoadScopeScheduling

# Playwright's synchronous API runs an event loop in the test's own thread.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

CHROMIUM = Path(__file__).resolve().parent.parent / "tools" / "chromium"
JOURNEYS = "tests/e2e/"
LONGEST = (
    JOURNEYS,
    "tests/integration/test_migrations.py",
    "tests/concurrency/test_kill_walk.py",
    "tests/concurrency/",
    "tests/integration/test_money_property.py",
)


class OneProcessEach(LoadScopeScheduling):
    """Give all journeys to one process, they share a server; and each file to one, it may share a database."""

    def _split_scope(self, nodeid: str) -> str:
        return JOURNEYS if nodeid.startswith(JOURNEYS) else nodeid.partition("::")[0]


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what is long, so that no process waits for it at the end."""
    items.sort(
        key=lambda item: next((i for i, start in enumerate(LONGEST) if item.nodeid.startswith(start)), 99)
    )


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> OneProcessEach:
    """Deal the tests out to processes; xdist 3.8's own groups do nothing under pytest 9."""
    config.option.loadscopereorder = False
    return OneProcessEach(config, log)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """Add the table of migrations, which wagtail-localize reads: tables come from the models here."""
    with django_db_blocker.unblock():
        MigrationRecorder(connection).ensure_schema()


@pytest.fixture(scope="session", autouse=True)
def no_search_index() -> None:
    """Nothing that is saved is fetched once more for the admin's search, which takes nothing here (AUTO_UPDATE)."""
    for model in get_indexed_models():
        post_save.disconnect(post_save_signal_handler, sender=model)


@pytest.fixture(autouse=True)
def empty_cache() -> Iterator[None]:
    """No test sees what another one cached (rate limits, fragments, renditions, listings)."""
    from catalogue.listing import index
    from catalogue.search import matching

    cache.clear()
    index.forget()
    matching.forget()
    yield
    cache.clear()


@pytest.fixture
def mail_queue(db: None, settings: Settings) -> None:
    """Mail goes where it goes in production, into the queue; Django's test set-up would short-cut it."""
    settings.EMAIL_BACKEND = "post_office.EmailBackend"


@pytest.fixture(autouse=True)
def vietnamese() -> Iterator[None]:
    """Every test starts in the shop's own language, whatever the one before it spoke."""
    with translation.override("vi"):
        yield


@pytest.fixture(autouse=True)
def proof(request: pytest.FixtureRequest, _django_db_marker: None) -> Iterator[None]:
    """After every test that moved money the daily proof holds (`manage.py check_ledger`).

    A test that makes the books wrong on purpose says so: `@pytest.mark.ledger_off`.
    """
    yield
    if connection.closed_in_transaction:  # what closes all connections, as the doctor does, moved no money
        return
    if request.node.get_closest_marker("django_db") and not request.node.get_closest_marker("ledger_off"):
        from tests.books import differences

        assert differences() == []


@pytest.fixture
def root_page(db: None) -> Page:
    """The invisible root of all pages, with both locales and the root collection."""
    vi, _ = Locale.objects.get_or_create(language_code="vi")
    Locale.objects.get_or_create(language_code="en")
    if not Collection.objects.exists():
        Collection.add_root(name="Root")
    root = Page.objects.filter(depth=1).first()
    with disable_reference_index_auto_update():
        return root or Page.add_root(title="Root", slug="root", locale=vi)


@pytest.fixture
def site_root(root_page: Page) -> Page:
    """The Vietnamese home page of the default site: what Wagtail's migrations would have made."""
    from home.models import HomePage

    site = Site.objects.filter(is_default_site=True).first()
    if site:
        return site.root_page.specific
    home = HomePage(title="Chợ Bắc Ninh", slug="trang-chu", hero_title="Quà quê")
    with disable_reference_index_auto_update():
        root_page.add_child(instance=home)
    Site.objects.create(hostname="localhost", root_page=home, is_default_site=True, site_name="Chợ Bắc Ninh")
    return home


@pytest.fixture(scope="session")
def playwright(playwright: Playwright) -> Iterator[Playwright]:
    """Close the connections that Django opens a second time while Playwright's event loop runs.

    asgiref keeps connections by event loop: left open, one would keep the test database from being dropped.
    """
    yield playwright
    connections.close_all()


@pytest.fixture(scope="session")
def chromium(pytestconfig: pytest.Config) -> str:
    """Return the path of a Chromium; one is installed only when a test that is run needs it."""
    capture = pytestconfig.pluginmanager.getplugin("capturemanager")
    with capture.global_and_fixture_disabled():  # installing takes a minute, and says so
        found = subprocess.run([CHROMIUM], check=True, stdout=subprocess.PIPE, text=True)
    return found.stdout.strip()


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any], chromium: str) -> dict[str, Any]:
    """Start Chromium with nothing of its own on the network."""
    return {
        **browser_type_launch_args,
        "executable_path": chromium,
        "args": [
            "--no-sandbox",  # root in a container has no user namespace
            "--disable-gpu",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--no-first-run",
        ],
    }
