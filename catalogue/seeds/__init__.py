"""Shipped data and what staff make of it: written once, then offered where it differs (docs/adr/0030)."""

from catalogue.seeds.comparing import RowStatus
from catalogue.seeds.dataset import Dataset, Row, Values
from catalogue.seeds.differing import Difference, Field, accept, accept_all, decline, differences
from catalogue.seeds.loading import load

__all__ = [
    "Dataset",
    "Difference",
    "Field",
    "Row",
    "RowStatus",
    "Values",
    "accept",
    "accept_all",
    "decline",
    "differences",
    "load",
]
