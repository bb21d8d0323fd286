"""What every way to pay must be able to do."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from shop.order.models import Order
from shop.payment.models import Payment, Refund


@dataclass(frozen=True)
class Bill:
    """What is to be paid, as far as a provider may judge it; đồng, VAT included."""

    total: Decimal
    age_restricted: bool = False
    made_to_order: bool = False
    bookable: bool = False
    phone: str = ""  # E.164, "" while unknown


@dataclass(frozen=True)
class Incoming:
    """A sum that came in; `reference` is the payer's side's own id of it, unique with `source`."""

    source: str  # a value of Receipt.Source
    reference: str
    amount: Decimal


@dataclass(frozen=True)
class Outgoing:
    """A sum the provider refunded, or lost in a dispute; `key` is ours when we requested it."""

    reference: str
    amount: Decimal
    key: str = ""
    done: bool = True
    failed: bool = False
    disputed: bool = False
    undecided: bool = False  # of a dispute: the bank has not said who is right


@dataclass(frozen=True)
class PaymentReport:
    """What a provider reports of one payment at this moment."""

    incoming: tuple[Incoming, ...] = ()
    outgoing: tuple[Outgoing, ...] = ()
    open: bool = False  # money may still come
    failed: bool = False  # this attempt is over without money
    doubt: str = ""  # why a person must look: Doubt.….of(…), or own words in the shop's language


@dataclass(frozen=True)
class RefundAnswer:
    """What became of a refund we asked for; neither done nor failed: still under way."""

    reference: str = ""
    done: bool = False
    failed: bool = False
    error: str = ""


class PaymentProvider(ABC):
    """One way to pay: one class, one package, one dotted path in PAYMENT_PROVIDERS.

    Providers hold no state: one instance serves all requests and threads. The order exists
    before any of them is asked to move money; only `begin`, `cancel`, `fetch_report` and `refund` may
    use the network, and they run outside every database transaction.
    tests/unit/test_payment_providers.py is the contract that each provider passes.
    """

    code: str = ""  # ASCII, unique, kept in Payment.method for ever
    icon: str = "hand-coins"  # a vendored lucide icon
    order_status: Order.Status = Order.Status.PENDING_PAYMENT  # of a new order
    refund_way: Refund.Way = Refund.Way.BANK  # how money goes back, unless staff say otherwise
    collects_on_delivery: bool = False  # the money comes parcel by parcel, at the door
    by_telephone: bool = True  # staff may choose it for a buyer on the telephone
    has_external_refunds: bool = False  # refunds and disputes may be made at the provider, without us

    @property
    def is_set_up(self) -> bool:
        """Return whether the operator has given what it needs; otherwise no buyer sees it. Quick, no network."""
        return True

    @abstractmethod
    def name(self) -> str:
        """Return the method's name in the reader's language. Runs on every page that lists it; no money moves."""

    @abstractmethod
    def explanation(self) -> str:
        """Return one sentence beside the name: what happens, what it costs. No money moves."""

    @abstractmethod
    def refusal(self, bill: Bill) -> str:
        """Return why this bill cannot be paid so, "" when it can.

        Runs at each step of the checkout and once more inside the transaction that places the
        order: quick, reads the database at most twice, no network, no money.
        """

    @abstractmethod
    def fee(self, bill: Bill) -> Decimal:
        """Return what this method adds to the bill, in whole đồng, never negative. Runs with `refusal`."""

    @abstractmethod
    def deadline(self, now: datetime) -> datetime | None:
        """Return until when an unpaid order holds its stock, None for as long as it is not shipped or cancelled."""

    @abstractmethod
    def begin(self, payment: Payment) -> str:
        """Start `payment` and return the URL to send the buyer to, "" for the order's own page.

        Runs after the order is committed, outside transactions, and again when the buyer comes
        back: must be idempotent by `payment.token`. Money may move only after this, at the
        provider.

        Raises:
            PaymentUnavailable: the provider does not answer; the order stands, the buyer may
                try again or choose another method.
        """

    @abstractmethod
    def cancel(self, payment: Payment) -> bool:
        """Make sure that `payment` can no longer succeed.

        Runs before an order expires or is cancelled and before the buyer changes the method,
        outside transactions. Return False when money has come or may still come. Moves no money.

        Raises:
            PaymentUnavailable: nobody knows; the order is let go, and this runs again until it is answered.
        """

    @abstractmethod
    def fetch_report(self, payment: Payment) -> PaymentReport:
        """Return what the provider knows of `payment` now.

        Runs on the buyer's return, after a notification, from the timer and when staff ask,
        outside transactions; moves no money and changes nothing.

        Raises:
            PaymentUnavailable: the provider does not answer.
        """

    @abstractmethod
    def refund(self, refund: Refund) -> RefundAnswer:
        """Give `refund.amount` back and say what became of it; money moves.

        Runs after the commit that wrote the row, and again with the same `refund.key` until it is
        done or failed: must be idempotent by that key. A provider that cannot send money itself
        returns an answer that is neither: staff do it and note it.

        Raises:
            PaymentUnavailable: the provider does not answer; the row waits.
            RefundHeld: the payment is disputed; the row waits until that is decided.
        """

    def waiting(self, payment: Payment) -> dict[str, Any]:
        """Return what the order page shows while `payment` waits: a "template" and what it reads; {} for nothing.

        Runs when the page is shown, outside transactions; no network, no money moves.
        """
        return {}


class PaymentUnavailable(Exception):
    """The provider could not be reached; nothing was charged."""


class RefundHeld(Exception):
    """Nothing is given back while the card's owner disputes the payment; the message is a Doubt for staff.

    `disputes` are those that the provider knows: the shop may not have heard of them yet.
    """

    def __init__(self, why: str, disputes: tuple[Outgoing, ...]) -> None:
        super().__init__(why)
        self.disputes = disputes
