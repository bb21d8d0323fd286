"""The demo's bank account: its QR code says that it is a sample, and no bank has the number."""

from shop.payment.models import BankAccount

NUMBER = "000011112222"


def load() -> int:
    """Make the account where there is none at all; return how many were made."""
    if BankAccount.objects.exists():
        return 0
    BankAccount.objects.create(
        bank="970436", number=NUMBER, holder="CHO BAC NINH MINH HOA", is_default=True, is_illustrative=True
    )
    return 1
