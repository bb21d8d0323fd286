"""Opening an account by a link from the mailbox: whoever asks hears the same, has the address one or not.

No row is made before the address is proven: the link holds what is needed, signed.
"""

from dataclasses import dataclass

from django.core import signing

from shop.users import mails
from shop.users.models import User

SALT = "shop.customer.registration"
VALID_S = 3 * 24 * 3600


@dataclass(frozen=True)
class Invitation:
    """Whose address is proven, and where the way leads from there."""

    email: str
    redirect_url: str


def ask(invitation: Invitation) -> None:
    """Mail the link, or the way back in to whom has an account; out of the recipient's budget of mails."""
    user = User.objects.filter(email__iexact=invitation.email).first()
    if user:
        mails.account_exists(user)
    else:
        token = signing.dumps([invitation.email, invitation.redirect_url], salt=SALT)
        mails.registration(invitation.email, token)


def read(token: str) -> Invitation | None:
    """Return what a link says; None when it is forged, or older than three days."""
    try:
        return Invitation(*signing.loads(token, salt=SALT, max_age=VALID_S))
    except signing.BadSignature:
        return None
