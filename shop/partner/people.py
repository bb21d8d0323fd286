"""Who works for a producer: invited by the hub, in by a link from the own mailbox, out by hub or owner.

An address alone proves nothing: whoever registered it first would get its prices and money. Every coming and going is told to
the others of the producer and stands in the producer's history.
"""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.utils import timezone
from oscar.apps.customer.utils import normalise_email
from wagtail.log_actions import log

from catalogue.access.permissions import grant_producer, revoke_producer
from shop.partner import people_mails
from shop.partner.invitation import ProducerInvitation
from shop.partner.models import Partner
from shop.users.languages import language_of
from shop.users.models import User

SALT = "shop.partner.people"
VALID_D = 7
INVITE, WITHDRAW, JOIN, LEAVE = (f"partner.{act}" for act in ("invite", "withdraw", "join", "leave"))


def members(partner: Partner) -> list[User]:
    """Return the accounts that work for a producer, by address."""
    if partner.group_id is None:
        return []
    return list(User.objects.filter(groups=partner.group_id).order_by("email"))


def readers(partner: Partner) -> Iterator[tuple[str, str]]:
    """Yield address and language of who works for a producer; its contact address where nobody has an account."""
    people = User.objects.filter(groups=partner.group_id, is_active=True, is_superuser=False)
    found = list(people.exclude(email="").select_related("wagtail_userprofile")) if partner.group_id else []
    for user in found:
        yield user.email, language_of(user)
    if not found and partner.email:
        yield partner.email, settings.LANGUAGE_CODE


def waiting(partner: Partner) -> list[ProducerInvitation]:
    """Return the invitations without an answer, by address."""
    return list(ProducerInvitation.objects.filter(partner=partner).order_by("email")) if partner.pk else []


def is_over(invitation: ProducerInvitation) -> bool:
    """Return whether its link is too old."""
    return invitation.at <= timezone.now() - timedelta(days=VALID_D)


@transaction.atomic
def change(partner: Partner, emails: Iterable[str], *, by: User | None) -> None:
    """Let those work for a producer whose addresses these are, and nobody else: others leave, new ones are invited."""
    named = {normalise_email(email).casefold(): normalise_email(email) for email in emails}
    here = {user.email.casefold(): user for user in members(partner)}
    grant_producer(partner=partner)
    for invitation in waiting(partner):
        if invitation.email.casefold() not in named:
            withdraw(invitation, by=by)
    for key in here.keys() - named.keys():
        leave(partner, here[key], by=by)
    for key in sorted(named.keys() - here.keys()):
        invite(partner, named[key], by=by)


@transaction.atomic
def invite(partner: Partner, email: str, *, by: User | None) -> None:
    """Mail the link that lets its reader in; once, while the link is good."""
    found = ProducerInvitation.objects.filter(partner=partner, email__iexact=email).first()
    if found and not is_over(found):
        return
    if found:
        found.delete()
    invitation = ProducerInvitation.objects.create(partner=partner, email=email, by=by)
    log(partner, INVITE, user=by, data={"email": email})
    people_mails.invited(invitation, signing.dumps([invitation.pk, email], salt=SALT), days=VALID_D)


def withdraw(invitation: ProducerInvitation, *, by: User | None) -> None:
    """Take an invitation back: its link opens nothing any more."""
    log(invitation.partner, WITHDRAW, user=by, data={"email": invitation.email})
    invitation.delete()


def read(token: str) -> ProducerInvitation | None:
    """Return the invitation of a link; None when it is forged, old, answered or withdrawn."""
    try:
        pk, email = signing.loads(token, salt=SALT, max_age=VALID_D * 24 * 3600)
    except (signing.BadSignature, ValueError):
        return None
    return ProducerInvitation.objects.select_related("partner").filter(pk=pk, email=email).first()


def is_for(invitation: ProducerInvitation, user: User) -> bool:
    """Return whether an account is the invited one's: by its address, which the link has proven."""
    return user.is_active and user.email.casefold() == invitation.email.casefold()


@transaction.atomic
def join(invitation: ProducerInvitation, user: User) -> bool:
    """Let the invited one work for the producer and tell the others; False when it was answered or withdrawn meanwhile.

    Raises:
        ValueError: the account has another address.
    """
    if not is_for(invitation, user):
        raise ValueError("This invitation is another address's.")
    if not ProducerInvitation.objects.select_for_update(of=("self",)).filter(pk=invitation.pk).exists():
        return False
    partner = invitation.partner
    others = _others(partner, user)
    ProducerInvitation.objects.filter(pk=invitation.pk).delete()
    grant_producer(partner=partner, users=[user])
    log(partner, JOIN, user=user, data={"email": user.email})
    people_mails.joined(partner, user, others)
    return True


@transaction.atomic
def leave(partner: Partner, user: User, *, by: User | None) -> None:
    """Let somebody no longer work for a producer; tell the others, and who left."""
    revoke_producer(partner=partner, users=[user])
    log(partner, LEAVE, user=by, data={"email": user.email})
    people_mails.left(partner, user, _others(partner, user))


def producers_of(user: User) -> list[Partner]:
    """Return the producers for whom an account works, a superuser's too."""
    return list(Partner.objects.filter(group__user=user).order_by("pk"))


def is_last(partner: Partner, user: User) -> bool:
    """Return whether nobody else who may log in works for the producer."""
    return not any(one.is_active and one.pk != user.pk for one in members(partner))


def account_goes(instance: User, **_signal: Any) -> None:
    """Tell an account's owner that it is deleted, and the others of its producers; by whichever door it goes."""
    for partner in producers_of(instance):
        people_mails.left(partner, instance, _others(partner, instance))
        log(partner, LEAVE, data={"email": instance.email})
    people_mails.deleted(instance)


def _others(partner: Partner, user: User) -> list[tuple[str, str]]:
    return [
        (email, language) for email, language in readers(partner) if email.casefold() != user.email.casefold()
    ]
