"""One transfer told under two ids: the bank's own, and the notifier's where it leaves the bank's out.

Such tellings have sum, memo and day in common (`likeness`), and so may two real transfers. Each line
therefore stands for one other at most, which it names under SAME_AS.
"""

from collections import defaultdict
from collections.abc import Iterable

from django.db import transaction
from django.db.models import QuerySet

from shop.order import locking
from shop.payment.models import Inbox
from shop.payment.providers.vietqr.lines import BankLine, likeness, plain
from shop.payment.providers.vietqr.sepay import OWN_ID

SAME_AS = "same_as"  # in a line's body: the key of the other telling
Likeness = tuple[str, str, str]


def told(line: BankLine) -> str:
    """Return the key of a line that is kept already and may be the same transfer under another id, or ""."""
    lines = _lines(line.account)
    if lines.filter(key=line.key).exists():
        return ""
    if notice := lines.filter(**{f"body__{SAME_AS}": line.key}).first():
        return notice.key
    own, body = _prefix(line.account), line.to_body()
    alike = lines.filter(body__amount=body["amount"])
    others = (
        alike.exclude(key__startswith=own) if line.key.startswith(own) else alike.filter(key__startswith=own)
    )
    return next(iter(_free(others, line.account)[likeness(body)]), "")


def notices(account: str) -> dict[Likeness, list[str]]:
    """Return the keys of an account's lines without the bank's id that stand for no other yet, by likeness."""
    return _free(_lines(account).filter(key__startswith=_prefix(account)), account)


def named(keys: Iterable[str]) -> set[str]:
    """Return those of these keys that a line says it stands for."""
    rows = Inbox.objects.filter(kind=Inbox.Kind.BANK, **{f"body__{SAME_AS}__in": list(keys)})
    return set(rows.values_list(f"body__{SAME_AS}", flat=True))


def note(*, notice: str, key: str) -> None:
    """Keep that the line `notice` and the statement's line `key`, which is left out, are one transfer."""
    with transaction.atomic():
        row = locking.notice(Inbox.objects.get(kind=Inbox.Kind.BANK, key=notice).pk)
        row.body = {SAME_AS: key} | row.body
        row.save(update_fields=["body"])


def _free(rows: QuerySet[Inbox], account: str) -> dict[Likeness, list[str]]:
    """Return the keys of these lines of an account by likeness, without those that name another or are named."""
    naming = _lines(account).filter(body__has_key=SAME_AS)
    taken = set(naming.values_list(f"body__{SAME_AS}", flat=True))
    found = defaultdict(list)
    for key, body in rows.order_by("pk").values_list("key", "body"):
        if key not in taken and SAME_AS not in body:
            found[likeness(body)].append(key)
    return found


def _lines(account: str) -> QuerySet[Inbox]:
    return Inbox.objects.filter(kind=Inbox.Kind.BANK, key__startswith=f"{plain(account)}:")


def _prefix(account: str) -> str:
    return f"{plain(account)}:{OWN_ID}"
