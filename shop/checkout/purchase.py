"""What a buyer asked for in the checkout, as plain data that a session can keep."""

from dataclasses import asdict, dataclass, field, fields
from typing import Any

from catalogue.models import Province
from shop.address.places import commune_by_code
from shop.shipping.tariff import Destination


@dataclass
class Purchase:
    """Everything but the basket: who, where to, how each parcel goes, how it is paid.

    `ways` maps a producer's id (as text: sessions are JSON) to the code of a shipping option;
    `phone` is E.164. Empty text means "not given".
    """

    name: str = ""
    phone: str = ""
    email: str = ""
    pickup: bool = False
    province: str = ""
    commune: str = ""
    commune_name: str = ""
    street: str = ""
    old_address: str = ""
    note: str = ""
    gift_message: str = ""
    wants_invoice: bool = False
    invoice_name: str = ""
    invoice_tax_code: str = ""
    invoice_address: str = ""
    marketing_consent: bool = False
    save_address: bool = False
    ways: dict[str, str] = field(default_factory=dict)
    method: str = ""

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> "Purchase":
        """Rebuild from a session; unknown keys of an older release are dropped."""
        known = {f.name for f in fields(cls)}
        return cls(**{key: value for key, value in data.items() if key in known})

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON types."""
        return asdict(self)

    @property
    def has_recipient(self) -> bool:
        """Return whether it is known who gets it and where; who orders by telephone may have no e-mail."""
        return bool(self.name and self.phone and (self.pickup or self.province))

    @property
    def has_contact(self) -> bool:
        """Return whether the first step was finished."""
        return self.has_recipient and bool(self.email)

    @property
    def destination(self) -> Destination:
        """Return where the parcels go; nowhere when the buyer fetches them."""
        return Destination("" if self.pickup else self.province, "" if self.pickup else self.commune)


def place_text(purchase: Purchase) -> str:
    """Return the address of a purchase on one line; empty for pick-up."""
    if purchase.pickup:
        return ""
    commune = commune_by_code(purchase.commune)
    province = Province.objects.filter(pk=purchase.province).first()
    parts = (
        purchase.street,
        commune.full_name if commune else purchase.commune_name,
        province.full_name if province else "",
    )
    return ", ".join(part for part in parts if part)
