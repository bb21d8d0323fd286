"""Which of our accounts a payment was asked into."""

from django.utils.translation import gettext as _

from shop.payment.models import BankAccount, BankTransfer, Payment
from shop.payment.providers.base import PaymentUnavailable


def transfer(payment: Payment) -> BankTransfer:
    """Return which account the payment was asked into; the first call decides.

    Raises:
        PaymentUnavailable: there is no active account any more.
    """
    found = BankTransfer.objects.select_related("account").filter(payment=payment).first()
    if found:
        return found
    account = BankAccount.current()
    if account is None:
        raise PaymentUnavailable(_("Hiện chợ chưa nhận chuyển khoản."))
    made, _created = BankTransfer.objects.get_or_create(payment=payment, defaults={"account": account})
    return made
