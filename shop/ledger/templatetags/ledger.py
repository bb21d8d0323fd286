"""Ledger lines in templates."""

from django import template

from shop.ledger.models import LedgerEntry
from shop.ledger.statements import title

register = template.Library()


@register.filter
def ledger_title(line: LedgerEntry) -> str:
    """Return what a line is."""
    return title(line)
