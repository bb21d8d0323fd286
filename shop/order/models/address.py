"""Where an order goes."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override
from oscar.apps.address.abstract_models import AbstractShippingAddress

from shop.address.place import Place

PHONE_END = 4  # digits that prove whose order it is where there is no mailbox


class ShippingAddress(Place, AbstractShippingAddress):
    """The person and place of delivery; for pick-up only the person.

    `first_name` holds the whole name, `line1` the street line, `notes` the word for the
    courier, `phone_number` is stored as E.164. Commune and province keep the names they had when the
    address was written: a paper is not called otherwise later.
    """

    place_as_written = models.CharField(
        _("xã, tỉnh như lúc ghi"), max_length=160, blank=True, default="", db_default="", editable=False
    )

    wagtail_reference_index_ignore = True  # placing an order would write the editors' index of uses

    class Meta(AbstractShippingAddress.Meta):
        abstract = False

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self._state.adding and not self.place_as_written:
            self.write_place()
        super().save(*args, **kwargs)

    def write_place(self) -> None:
        """Keep what commune and province are called now, unsaved: in Vietnamese, for who carries it there."""
        with override(settings.LANGUAGE_CODE):
            self.place_as_written = super().place_name

    @property
    def place_name(self) -> str:
        """Return commune and province as they were called when the address was written."""
        return self.place_as_written or super().place_name

    @property
    def phone_without_end(self) -> str:
        """Return the number as people write it, its last digits hidden; the blanks between them are none."""
        text = self.phone_number.as_national if self.phone_number else ""
        digits = [at for at, char in enumerate(text) if char.isdigit()]
        hidden = set(digits[-PHONE_END:])
        return "".join("•" if at in hidden else char for at, char in enumerate(text))
