"""How much mail anybody may have sent to one address: all doors together.

Whoever sends mail because somebody asked for it asks `may_mail` first. What a buyer must hear of
(an order placed, shipped, paid back) and what an owner must hear of (another password or address) is
never held back: who causes it needs an order or the password, and orders have budgets of their own.
"""

import logging

from oscar.apps.customer.utils import normalise_email

from shop.users.budgets import Budget, spend

logger = logging.getLogger(__name__)
MAILS = Budget("mail", "MAILS_PER_RECIPIENT")
# Of its own, and a change beyond it is refused: where money goes is never changed without a mail.
REFUND_ACCOUNT = Budget("refund-account", "MAILS_PER_RECIPIENT")
GMAIL = ("gmail.com", "googlemail.com")


def may_mail(address: str, what: str) -> bool:
    """Count one mail and say whether it may be sent; the page answers the same either way.

    Args:
        address: the recipient, however it is written.
        what: which mail, for the log.
    """
    if spend(MAILS, mailbox(address)):
        return True
    logger.warning("Too many mails to one recipient within the hour: %s is not sent", what)
    return False


def mailbox(address: str) -> str:
    """Return whose mailbox it is: `lan+1@example.vn` is `lan@example.vn`.

    Gmail delivers a name with and without dots to one mailbox, by either of its domains
    (https://support.google.com/mail/answer/7436150).
    """
    name, _at, domain = normalise_email(address).strip().casefold().rpartition("@")
    name = name.partition("+")[0]
    if domain in GMAIL:
        return f"{name.replace('.', '')}@{GMAIL[0]}"
    return f"{name}@{domain}"
