"""The ledger's rows, what is paid out, and commission by kind of goods."""

from shop.ledger.models.entry import LedgerEntry
from shop.ledger.models.payout import Payout
from shop.ledger.models.payout_log import PayoutLog
from shop.ledger.models.rate import CategoryRate
from shop.ledger.models.transfer_file import TransferFile

__all__ = ["CategoryRate", "LedgerEntry", "Payout", "PayoutLog", "TransferFile"]
