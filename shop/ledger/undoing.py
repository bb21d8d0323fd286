"""What staff said wrongly of a line of the bank is taken back: that it is this or that, or money our books know."""

from django.db import transaction
from django.utils.translation import gettext as _

from shop.core import locking
from shop.core.actors import Actor
from shop.ledger import accounts, bank_lines
from shop.ledger.accounts import CannotExplain
from shop.ledger.models import BankLineLog
from shop.payment.bank import known_money, stripe_payouts
from shop.payment.models import BankLine, StripeTransaction
from shop.payment.models.stripe_transaction import CURRENCY


def may_undo(line: BankLine) -> bool:
    """Return whether staff said what a line is, or the payout that it made was discarded since."""
    said: BankLineLog | None = line.log.order_by("pk").last()
    if accounts.told_by_staff(line):
        return True
    if line.settles.startswith(bank_lines.name(None)) and bank_lines.payout_of(line) is None:
        return said is not None
    return bool((line.settles or line.refund_id) and said and said.verb == BankLineLog.Verb.JOIN)


def undo(*, line_id: int, reason: str, by: Actor) -> BankLine:
    """Take back what staff said of a line, with the reason in the log: it stands unexplained again. One transaction.

    What our books know by itself keeps its entries: a payout or a refund that was joined to the wrong line is free for
    the right one.

    Raises:
        CannotExplain: nobody said anything of it, or it is a payout of Stripe's in another currency, which moved money
            between two accounts in our books.
    """
    with transaction.atomic():
        line = locking.bank_line(line_id)
        if not may_undo(line):
            raise CannotExplain(_("Khoản này không có lời giải thích nào để bỏ."))
        if _is_foreign(line):
            raise CannotExplain(
                _("Lần Stripe chuyển về bằng ngoại tệ đã vào sổ hai tài khoản, không bỏ được.")
            )
        what = line.log.order_by("-pk").values_list("what", flat=True).first() or ""
        accounts.take_back(line, by=by, reason=reason)
        known_money.release(line, by=by, reason=reason)
        accounts.note_said(line, BankLineLog.Verb.UNDO, what, reason, by)
    return line


def _is_foreign(line: BankLine) -> bool:
    if not line.settles.startswith(stripe_payouts.settles("")):
        return False
    payouts = StripeTransaction.objects.filter(subject=line.settles.removeprefix(stripe_payouts.settles("")))
    return payouts.exclude(currency=CURRENCY).exists()
