"""Carriers' lists handed in: kept as they are, their columns found or chosen; nothing is booked yet."""

import hashlib
from typing import Any

from django.utils.translation import gettext as _

from shop.core.actors import Actor
from shop.ledger.models import Remittance
from shop.ledger.remittances import columns, files, reading
from shop.payment.bank.statement import Unreadable


def known(data: bytes) -> Remittance | None:
    """Return the list that this very file is already; one that was taken back counts no more."""
    return Remittance.objects.filter(digest=_digest(data), taken_back_at=None).first()


def rename_carrier(remittance: Remittance, carrier: str) -> bool:
    """Note whose list it is in truth; return whether it could be: nothing is confirmed yet."""
    return bool(Remittance.objects.filter(pk=remittance.pk, confirmed_at=None).update(carrier=carrier))


def upload(*, carrier: str, name: str, data: bytes, by: Actor) -> Remittance:
    """Keep a carrier's list, to be looked at; the same file again is the same row.

    Where its headings are not known, staff choose the columns.

    Raises:
        Unreadable: no list of a carrier's.
    """
    if found := known(data):
        return found
    rows = files.read(data)
    tables = columns.recognise(rows)
    if not tables:
        table = columns.to_choose(rows)
        if table is None:
            raise Unreadable(_("Không thấy bảng nào có mã vận đơn và số tiền trong tệp này."))
        tables = [table]
    facts = {"rows": rows, "tables": [table.as_json() for table in tables], "by": by.user, "by_name": by.name}
    made, _new = Remittance.objects.get_or_create(
        digest=_digest(data), taken_back_at=None, defaults={"carrier": carrier, "name": name[:200], **facts}
    )
    return made


def tables_of(remittance: Remittance) -> list[columns.Table]:
    """Return the tables of a list, with the columns as recognised or as staff chose them."""
    return [columns.Table(**table) for table in remittance.tables]


def is_readable(remittance: Remittance) -> bool:
    """Return whether each table has a column of codes and one of sums."""
    return all(table.is_useful for table in tables_of(remittance))


def choose(*, remittance_id: int, tables: list[columns.Table]) -> None:
    """Take other columns for a list that is not confirmed."""
    chosen: list[dict[str, Any]] = [table.as_json() for table in tables]
    Remittance.objects.filter(pk=remittance_id, confirmed_at=None).update(tables=chosen)


def rows_of(remittance: Remittance) -> list[reading.Row]:
    """Return the rows of a list, one for each parcel."""
    return reading.read(remittance.rows, tables_of(remittance))


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
