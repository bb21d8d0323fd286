"""What the keys in the hub's books mean for people: "payout:12", "refund-5", Stripe's "pi_…", and where their pages are."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from shop.ledger.models import AccountEntry, Payout
from shop.order.models import Order
from shop.payment.bank import stripe_payouts
from shop.payment.models import Receipt, Refund

KEY = re.compile(r"(payout|refund|receipt)[:-](\d+)(?:-undone)?")  # as bank lines and entries name ours
STRIPE = stripe_payouts.settles("")  # before the number that Stripe gave a payout
Named = Iterator[tuple[str, "Subject"]]


@dataclass(frozen=True)
class Subject:
    """What a key means, and its page where there is one."""

    words: str
    url: str = ""


def named(keys: Iterable[str]) -> dict[str, Subject]:
    """Return what is known of these keys, by key; few questions whatever their number."""
    wanted = {key for key in keys if key}
    ours = {key: (found[1], int(found[2])) for key in wanted if (found := KEY.fullmatch(key))}
    told = {key: Subject(f"Stripe {key.removeprefix(STRIPE)}") for key in wanted if key.startswith(STRIPE)}
    kinds = {key: Subject(str(AccountEntry.Kind(key).label)) for key in wanted if key in AccountEntry.Kind}
    orders = dict(_orders(wanted, ours)) if wanted - told.keys() - kinds.keys() else {}
    return told | kinds | orders | dict(_payouts(ours))


def _payouts(ours: dict[str, tuple[str, int]]) -> Named:
    keys = {key: pk for key, (kind, pk) in ours.items() if kind == "payout"}
    rows = Payout.objects.select_related("partner").in_bulk(list(keys.values())) if keys else {}
    for key, pk in keys.items():
        if pk in rows:
            yield key, Subject(str(rows[pk]), reverse("shop_payouts:detail", args=[pk]))
        else:
            yield key, Subject(_("khoản chi trả đã bỏ"))


def _orders(wanted: set[str], ours: dict[str, tuple[str, int]]) -> Named:
    """Yield the orders of receipts and refunds, by our keys and by those that Stripe gave them."""
    for kind, model in (("receipt", Receipt), ("refund", Refund)):
        keys = {pk: key for key, (named_kind, pk) in ours.items() if named_kind == kind}
        rows = model.objects.filter(Q(pk__in=keys) | Q(reference__in=wanted)).select_related("payment__order")
        for row in rows:
            subject = _order(row.payment.order)
            yield from ((key, subject) for key in (keys.get(row.pk), row.reference) if key in wanted and key)


def _order(order: Order) -> Subject:
    words = _("đơn %(code)s") % {"code": order.number}
    return Subject(words, reverse("shop_orders:detail", args=[order.pk]))
