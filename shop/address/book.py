"""A shopper's address book: one default, no address twice."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.db.models import QuerySet

from shop.address.country import home_country
from shop.address.models import UserAddress
from shop.core.http import Visitor

MOST = 50  # a family and its friends; each is a row


class BookFullError(Exception):
    """The book holds as many addresses as it may."""


class AlreadyThereError(Exception):
    """The book holds this person and place already, as `address`."""

    def __init__(self, address: UserAddress) -> None:
        super().__init__(address.pk)
        self.address = address


def own(user: Visitor) -> QuerySet[UserAddress]:
    """Return the addresses of `user`, the default first; none for somebody who is not signed in."""
    if isinstance(user, AnonymousUser):
        return UserAddress.objects.none()
    rows = UserAddress.objects.filter(user=user).select_related("province", "commune")
    return rows.order_by("-is_default_for_shipping", "-pk")


def fields_of(address: UserAddress) -> dict[str, str]:
    """Return an address under the names that forms and purchases use."""
    return {
        "name": address.first_name,
        "phone": address.phone_number.as_e164 if address.phone_number else "",
        "province": address.province_id or "",
        "commune": address.commune_id or "",
        "commune_name": address.commune_name,
        "street": address.line1,
        "old_address": address.old_address,
    }


@transaction.atomic
def write(
    *, user: Any, place: Mapping[str, Any], address: UserAddress | None = None, default: bool = False
) -> UserAddress:
    """Add an address to the book of `user`, or change `address`; the first one becomes the default.

    Args:
        user: whose book.
        place: the fields of a checked `PlaceForm` or of a purchase.
        address: one of the book, to change.
        default: make it the default; a default stays so until another is chosen.

    Raises:
        AlreadyThereError: another address of the book is the same person and place.
        BookFullError: there are `MOST` already.
    """
    address = address or UserAddress(user=user, country_id=home_country())
    address.first_name, address.phone_number, address.line1 = place["name"], place["phone"], place["street"]
    address.province_id, address.commune_id = place["province"], place["commune"] or None
    address.commune_name, address.old_address = place["commune_name"], place["old_address"]
    others = UserAddress.objects.select_for_update().filter(user=user).exclude(pk=address.pk)
    for other in others:
        if other.hash == address.generate_hash():
            raise AlreadyThereError(other)
    if address.pk is None and len(others) >= MOST:
        raise BookFullError
    address.is_default_for_shipping = default or address.is_default_for_shipping or not others
    address.save()
    return address


def keep(*, user: Any, place: Mapping[str, Any]) -> None:
    """Add an address unless it is there or the book is full; a known one gets the newer phone."""
    try:
        with suppress(BookFullError):
            write(user=user, place=place)
    except AlreadyThereError as known:
        UserAddress.objects.filter(pk=known.address.pk).update(phone_number=place["phone"])


@transaction.atomic
def choose_default(address: UserAddress) -> None:
    """Make it the one that the checkout begins with; the one before is no longer."""
    address.is_default_for_shipping = True
    address.save()


@transaction.atomic
def remove(address: UserAddress) -> None:
    """Take it out of the book; the newest of the others follows a default. Orders keep their own copy."""
    user = address.user
    address.delete()
    heir = own(user).first()
    if heir and not heir.is_default_for_shipping:
        choose_default(heir)
