"""Ledger entries in templates."""

from django import template

from shop.ledger.models import LedgerEntry
from shop.ledger.statements import title

register = template.Library()


@register.filter
def ledger_title(entry: LedgerEntry) -> str:
    """Return what an entry is."""
    return title(entry)
