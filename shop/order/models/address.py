"""Where an order goes."""

from oscar.apps.address.abstract_models import AbstractShippingAddress

from shop.address.place import Place


class ShippingAddress(Place, AbstractShippingAddress):
    """The person and place of delivery; for pick-up only the person.

    `first_name` holds the whole name, `line1` the street line, `notes` the word for the
    courier, `phone_number` is stored as E.164.
    """

    wagtail_reference_index_ignore = True  # placing an order would write the editors' index of uses

    class Meta(AbstractShippingAddress.Meta):
        abstract = False
