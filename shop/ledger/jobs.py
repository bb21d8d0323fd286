"""What the timer does for the ledger (TIMER_JOBS)."""

import logging

from shop.ledger.checking import Proof, prove

logger = logging.getLogger(__name__)


def check() -> Proof:
    """Prove the ledger and log what differs as an error: somebody must look."""
    proof = prove()
    if proof.holds:
        logger.info("The ledger holds: %s đồng", proof.ledger)
    else:
        logger.error(
            "The ledger is off: it has %s đồng, the money kept is %s; orders %s; payouts %s",
            proof.ledger,
            proof.kept,
            {number: str(amount) for number, amount in proof.orders.items()},
            {pk: str(amount) for pk, amount in proof.payouts.items()},
        )
    return proof
