"""One kind of thing that needs a person, as the page of what waits shows it."""

from dataclasses import dataclass
from datetime import datetime

AttentionRow = tuple[str, str, datetime]  # what, where to see to it, since when


@dataclass(frozen=True)
class AttentionItem:
    """One kind of thing to see to: how many there are, and the first of them."""

    title: str
    help: str
    count: int
    rows: list[AttentionRow]
    all_url: str = ""
    button: str = ""  # what a press on a line does: its address is then posted to
