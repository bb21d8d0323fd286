"""While an upgrade runs, the release before it still sells, on tables that the new one has made.

The release before is the newest tag below HEAD; without tags the commit that tests/upgrade/released names;
where that is not in the history, the commit before HEAD.
"""

import io
import json
import re
import subprocess
import tarfile
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.db.migrations import AddField, CreateModel, Migration, RemoveField, RenameField, RenameModel
from django.db.migrations.operations import AlterModelTable, DeleteModel
from django.db.models import NOT_PROVIDED

import config
from tests.databases import scratch
from tests.programs import ROOT, run_python

RELEASED = ROOT / "tests" / "upgrade" / "released"
# Written before there was a rule, or about tables that no release had sold with.
BEFORE_THE_RULE = frozenset(
    [
        "shop.address.migrations.1000_place",
        "shop.order.migrations.1000_market",
        "shop.order.migrations.1002_money_mail",
        "shop.order.migrations.1004_frozen_rates",
        "shop.order.migrations.1009_called_off",
        "shop.partner.migrations.1000_producer",
        "shop.payment.migrations.1001_money",
        "shop.payment.migrations.1006_rechecks",
        "shop.payment.migrations.1007_refund_of_a_line",
        "shop.payment.migrations.1009_doubts_seen",
        "catalogue.migrations.1000_market",
        "catalogue.migrations.1001_market_links",
        "catalogue.migrations.1003_listing_title_language",
        "catalogue.migrations.1004_alcohol",
    ]
)
# What takes something away that an older release may still ask for, each with a reason why that is well: 1010
# renames a model whose table keeps its name.
TAKEN_AWAY = frozenset({"shop.order.migrations.1010_producer_mail"})
TAKES_AWAY = (RemoveField, RenameField, RenameModel, DeleteModel, AlterModelTable)


def git(*words: str, folder: Path = ROOT) -> str:
    """Return what git says of a folder, "" where there is no git or it fails."""
    try:
        run = subprocess.run(["git", *words], cwd=folder, capture_output=True, text=True, check=False)
    except OSError:
        return ""
    return run.stdout.strip() if run.returncode == 0 else ""


def has_history(folder: Path) -> bool:
    """Tell a checkout of its own from files that were unpacked, maybe inside somebody else's repository."""
    top = git("rev-parse", "--show-toplevel", folder=folder)
    return bool(top) and Path(top).resolve() == folder


def previous() -> str:
    """Return the commit of the release before this one, or leave the test out."""
    if not has_history(ROOT):
        pytest.skip("no checkout: the release before cannot be tried")
    recorded = RELEASED.read_text(encoding="utf-8").strip()
    for commit in (git("describe", "--tags", "--abbrev=0", "--match", "v*", "HEAD^"), recorded, "HEAD^"):
        if commit and git("cat-file", "-t", f"{commit}^{{commit}}") == "commit":
            return commit
    pytest.skip("no older commit in this checkout: the release before cannot be tried")


def unpack(commit: str, folder: Path) -> None:
    """Write the files of a commit into a folder."""
    packed = subprocess.run(["git", "archive", commit], cwd=ROOT, capture_output=True, check=True)
    safely: dict[str, Any] = (
        {"filter": "data"} if hasattr(tarfile, "data_filter") else {}
    )  # not before 3.11.4
    with tarfile.open(fileobj=io.BytesIO(packed.stdout)) as archive:
        archive.extractall(folder, **safely)  # noqa: S202 - a commit of our own


@pytest.mark.slow
@pytest.mark.django_db
def test_the_release_before_sells_on_the_new_tables(tmp_path: Path) -> None:
    commit = previous()
    old = tmp_path / "old"
    unpack(commit, old)
    own = old / "tests" / "upgrade" / "sell.py"  # releases carry their own since there is one
    sell = own if own.exists() else ROOT / "tests" / "upgrade" / "sell.py"
    with scratch(tmp_path, "upgrade") as database:
        new: Any = {"database": database, "var": tmp_path}
        run_python(ROOT, "-m", "django", "migrate", "--run-syncdb", "--verbosity", "0", **new)
        sold = run_python(old, str(sell), **new)
    assert json.loads(sold) == ["Placed", "Pending payment", "Placed"], commit


def test_files_in_somebody_elses_repository_have_no_history(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside = tmp_path / "unpacked"
    inside.mkdir()
    git("init", "--quiet", folder=tmp_path)
    assert (has_history(tmp_path.resolve()), has_history(inside.resolve())) == (True, False)
    monkeypatch.setenv("PATH", str(inside))
    assert not has_history(tmp_path.resolve())


def ours() -> list[tuple[str, type[Migration]]]:
    files = [
        file
        for pattern in ("shop/*/migrations", "catalogue/migrations", "home/migrations")
        for folder in ROOT.glob(pattern)
        for file in sorted(folder.glob("[01]*.py"))
    ]
    names = [".".join(file.relative_to(ROOT).with_suffix("").parts) for file in files]
    found = [(name, import_module(name).Migration) for name in names]
    return [(name, migration) for name, migration in found if _is_ours(name)]


def _is_ours(name: str) -> bool:
    """Tell our migrations from Oscar's, which forks keep and which end below 1000."""
    fork = name.split(".")[-3] in {"catalogue", "order", "partner", "payment", "shipping", "address"}
    return not fork or name.rsplit(".", 1)[1].startswith("1")


def stops_the_old_code(migration: type[Migration]) -> list[str]:
    """Name the columns of older tables that an older release's rows would lack."""
    made = {step.name_lower for step in migration.operations if isinstance(step, CreateModel)}
    return [
        f"{step.model_name}.{step.name}"
        for step in migration.operations
        if isinstance(step, AddField) and step.model_name_lower not in made
        if not (step.field.null or step.field.many_to_many or step.field.db_default is not NOT_PROVIDED)
    ]


def test_new_columns_of_older_tables_have_a_value_that_the_database_knows() -> None:
    found = {name: stops_the_old_code(migration) for name, migration in ours()}
    assert {name for name, columns in found.items() if columns} == BEFORE_THE_RULE, found


def test_nothing_is_taken_away_that_the_release_before_asks_for() -> None:
    names = {name for name, one in ours() if any(isinstance(step, TAKES_AWAY) for step in one.operations)}
    assert names == TAKEN_AWAY


def test_the_version_is_the_changelog_s() -> None:
    headings = re.findall(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    assert headings[0] in {"Unreleased", config.__version__}
    assert re.fullmatch(r"\d+\.\d+\.\d+", config.__version__)
