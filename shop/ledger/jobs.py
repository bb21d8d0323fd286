"""What the timer does for the ledger (TIMER_JOBS)."""

import logging

from shop.ledger.checking import Proof, prove
from shop.ledger.remittances import booking, taking_back

BOOK_S = 20  # so long one turn books lines of carriers' lists; mail and deadlines wait meanwhile

logger = logging.getLogger(__name__)


def check() -> Proof:
    """Prove the ledger and log what differs as an error: somebody must look."""
    proof = prove()
    if proof.holds:
        logger.info("The ledger holds: %s đồng", proof.ledger)
    else:
        logger.error("The ledger is off: %s", "; ".join(proof.differences()))
    return proof


def book_remittances() -> int:
    """Go on with carriers' lists that staff have confirmed or taken back; return how many are done."""
    return taking_back.run_queued(seconds=BOOK_S / 2) + booking.run_queued(seconds=BOOK_S / 2)
