"""What one buyer, and one network, may hold without having paid: orders, cash to collect, units of a product.

Looked at inside the transaction that takes the stock, with the subjects locked: of many at once no
more get through than the budgets allow. Beyond them a code from the buyer's mailbox opens some more.
A telephone number anybody may type in: what counts on it alone never keeps from prepaying who has a code.
docs/orders.md has the rules, docs/settings.md the numbers.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal

from django.conf import settings
from django.db.models import Q

from shop.core import locking
from shop.order import allocation
from shop.order.models import Order, OrderSubject, Parcel
from shop.partner.models import StockRecord
from shop.payment.held import Held, counting, freed_at, held, is_paid_at_once
from shop.payment.models.payment import LIVE
from shop.payment.providers import offered, provider
from shop.payment.providers.base import Bill, PaymentProvider
from shop.users import budgets
from shop.users.mail_budget import mailbox

K = OrderSubject.Kind
Subjects = dict[str, str]  # digest by kind
HOLD_AGAIN = timedelta(minutes=15)  # by card, after an order by card that was not paid: enough to type it in
PERCENT = 100


class OverBudget(Exception):
    """More would be held unpaid than allowed.

    Args:
        what: "orders", "cash" or "units".
        by_code: whether a code from the mailbox would do.
        stockrecord_id: of which goods, for units.
        left: so many units may still be had so.
    """

    other_ways: Sequence[PaymentProvider] = ()  # that would do instead, without a code if one is asked for

    def __init__(self, what: str, *, by_code: bool, stockrecord_id: int = 0, left: int = 0) -> None:
        super().__init__(f"Too much unpaid: {what}")
        self.what = what
        self.by_code = by_code
        self.stockrecord_id = stockrecord_id
        self.left = left


@dataclass(frozen=True)
class Limits:
    """How much one subject may hold; 0 is no limit. From `cash_orders` orders on, none more for cash."""

    orders: int
    cash: int
    units_percent: int
    cash_orders: int = 0


@dataclass(frozen=True)
class Wish:
    """What shall be held: by which method, its total in đồng, units by stock record."""

    method: PaymentProvider
    total: Decimal
    units: Mapping[int, int]
    confirmed: bool = False
    order_id: int | None = None  # of an order that holds nothing just now, or holds it otherwise
    again: bool = False  # an order that stands already: it has no mail sent, and its page takes no code
    tried: bool = False  # by card or alike it was begun before, and not paid


@dataclass(frozen=True)
class Asked:
    """What a wish is held against: its subjects, what they hold, the stock; all locked."""

    subjects: Subjects
    held: Mapping[str, Held]
    stock: Mapping[int, int]


def subjects(*, phone: str, email: str, account: int | None = None, network: str = "") -> Subjects:
    """Return the digests by which an order counts; what is not known does not count."""
    known = {K.PHONE: phone, K.MAILBOX: mailbox(email) if email else "", K.NETWORK: network}
    known[K.ACCOUNT] = str(account or "")
    return {str(kind): budgets.digest(str(kind), text) for kind, text in known.items() if text}


def check(wish: Wish, of: Subjects, bill: Bill) -> timedelta | None:
    """Lock the subjects and refuse what goes beyond their budgets; before the stock is taken.

    Returns:
        How long the goods may be held at most, None for as long as the method holds them.

    Raises:
        OverBudget: see there.
    """
    locking.subjects(list(of.values()))
    records = StockRecord.objects.filter(pk__in=wish.units, num_in_stock__isnull=False).order_by("pk")
    stock = {record.pk: int(record.num_in_stock) for record in records}
    asked = Asked(of, held(of.values(), but=wish.order_id), stock)
    refusal = _refusal(wish, asked)
    if refusal:
        refusal.other_ways = other_ways(refusal, wish, asked, bill)
        raise refusal
    tried = any(asked.held[digest].tried for kind, digest in of.items() if kind != K.NETWORK)
    return HOLD_AGAIN if is_paid_at_once(wish.method) and (tried or wish.tried) else None


def note(order: Order, of: Subjects) -> None:
    """Let an order count, in the transaction that places it."""
    rows = [OrderSubject(order=order, kind=kind, digest=digest) for kind, digest in of.items()]
    OrderSubject.objects.bulk_create(rows, ignore_conflicts=True)


def check_again(
    order: Order, parcels: Sequence[Parcel], method: PaymentProvider, bill: Bill
) -> timedelta | None:
    """Look once more at an order that would be held anew, longer, or be paid at the door; parcels locked.

    Returns:
        How long the goods may be held from now on, None for as long as the method holds them.

    Raises:
        OverBudget: its buyer holds too much meanwhile.
    """
    expired = order.status == Order.Status.EXPIRED
    of = dict(order.subjects.values_list("kind", "digest"))
    if order.entered_by or (not expired and (not of or _is_held_so(order, method))):
        return None
    address = order.shipping_address
    phone = str(address.phone_number) if address and address.phone_number else ""
    of |= subjects(phone=phone, email=order.email, account=order.user_id)
    units = allocation.quantities(parcels)
    tried = _is_any_at_once(order.payments.values_list("method", flat=True))
    wish = Wish(method, order.total_incl_tax, units, order_id=order.pk, again=True, tried=tried)
    most = check(wish, of, bill)
    note(order, of)
    return most


def other_ways(over: OverBudget, wish: Wish, asked: Asked, bill: Bill) -> list[PaymentProvider]:
    """Return the methods that would do instead; without a code where one is asked for, or none can be given."""
    confirmed = not over.by_code and not wish.again
    return [
        way
        for way in offered().values()
        if way.code != wish.method.code
        and not way.refusal(bill)
        and not _refusal(replace(wish, method=way, confirmed=confirmed), asked)
    ]


def forget_old() -> int:
    """Remove the subjects of orders that are paid or over; return how many rows."""
    return OrderSubject.objects.exclude(pk__in=counting().values("pk")).delete()[0]


def _is_held_so(order: Order, method: PaymentProvider) -> bool:
    """Return whether a waiting order holds its goods by this method already, or has by one that holds as long."""
    if method.collects_on_delivery:
        return False
    if order.payments.filter(method=method.code, state__in=LIVE).exists():
        return True
    since = freed_at(order)
    begun = order.payments.filter(Q(created_at__gt=since) if since else Q()).values_list("method", flat=True)
    return any(way and not is_paid_at_once(way) for way in map(provider, set(begun)))


def _is_any_at_once(codes: Iterable[str]) -> bool:
    return any(way and is_paid_at_once(way) for way in map(provider, set(codes)))


def _first(kind: str) -> Limits:
    """Return what a subject may hold without a code."""
    if kind == K.NETWORK:
        return Limits(
            settings.UNPAID_ORDERS_PER_NETWORK,
            settings.OPEN_CASH_PER_NETWORK,
            settings.UNPAID_UNITS_PERCENT_PER_NETWORK,
        )
    return Limits(settings.UNPAID_ORDERS, settings.OPEN_CASH, settings.UNPAID_UNITS_PERCENT)


def _last(kind: str, *, at_once: bool) -> Limits:
    """Return what a subject may hold with a code.

    A network has no last number of orders or cash: many honest buyers may stand behind one. A
    telephone number may be another person's: it has a wider one, which ends its cash alone. Neither
    keeps the last units from who pays at once.
    """
    times, first = settings.CONFIRMED_TIMES, _first(kind)
    units = 0 if at_once and kind in {K.NETWORK, K.PHONE} else settings.CONFIRMED_UNITS_PERCENT
    if kind == K.NETWORK:
        return Limits(0, 0, units)
    if kind == K.PHONE:
        return Limits(0, first.cash * times**2, units, cash_orders=first.orders * times**2)
    return Limits(first.orders * times, first.cash * times, units)


def _refusal(wish: Wish, asked: Asked) -> OverBudget | None:
    """Return what there would be too much of, None when the wish is within all budgets."""
    # What no code opens comes first: nobody is mailed a code that does not help.
    at_once = is_paid_at_once(wish.method)
    for kind, digest in sorted(asked.subjects.items()):
        limits = _last(kind, at_once=at_once)
        for over in _over(wish, asked.held[digest], limits, asked.stock, by_code=False):
            return over
    if wish.confirmed:
        return None
    for kind, digest in sorted(asked.subjects.items()):
        for over in _over(wish, asked.held[digest], _first(kind), asked.stock, by_code=True):
            return over
    return None


def _over(
    wish: Wish, held: Held, limits: Limits, stock: Mapping[int, int], *, by_code: bool
) -> Iterator[OverBudget]:
    # Who pays at once holds goods for minutes: beside other such orders nothing is counted, and the
    # first of a day may be for all there is. Whoever did not pay it holds a share, like everybody.
    at_once = is_paid_at_once(wish.method)
    counted = 0 if at_once and wish.again else held.at_once if at_once else held.orders
    if limits.orders and counted >= limits.orders:
        yield OverBudget("orders", by_code=by_code)
    if wish.method.collects_on_delivery:
        too_much = limits.cash and held.cash + wish.total > limits.cash
        too_many = limits.cash_orders and held.orders >= limits.cash_orders
        if too_much or too_many:
            yield OverBudget("cash", by_code=by_code)
    if not limits.units_percent or (at_once and not held.tried and not wish.tried):
        return
    for record, on_shelf in stock.items():
        most = max(settings.UNPAID_UNITS_FREE, on_shelf * limits.units_percent // PERCENT)
        left = most - held.units.get(record, 0)
        if wish.units[record] > left:
            yield OverBudget("units", by_code=by_code, stockrecord_id=record, left=max(0, left))
