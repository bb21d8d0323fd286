"""Bank lines of the inbox become rows of their own; the inbox's stay for the release before.

The code stands here as it was then: `shop.payment.bank.moving` goes on to change with the models.
"""

import hashlib
import re
import unicodedata
from datetime import datetime
from decimal import Decimal

from django.db import IntegrityError, migrations, transaction
from django.db.models import Exists, OuterRef

BATCH = 500
MAX_READ = 500  # characters of a memo
STATES = {"payment": "matched", "done": "set_aside", "waits": "waiting", "new": "new"}
REASONS = frozenset({"no_order", "several", "no_transfer", "account", "conflict", "twice"})


def move(apps, schema_editor):
    inbox, lines, accounts = (apps.get_model("payment", name) for name in ("Inbox", "BankLine", "BankAccount"))
    moved = lines.objects.filter(inbox=OuterRef("pk"))
    rows = inbox.objects.filter(~Exists(moved), kind="bank").order_by("pk")
    ours = {account.number: account.pk for account in accounts.objects.order_by("-pk")}
    for row in rows.iterator(chunk_size=BATCH):
        try:
            with transaction.atomic():
                _move(row, lines, ours)
        except IntegrityError:  # told again meanwhile, by the release that serves now
            lines.objects.filter(key=row.key, inbox=None).update(inbox=row.pk)


def _move(row, lines, ours):
    """Write one line; one that was told again since is the same line, with what was decided then."""
    fields = _fields(row, ours)
    known = lines.objects.filter(key=row.key).first()
    if known:
        lines.objects.filter(pk=known.pk).update(inbox=row.pk)
        return 0
    same = row.body.get("same_as")
    if same and row.body.get("why") == "twice":
        fields["same_as"] = lines.objects.filter(key=same).first()
    line = lines.objects.create(key=row.key, inbox_id=row.pk, **fields)
    if same and not fields.get("same_as") and not lines.objects.filter(key=same).exists():
        told = fields | {
            "state": "duplicate",
            "source": "statement",
            "same_as": line,
            "payment_id": None,
            "reason": "",
        }
        lines.objects.create(key=same, **told | {"reference": same.partition(":")[2]})
    return 1


def _fields(row, ours):
    body = row.body
    at = datetime.fromisoformat(body["at"]) if body.get("at") else None
    number, memo = plain(body["account"]), body.get("memo", "")
    state = "payment" if row.payment_id else "done" if row.done_at else "waits" if row.error else "new"
    why = body.get("why", "")
    return {
        "account_id": ours.get(number),
        "account_number": number[:40],
        "direction": "in",
        "amount": Decimal(body["amount"]),
        "booked_on": at.date() if at else None,
        "booked_at": at,
        "reference": "" if body["reference"].startswith("SEPAY") else body["reference"][:120],
        "other_references": [body["reference"][:120]] if body["reference"].startswith("SEPAY") else [],
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


def plain(text):
    return re.sub(r"[^0-9A-Z]", "", text.upper())


def digest(text):
    decomposed = unicodedata.normalize("NFD", text[:MAX_READ])
    bare = "".join(char for char in decomposed if not unicodedata.combining(char))
    bare = unicodedata.normalize("NFC", bare).replace("đ", "d").replace("Đ", "D").upper()
    return hashlib.sha256(re.sub(r"[^0-9A-Z]", "", bare).encode()).hexdigest()


class Migration(migrations.Migration):
    dependencies = [("payment", "1015_bank_lines")]
    operations = [migrations.RunPython(move, migrations.RunPython.noop)]
