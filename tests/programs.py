"""Programs of this checkout, or of another release's, run by themselves on a database that a test names."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def run_python(tree: Path, *command: str, database: str, var: Path) -> str:
    """Run Python with the code of a tree; return what it prints last."""
    env = {
        **os.environ,
        "DATABASE_URL": database,
        "VAR_DIR": str(var),
        "DJANGO_SETTINGS_MODULE": "tests.concurrency.settings",
        "PYTHONPATH": os.pathsep.join([str(tree), str(tree / "site")]),
    }
    done = subprocess.run(
        [sys.executable, "-W", "ignore", *command],
        cwd=tree,
        env=env,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    return (done.stdout.splitlines() or [""])[-1]
