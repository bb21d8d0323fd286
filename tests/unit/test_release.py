"""`tools/release` puts a catalogue into its place whole: workers of the release before may be reading the old one."""

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
COMPILE = """#!/bin/sh
while [ "$1" != --output-file ]; do shift; done
printf 'half of ' >"$2"
cat locale/vi/LC_MESSAGES/django.mo >>seen
[ -z "$BROKEN" ] || exit 1
printf 'the new' >>"$2"
"""


@pytest.mark.parametrize(("broken", "left"), [("", "half of the new"), ("1", "the old")])
def test_a_catalogue_is_never_there_by_half(tmp_path: Path, broken: str, left: str) -> None:
    folder = tmp_path / "locale" / "vi" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.po").touch()
    (folder / "django.mo").write_text("the old", encoding="utf-8")
    for name, script in (("pybabel", COMPILE), ("python", "#!/bin/sh\n")):
        (tmp_path / name).write_text(script, encoding="utf-8")
        (tmp_path / name).chmod(0o755)
    environment = {"PATH": f"{tmp_path}:{os.environ['PATH']}", "BROKEN": broken}
    subprocess.run([ROOT / "tools" / "release"], cwd=tmp_path, env=environment, check=False, timeout=20)
    assert (tmp_path / "seen").read_text(encoding="utf-8") == "the old"
    assert (folder / "django.mo").read_text(encoding="utf-8") == left
