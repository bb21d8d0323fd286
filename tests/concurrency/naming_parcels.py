"""Scenario: one line of a carrier's list, each of the staff names another parcel. Variants: lock, unlocked (the control)."""

from collections.abc import Callable
from typing import Any

PARCELS = 4
CARRIER = "GHN"


def prepare(variant: str) -> dict[str, Any]:
    """Let a carrier have the cash of some parcels, and one line of its list wait that names none of them."""
    from django.conf import settings

    from shop.core.actors import SYSTEM
    from shop.ledger.models import Remittance
    from tests.integration.test_cash_holders import by_the_hubs_carrier
    from tests.prepaid import COD
    from tests.shop import make_market

    settings.PAYMENT_PROVIDERS = [COD]
    make_market()
    parcels = [by_the_hubs_carrier(tracking_code=f"{variant}{number}") for number in range(PARCELS)]
    told = Remittance.objects.create(
        carrier=CARRIER, name=variant, digest=variant, rows=[], tables=[], by_name=SYSTEM.name
    )
    total = parcels[0].total
    line = told.lines.create(
        number=1, code="?", collected=total, fee=1_000, state="waiting", reason="unknown"
    )
    return {"variant": variant, "line": line.pk, "codes": [str(parcel) for parcel in parcels]}


def act(number: int, facts: dict[str, Any], at_once: Callable[[], None]) -> str:
    """Name a parcel, having seen the line wait."""
    from shop.core import locking
    from shop.core.actors import SYSTEM
    from shop.ledger.models import RemittanceLine
    from shop.ledger.remittances import deciding, lines

    if facts["variant"] == "unlocked":
        seen = RemittanceLine.objects.get(pk=facts["line"])
        locking.remittance_line = lambda pk: seen
    at_once()
    try:
        return str(deciding.retry(line_id=facts["line"], by=SYSTEM, code=facts["codes"][number]).state)
    except lines.CannotBook:
        return "too late"
    except Exception as error:  # noqa: BLE001 - the control must say how it fails
        return type(error).__name__


def outcome(facts: dict[str, Any]) -> dict[str, Any]:
    """Return whether the line names the parcel whose cash and fee it booked."""
    from shop.ledger.checking import prove
    from shop.ledger.models import CashEntry, LedgerEntry, RemittanceLine

    line = RemittanceLine.objects.get(pk=facts["line"])
    cash = CashEntry.objects.get(reference=f"remit-line-{line.pk}").holding.parcel_id
    fee = LedgerEntry.objects.get(reference=f"remittance-line-{line.pk}.fee").parcel_id
    return {"state": line.state, "one": line.parcel_id == cash == fee, "holds": prove().holds}
