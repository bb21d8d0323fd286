"""What becomes of the demo's orders, each step by the verb that people and providers use."""

from decimal import Decimal

from django.contrib.auth import get_user_model
from django.utils import timezone

from demo.stripe_double import acts as at_stripe
from demo.trade.past import ago
from shop.core import actors
from shop.core.actors import SYSTEM, Actor
from shop.fulfilment import parcels, returns
from shop.order.models import Order, Parcel, ReturnRequest
from shop.payment import attempts, expiring, settling
from shop.payment.bank import matching
from shop.payment.bank.transactions import IN, BankTransaction
from shop.payment.models import BankAccount, BankLine, Payment, Refund, RefundAccount
from shop.payment.providers.base import RefundAnswer
from shop.payment.providers.stripe.client import client
from shop.payment.refunds import refund_accounts, refunding

STEPS = ("accept", "pack", "ship", "deliver")
BUYER = actors.buyer()


def hub() -> Actor:
    """Return the hub's staff of the demo."""
    return actors.staff(get_user_model().objects.get(email="san@example.vn"))


def parcel_of(order: Order, number: int = 1) -> Parcel:
    """Return one parcel of an order as it is now."""
    found: Parcel = order.parcels.get(number=number)
    return found


def move(order: Order, until: str, *, number: int = 1, days: float) -> Parcel:
    """Take a parcel through its steps until `until`, which is done `days` ago, each six hours after the other."""
    parcel = parcel_of(order, number)
    steps = STEPS[: STEPS.index(until) + 1]
    for position, step in enumerate(steps):
        with ago(days + (len(steps) - 1 - position) / 4):
            _step(parcel, step)
    return parcel_of(order, number)


def _step(parcel: Parcel, step: str) -> None:
    by = _maker(parcel)
    if step == "ship":
        code = f"MINHHOA{parcel.pk:06d}"
        parcels.ship(parcel_id=parcel.pk, by=by, carrier="Xe minh hoạ", tracking_code=code)
    else:
        {"accept": parcels.accept, "pack": parcels.pack, "deliver": parcels.deliver}[step](
            parcel_id=parcel.pk, by=by
        )


def _maker(parcel: Parcel) -> Actor:
    """Return who works for the parcel's producer, the hub where nobody has a log-in."""
    user = parcel.partner.users.order_by("pk").first()
    return actors.staff(user) if user else hub()


def cancel_parcel(order: Order, *, number: int, reason: str) -> None:
    """Its producer calls a parcel off before it leaves."""
    parcel = parcel_of(order, number)
    parcels.cancel(parcel_id=parcel.pk, by=_maker(parcel), reason=reason)


def transfer(order: Order, *, part: int = 1) -> Payment:
    """The bank tells of a transfer with the order's code: all of the sum, or one `part`-th of it."""
    amount = order.total_incl_tax // part
    bank_line(memo=order.number, amount=int(amount))
    return _payment(order, "bank")


def bank_line(*, memo: str, amount: int) -> None:
    """The bank tells of money."""
    account = BankAccount.current()
    if account is None:
        raise BankAccount.DoesNotExist
    now = timezone.now()
    reference = f"MINHHOA{now:%y%m%d%H%M%S%f}"
    told = BankTransaction(account.number, IN, Decimal(amount), reference, memo, now)
    matching.take([told], source=BankLine.Source.WEBHOOK)


def begin(order: Order) -> None:
    """The buyer is sent to pay."""
    attempts.begin(order)


def pay_otherwise(order: Order, method: str) -> None:
    """The buyer chooses another way to pay."""
    attempts.pay_with(order_id=order.pk, code=method, by=BUYER)


def expire(order: Order) -> None:
    """The timer lets an unpaid order go."""
    expiring.expire(order_id=order.pk, by=SYSTEM)


def ask_return(parcel: Parcel, reason: str) -> None:
    """The buyer wants to send a parcel back."""
    returns.ask(parcel_id=parcel.pk, by=BUYER, reason=reason)


def answer_return(parcel: Parcel, *, accept: bool, note: str) -> None:
    """Its producer decides."""
    decide = returns.accept if accept else returns.refuse
    request = parcel.return_requests.get(state=ReturnRequest.State.REQUESTED)
    decide(request_id=request.pk, by=_maker(parcel), note=note)


def name_account(order: Order, holder: str) -> None:
    """The buyer says where the refund goes."""
    account = RefundAccount(bank="970436", number="000011113333", holder=holder)
    refund_accounts.save_account(order_id=order.pk, account=account, by=BUYER)


def made_by_hand(order: Order) -> None:
    """The hub has given the order's refunds back by hand."""
    for refund in Refund.objects.filter(payment__order=order, state=Refund.State.REQUESTED):
        answer = RefundAnswer(reference=f"MINHHOA{refund.pk:06d}", done=True)
        refunding.finish(refund_id=refund.pk, answer=answer, by=hub())


def give_back(order: Order, payment: Payment, *, amount: int, reason: str) -> Refund:
    """The hub gives a sum back; by card it goes at once."""
    refund = refunding.refund_by_staff(
        order_id=order.pk,
        payment_id=payment.pk,
        amount=Decimal(amount),
        key=f"demo-{payment.pk}",
        by=hub(),
        reason=reason,
    )
    return refunding.send(refund.pk)


def pay_by_card(order: Order) -> Payment:
    """The buyer pays at the pretended Stripe and comes back."""
    payment = _card(order)
    at_stripe.pay(str(payment.reference), at_stripe.GOOD)
    return settling.fetch_and_settle(payment_id=payment.pk, by=BUYER)


def let_card_page_close(order: Order) -> None:
    """The pretended Stripe's page closes before anybody has paid."""
    payment = _card(order)
    client().v1.checkout.sessions.expire(str(payment.reference))
    settling.fetch_and_settle(payment_id=payment.pk, by=SYSTEM)


def refuse_refund(refund: Refund) -> None:
    """The card's bank sends a refund back, and the shop hears of it."""
    at_stripe.fail_refund(refund.reference)
    settling.fetch_and_settle(payment_id=refund.payment_id, by=SYSTEM)


def send_refunds(order: Order) -> None:
    """The timer sends what goes back by card."""
    for refund in Refund.objects.filter(payment__order=order):
        refunding.send(refund.pk)


def _card(order: Order) -> Payment:
    attempts.begin(order)
    return _payment(order, "card")


def _payment(order: Order, method: str) -> Payment:
    found: Payment = order.payments.filter(method=method).latest("pk")
    return found
