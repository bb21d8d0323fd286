"""tools/backup with programs that act as the real ones do on a bad night."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
URL = "pgsql://cho:a%40b%5Cn%25@127.0.0.1:5432/cho?sslmode=disable"
WITHOUT = "postgres://cho@127.0.0.1:5432/cho?sslmode=disable"
PASSWORD = r"a@b\n%"


@pytest.fixture
def night(tmp_path: Path) -> Path:
    """A folder with a shop's uploads and with programs that stand before the machine's own."""
    (tmp_path / "var" / "media").mkdir(parents=True)
    (tmp_path / "bin").mkdir()
    says = f'printf "%s\\n" "$@" "$PGPASSWORD" >{tmp_path}/said'
    program(tmp_path, "pg_dump", f'{says}; : >"$4"')
    program(tmp_path, "pg_restore", says)
    return tmp_path


def program(night: Path, name: str, body: str) -> None:
    path = night / "bin" / name
    path.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
    path.chmod(0o755)


def run(night: Path, tool: str, folder: Path) -> subprocess.CompletedProcess[str]:
    environment = {
        "PATH": f"{night / 'bin'}:{os.environ['PATH']}",
        "VAR_DIR": str(night / "var"),
        "DATABASE_URL": URL,
    }
    return subprocess.run(
        [ROOT / "tools" / tool, folder], env=environment, capture_output=True, text=True, check=False
    )


def test_the_password_is_no_argument(night: Path) -> None:
    done = run(night, "backup", night / "kept")
    assert done.returncode == 0, done.stderr
    said = (night / "said").read_text(encoding="utf-8").splitlines()
    assert said[-2:] == [WITHOUT, PASSWORD]

    assert run(night, "restore", Path(done.stdout.strip())).returncode == 0
    said = (night / "said").read_text(encoding="utf-8").splitlines()
    assert (WITHOUT in said, said[-1]) == (True, PASSWORD)


@pytest.mark.parametrize(("code", "is_kept"), [(0, True), (1, True), (2, False)])
def test_a_picture_that_changes_meanwhile_costs_no_backup(night: Path, code: int, is_kept: bool) -> None:
    program(night, "tar", f'{shutil.which("tar")} "$@"; exit {code}')
    done = run(night, "backup", night / "kept")
    assert (done.returncode == 0) is is_kept
    assert [path.suffix for path in (night / "kept").iterdir()] == ["" if is_kept else ".part"]


def test_only_its_own_old_folders_are_removed(night: Path) -> None:
    others = ["2025 Thuế", "2026_To-khai", "2020-01-01"]
    for name in [*others, "2020-01-01T0230", "2020-01-02T0230.part"]:
        (night / "kept" / name).mkdir(parents=True)
        os.utime(night / "kept" / name, (0, 0))
    done = run(night, "backup", night / "kept")
    assert done.returncode == 0, done.stderr
    new = Path(done.stdout.strip()).name
    assert {path.name for path in (night / "kept").iterdir()} == {*others, new}
