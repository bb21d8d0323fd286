"""What Stripe's objects say of a payment, in our terms; no network."""

from collections.abc import Iterable
from decimal import Decimal
from typing import TYPE_CHECKING, cast

from django.utils.translation import gettext as _

from catalogue.templatetags.market import vnd
from shop.payment.models import Payment, Receipt
from shop.payment.providers.base import Incoming, Outgoing, RefundAnswer, Standing
from shop.payment.providers.stripe.sessions import CURRENCY, TOKEN

if TYPE_CHECKING:
    from stripe import Dispute, PaymentIntent, Refund
    from stripe.checkout import Session

KEY = "refund"  # in a refund's metadata: our own key of it
GAVE_UP = frozenset({"failed", "canceled"})  # of a refund
OURS_AGAIN = frozenset({"won", "prevented"})  # of a dispute
TAKEN = frozenset({"needs_response", "under_review", "lost"})  # of a dispute; others are only questions


def intent_of(session: "Session") -> "PaymentIntent | None":
    """Return the expanded payment of a session; None while nobody has tried to pay."""
    return cast("PaymentIntent | None", session.payment_intent)


def standing(
    payment: Payment,
    session: "Session | None",
    refunds: Iterable["Refund"] = (),
    disputes: Iterable["Dispute"] = (),
) -> Standing:
    """Return the facts. Amount and currency must be the payment's own, else a person looks."""
    if session is None:
        return Standing(failed=True)
    if not _is_of(payment, session):
        return Standing(doubt=_("Phiên thẻ %(id)s không phải của thanh toán này.") % {"id": session.id})
    intent = intent_of(session)
    paid = intent.amount_received if intent else 0
    if intent is None or not paid:
        return Standing(open=session.status != "expired", failed=session.status == "expired")
    if intent.currency != CURRENCY:
        sum_ = f"{paid} {intent.currency.upper()}"
        return Standing(doubt=_("Thẻ trả %(sum)s, không phải đồng.") % {"sum": sum_})
    disputes = list(disputes)
    return Standing(
        incoming=(Incoming(Receipt.Source.CARD, intent.id, Decimal(paid)),),
        outgoing=(*map(_given_back, refunds), *(_disputed(row) for row in disputes if _counts(row))),
        doubt=_doubt(payment, Decimal(paid), disputes),
    )


def answer(refund: "Refund") -> RefundAnswer:
    """Return what became of a refund."""
    failed = refund.status in GAVE_UP
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


def _counts(dispute: "Dispute") -> bool:
    return dispute.status in TAKEN | OURS_AGAIN


def _disputed(dispute: "Dispute") -> Outgoing:
    """The bank takes the money at once and gives it back when we win."""
    back = dispute.status in OURS_AGAIN
    return Outgoing(dispute.id, Decimal(dispute.amount), done=not back, failed=back, disputed=True)


def _doubt(payment: Payment, paid: Decimal, disputes: list["Dispute"]) -> str:
    if paid != payment.amount:
        sums = {"paid": vnd(paid), "amount": vnd(payment.amount)}
        return _("Thẻ trả %(paid)s, đơn cần %(amount)s.") % sums
    waiting = [dispute.id for dispute in disputes if dispute.status in TAKEN - {"lost"}]
    return _("Chủ thẻ khiếu nại: %(ids)s.") % {"ids": ", ".join(waiting)} if waiting else ""
