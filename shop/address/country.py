"""The one country we send to."""

from django.conf import settings
from oscar.core.loading import get_model


def home_country() -> str:
    """Return the key of the one country we send to, made where it is missing."""
    facts = {
        "printable_name": "Việt Nam",
        "name": "Việt Nam",
        "iso_3166_1_a3": "VNM",
        "iso_3166_1_numeric": "704",
        "is_shipping_country": True,
    }
    countries = get_model("address", "Country").objects
    country, _created = countries.get_or_create(pk=settings.MARKET_COUNTRY_CODE, defaults=facts)
    return str(country.pk)
