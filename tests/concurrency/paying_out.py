"""Scenario: one payout, many staff. Variants: run (make the list), pay, pay_unlocked (the control), discard."""

from collections.abc import Callable
from typing import Any

BANK = {"bank_bin": "970436", "bank_account": "1", "bank_holder": "HTX"}


def prepare(variant: str) -> dict[str, Any]:
    """Let one producer be owed 50 000 ₫, and make the payout where the race is about it."""
    from decimal import Decimal

    from shop.core.actors import SYSTEM
    from shop.ledger import payouts, posting
    from tests.factories import make_partner

    payouts.run(by=SYSTEM)  # a payout discarded in an earlier race is due again: it is none of this one's
    partner = make_partner(**BANK)
    posting.adjust(partner=partner, amount=Decimal(50_000), reason="thử", key=str(partner.pk), by=SYSTEM)
    made = [] if variant == "run" else payouts.run(by=SYSTEM).made
    return {"variant": variant, "partner": partner.pk, "payout": made[0].pk if made else 0}


def act(number: int, facts: dict[str, Any], at_once: Callable[[], None]) -> str:
    """Press the button, having seen that it is there to press."""
    from shop.core import locking
    from shop.core.actors import SYSTEM
    from shop.ledger import payouts
    from shop.ledger.models import Payout

    if facts["variant"] == "pay_unlocked":
        seen = Payout.objects.get(pk=facts["payout"])
        locking.payout = lambda pk: seen  # type: ignore[assignment]
    at_once()
    if facts["variant"] == "run":
        return f"made {len(payouts.run(by=SYSTEM).made)}"
    try:
        if facts["variant"] == "discard" and number % 2:
            payouts.discard(payout_id=facts["payout"], by=SYSTEM)
            return "discarded"
        payouts.pay(payout_id=facts["payout"], reference=f"FT{number}", by=SYSTEM)
    except payouts.NotOpen:
        return "too late"
    except Exception as error:  # noqa: BLE001 - the control must say how it fails
        return type(error).__name__
    return "paid"


def outcome(facts: dict[str, Any]) -> dict[str, Any]:
    """Return the producer's payouts and what the ledger says of them."""
    from shop.ledger.checking import prove
    from shop.ledger.models import LedgerEntry, Payout

    mine = Payout.objects.filter(partner=facts["partner"])
    return {
        "payouts": [[payout.state, int(payout.total), payout.entries.count()] for payout in mine],
        "lines": LedgerEntry.objects.filter(partner=facts["partner"], kind="payout").count(),
        "holds": prove().holds,
    }
