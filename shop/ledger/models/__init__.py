"""The ledger's rows, who holds cash, where other money is, what is paid out, commission and withheld tax by kind of goods."""

from shop.ledger.models.account_entry import AccountEntry, OpeningBalance
from shop.ledger.models.account_log import BankLineLog, OpeningLog
from shop.ledger.models.cash import CashEntry, CashHolding, Holder
from shop.ledger.models.entry import LedgerEntry
from shop.ledger.models.offer_funding import OfferFunding
from shop.ledger.models.payout import Payout
from shop.ledger.models.payout_approval import PayoutApproval
from shop.ledger.models.payout_log import PayoutLog
from shop.ledger.models.producer_payment import ProducerPayment
from shop.ledger.models.rate import CategoryRate
from shop.ledger.models.remittance import Remittance, RemittanceLine
from shop.ledger.models.transfer_file import TransferFile
from shop.ledger.models.withholding import SaleWithholding, TaxPayment, WithholdingRate

__all__ = [
    "AccountEntry",
    "BankLineLog",
    "CashEntry",
    "CashHolding",
    "CategoryRate",
    "Holder",
    "LedgerEntry",
    "OfferFunding",
    "OpeningBalance",
    "OpeningLog",
    "Payout",
    "PayoutApproval",
    "PayoutLog",
    "ProducerPayment",
    "Remittance",
    "RemittanceLine",
    "SaleWithholding",
    "TaxPayment",
    "TransferFile",
    "WithholdingRate",
]
