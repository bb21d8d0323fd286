"""The demo's texts and numbers, from `catalogue/demo/`."""

import json
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parents[2] / "catalogue" / "demo"


@cache
def read(name: str) -> Any:
    """Return what stands in `catalogue/demo/<name>.json`."""
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
