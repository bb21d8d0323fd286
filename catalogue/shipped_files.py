"""The files with what the shop is shipped with; what holds in the whole country stands in `catalogue/data/`."""

import json
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data"


def read(path: Path) -> dict[str, Any]:
    """Return a shipped JSON file."""
    return json.loads(path.read_text(encoding="utf-8"))
