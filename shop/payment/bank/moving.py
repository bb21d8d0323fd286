"""Bank lines that an earlier release keeps in the inbox become rows of `BankLine`; the inbox's rows stay for it.

Migration 1016 has done it once, by a copy of this code; the timer goes on, because the release before may serve a
while longer: it writes new rows, and it books or puts aside rows that wait here. This file, its call by the timer and
what `manual_matching` asks the inbox go in the release after the first with `BankLine` (docs/upgrading.md).
"""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q

from shop.payment.bank.memo import digest
from shop.payment.bank.transactions import plain, service_of
from shop.payment.models import BankAccount, BankLine, Inbox

BATCH = 500
STATES = {"payment": "matched", "done": "set_aside", "waits": "waiting", "new": "new"}
OPEN = ("new", "waiting")
NOT_BOOKED = (*OPEN, "set_aside", "duplicate")
REASONS = frozenset({"no_order", "several", "no_transfer", "account", "conflict", "twice"})


def move_over() -> int:
    """Write the lines that are missing, and follow what was decided of the others; return how many were missing."""
    moved = BankLine.objects.filter(inbox=OuterRef("pk"))
    rows = Inbox.objects.filter(~Exists(moved), kind="bank").order_by("pk")
    ours = {account.number: account.pk for account in BankAccount.objects.order_by("-pk")}
    count = 0
    for row in rows.iterator(chunk_size=BATCH):
        try:
            with transaction.atomic():
                count += _move(row, ours)
        except IntegrityError:  # told again meanwhile, by the release that serves now
            BankLine.objects.filter(key=row.key, inbox=None).update(inbox=row.pk)
    _follow()
    return count


def _follow() -> None:
    """Take over what the release before decided after the line was written; what was decided here stays.

    The update waits for whoever has the line locked, and changes it only in the state that was read.
    """
    booked = Q(state__in=NOT_BOOKED, inbox__payment__isnull=False)
    put_aside = Q(state__in=OPEN, inbox__done_at__isnull=False)
    for line in BankLine.objects.filter(booked | put_aside).select_related("inbox").order_by("pk"):
        row = line.inbox
        if row is None:
            continue
        BankLine.objects.filter(pk=line.pk, state=line.state).update(
            state="matched" if row.payment_id else "set_aside",
            payment_id=row.payment_id,
            reason="",
            note="" if row.payment_id else row.error,
            handled_by=row.body.get("by", "")[:150],
            handled_at=row.done_at,
        )


def _move(row: Inbox, ours: dict[str, int]) -> int:
    """Write one line; one that was told again since is the same line, with what was decided then."""
    fields = _fields(row, ours)
    known = BankLine.objects.filter(key=row.key).first()
    if known:
        BankLine.objects.filter(pk=known.pk).update(inbox=row.pk)
        return 0
    same = row.body.get("same_as")
    if same and row.body.get("why") == "twice":
        fields["same_as"] = BankLine.objects.filter(key=same).first()
    line = BankLine.objects.create(key=row.key, inbox_id=row.pk, **fields)
    if same and not fields.get("same_as") and not BankLine.objects.filter(key=same).exists():
        told = fields | {
            "state": "duplicate",
            "source": "statement",
            "same_as": line,
            "payment_id": None,
            "reason": "",
            "service_id": "",
        }
        BankLine.objects.create(key=same, **told | {"reference": same.partition(":")[2]})
    return 1


def _fields(row: Inbox, ours: dict[str, int]) -> dict[str, Any]:
    body = row.body
    at = datetime.fromisoformat(body["at"]) if body.get("at") else None
    number, memo = plain(body["account"]), body.get("memo", "")
    state = "payment" if row.payment_id else "done" if row.done_at else "waits" if row.error else "new"
    why = body.get("why", "")
    reference = body["reference"][:120]
    own = reference if service_of(reference) else ""
    return {
        "account_id": ours.get(number),
        "account_number": number[:40],
        "direction": "in",
        "amount": Decimal(body["amount"]),
        "booked_on": at.date() if at else None,
        "booked_at": at,
        "reference": "" if own else reference,
        "other_references": [own] if own else [],
        "service_id": own,
        "memo": memo[:500],
        "memo_digest": body.get("digest") or digest(memo),
        "source": "statement" if body.get("via") == "csv" else "webhook",
        "state": STATES[state],
        "reason": (why if why in REASONS else "no_order") if state == "waits" else "",
        "note": row.error if state == "done" else "",
        "payment_id": row.payment_id,
        "handled_by": body.get("by", "")[:150],
        "handled_at": row.done_at,
        "received_at": row.received_at,
    }
