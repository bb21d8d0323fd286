"""Another e-mail address of an account: changed by a link from the new mailbox, told to the old one.

The page says the same whether the new address has an account or not. The link works without a log-in,
so it ends with the password that asked for it, and with every change of the address.
"""

from datetime import datetime, timedelta

from django.core import signing
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from shop.users import budgets, mails
from shop.users.models import User

SALT = "shop.users.email_change"
VALID_S = 24 * 3600
# The last change of an account is remembered as long as links are good: those asked for before it end.
CHANGES = budgets.Budget("email-change", 1, timedelta(seconds=VALID_S))


def ask(user: User, new_email: str) -> None:
    """Mail the link to the new address, or tell the account that has it; out of the recipient's budget."""
    other = User.objects.exclude(pk=user.pk).filter(email__iexact=new_email).first()
    if other:
        mails.account_exists(other)
    else:
        asked_at = timezone.now().isoformat()
        token = signing.dumps([user.pk, new_email, asked_at, _mark(user)], salt=SALT)
        mails.confirm_email(new_email, token)


def read(token: str) -> tuple[User, str] | None:
    """Return whose address becomes which; None when the link is forged, old, was used, or the address is taken."""
    try:
        pk, new_email, asked_at, mark = signing.loads(token, salt=SALT, max_age=VALID_S)
    except (signing.BadSignature, ValueError):  # a link of an earlier release holds something else
        return None
    user = User.objects.filter(pk=pk, is_active=True).first()
    if user is None or not constant_time_compare(mark, _mark(user)):
        return None
    changed_at = budgets.begun_at(CHANGES, str(user.pk))
    if changed_at and changed_at >= datetime.fromisoformat(asked_at):
        return None
    return None if _is_taken(new_email, user) else (user, new_email)


def change(user: User, new_email: str) -> bool:
    """Give the account its new address and tell the old one; False when another account was faster."""
    old_email = user.email
    user.email = new_email
    try:
        with transaction.atomic():
            if _is_taken(new_email, user):
                return False
            user.save(update_fields=["email"])
            budgets.forget(CHANGES, str(user.pk))
            budgets.spend(CHANGES, str(user.pk))
    except IntegrityError:
        return False
    mails.email_changed(user, old_email=old_email)
    return True


def _is_taken(email: str, user: User) -> bool:
    return User.objects.exclude(pk=user.pk).filter(email__iexact=email).exists()


def _mark(user: User) -> str:
    """Return what another password or address changes."""
    text = f"{user.password}\0{user.email}"
    return salted_hmac(SALT, text, algorithm="sha256").hexdigest()
