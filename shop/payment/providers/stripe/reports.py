"""What Stripe's objects say of a payment, in our terms; no network."""

from collections.abc import Iterable
from decimal import Decimal
from typing import TYPE_CHECKING, cast

from shop.payment.models import Doubt, Payment, Receipt
from shop.payment.models.stripe_transaction import CURRENCY
from shop.payment.providers.base import Incoming, Outgoing, PaymentReport, RefundAnswer
from shop.payment.providers.stripe.sessions import TOKEN

if TYPE_CHECKING:
    from stripe import Dispute, PaymentIntent, Refund
    from stripe.checkout import Session

KEY = "refund"  # in a refund's metadata: our own key of it
REFUND_FAILED = frozenset({"failed", "canceled"})  # states of a refund
# States of a dispute; in those of an inquiry the bank only asks and moves no money.
FUNDS_REINSTATED = frozenset({"won", "prevented"})
UNDECIDED = frozenset({"needs_response", "under_review", "appeal_needs_response", "appeal_under_review"})
FUNDS_WITHDRAWN = UNDECIDED | {"lost"}
INQUIRY = frozenset({"warning_needs_response", "warning_under_review"})


def intent_of(session: "Session") -> "PaymentIntent | None":
    """Return the expanded payment of a session; None while nobody has tried to pay."""
    return cast("PaymentIntent | None", session.payment_intent)


def report_of(
    payment: Payment,
    session: "Session | None",
    refunds: Iterable["Refund"] = (),
    disputes: Iterable["Dispute"] = (),
) -> PaymentReport:
    """Return what the session says. Amount and currency must be the payment's own, else a person looks."""
    if session is None:
        return PaymentReport(failed=True)
    if not _is_of(payment, session):
        return PaymentReport(doubt=Doubt.OTHER_SESSION.of(id=session.id))
    intent = intent_of(session)
    paid = intent.amount_received if intent else 0
    if intent is None or not paid:
        return PaymentReport(open=session.status != "expired", failed=session.status == "expired")
    if intent.currency != CURRENCY:
        return PaymentReport(doubt=Doubt.OTHER_CURRENCY.of(sum=f"{paid} {intent.currency.upper()}"))
    disputes = list(disputes)
    return PaymentReport(
        incoming=(Incoming(Receipt.Source.CARD, intent.id, Decimal(paid)),),
        outgoing=outgoing_of(Decimal(paid), refunds, disputes),
        doubt=_doubt(payment, Decimal(paid), disputes),
    )


def outgoing_of(
    paid: Decimal, refunds: Iterable["Refund"], disputes: Iterable["Dispute"]
) -> tuple[Outgoing, ...]:
    """Return what went back of one charge of `paid` đồng."""
    taken = (_disputed(row, paid) for row in disputes if _moves_money(row))
    return (*map(_given_back, refunds), *taken)


def answer(refund: "Refund") -> RefundAnswer:
    """Return what became of a refund."""
    failed = refund.status in REFUND_FAILED
    return RefundAnswer(
        reference=refund.id,
        done=refund.status == "succeeded",
        failed=failed,
        error=str(getattr(refund, "failure_reason", None) or refund.status) if failed else "",
    )


def key_of(refund: "Refund") -> str:
    """Return our key of a refund, "" for one made in the dashboard."""
    return refund.metadata[KEY] if refund.metadata and KEY in refund.metadata else ""


def _is_of(payment: Payment, session: "Session") -> bool:
    metadata = session.metadata
    return metadata is not None and TOKEN in metadata and metadata[TOKEN] == payment.token


def _given_back(refund: "Refund") -> Outgoing:
    result = answer(refund)
    return Outgoing(refund.id, Decimal(refund.amount), key_of(refund), done=result.done, failed=result.failed)


def _moves_money(dispute: "Dispute") -> bool:
    return dispute.status in FUNDS_WITHDRAWN | FUNDS_REINSTATED


def _disputed(dispute: "Dispute", paid: Decimal) -> Outgoing:
    """The bank takes the money at once and gives it back when we win.

    A sum in another currency, whose worth in đồng nobody says, counts as all that was paid.
    """
    back = dispute.status in FUNDS_REINSTATED
    return Outgoing(
        dispute.id,
        Decimal(dispute.amount) if dispute.currency == CURRENCY else paid,
        done=not back,
        failed=back,
        disputed=True,
        undecided=dispute.status in UNDECIDED,
    )


def _doubt(payment: Payment, paid: Decimal, disputes: list["Dispute"]) -> str:
    if paid != payment.amount:
        return Doubt.OTHER_AMOUNT.of(paid=paid, amount=payment.amount)
    return doubt_of(disputes)


def doubt_of(disputes: Iterable["Dispute"]) -> str:
    """Return why a person must look at disputes: an undecided one first, then what a bank only asks."""
    disputes = list(disputes)
    if waiting := [dispute.id for dispute in disputes if dispute.status in UNDECIDED]:
        return Doubt.DISPUTED.of(ids=", ".join(waiting))
    if asked := [dispute.id for dispute in disputes if dispute.status in INQUIRY]:
        return Doubt.INQUIRY.of(ids=", ".join(asked))
    return ""
