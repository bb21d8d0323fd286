"""SePay asked for its list of transactions: for what no notification has brought.

One request a page, newest first, within a few seconds, so that the timer's other jobs do not wait. A list is read
down to a day before the newest transaction of the last complete walk: banks book some late, or at midnight. How far
a walk got stands in the database, page by page, so that whatever interrupts it leaves no gap.
"""

import logging
import time
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import requests
from django.conf import settings
from django.utils import timezone

from shop.payment.bank.matching import take
from shop.payment.bank.services import NotATransaction
from shop.payment.bank.services.sepay import listed
from shop.payment.bank.transactions import BankTransaction
from shop.payment.models import BankLine, BankPoll

logger = logging.getLogger(__name__)
SEPAY = "sepay"
BUDGET_S = 8
TIMEOUT_S = (2, 4)  # to connect, to be answered
PER_PAGE = 100  # the most that SePay gives
PAGES = 20
LATE = timedelta(days=1)
FIRST = timedelta(days=7)  # so far back the first walk reads: what is older pays no order that waits


def poll_sepay() -> int:
    """Ask for what has not been read, and return how many were new; nothing without BANK_SEPAY_TOKEN."""
    if not settings.BANK_SEPAY_TOKEN:
        return 0
    until, count = time.monotonic() + BUDGET_S, 0
    poll, _created = BankPoll.objects.get_or_create(service=SEPAY)
    try:
        if poll.page > 1:  # the news of today need not wait until all is read
            count += len(take(_transactions(_page(1)), source=BankLine.Source.API).lines)
        for _request in range(PAGES):
            answer = _page(poll.page)
            told = _transactions(answer)
            count += len(take(told, source=BankLine.Source.API).lines)
            is_through = not _has_more(answer) or _reaches_back(told, poll)
            _note(poll, told, is_through=is_through)
            if is_through or time.monotonic() > until:
                break
    except (requests.RequestException, ValueError) as why:  # the next turn goes on there
        logger.warning("SePay does not answer for page %d: %s", poll.page, type(why).__name__)
    return count


def _reaches_back(told: Sequence[BankTransaction], poll: BankPoll) -> bool:
    """Return whether a page goes back to what an earlier walk has read."""
    last = poll.complete_until - LATE if poll.complete_until else timezone.now() - FIRST
    return any(one.at < last for one in told if one.at)


def _note(poll: BankPoll, told: Sequence[BankTransaction], *, is_through: bool) -> None:
    """Note that a page is read, and where the next turn begins."""
    if poll.page == 1:
        dated = [one.at for one in told if one.at]
        poll.newest = min(max(dated), timezone.now()) if dated else poll.complete_until
    poll.page += 1
    if is_through:
        poll.complete_until, poll.newest, poll.page = poll.newest, None, 1
    poll.save()


def _page(number: int) -> dict[str, Any]:
    """Return one page as SePay sends it. Raises requests.RequestException or ValueError."""
    answer = requests.get(
        f"{settings.BANK_SEPAY_API.rstrip('/')}/transactions",
        params={"per_page": str(PER_PAGE), "page": str(number), "transaction_date_sort": "desc"},
        headers={"Authorization": f"Bearer {settings.BANK_SEPAY_TOKEN}"},
        timeout=TIMEOUT_S,
        allow_redirects=False,
    )
    answer.raise_for_status()
    found = answer.json()
    if not isinstance(found, dict) or not isinstance(found.get("data"), list):
        raise requests.exceptions.InvalidJSONError("no list of transactions")
    return found


def _transactions(answer: dict[str, Any]) -> list[BankTransaction]:
    found = []
    for item in answer["data"]:
        try:
            found.append(listed(item))
        except NotATransaction as why:
            logger.warning("A transaction in SePay's list makes no sense: %s", why)
    return found


def _has_more(answer: dict[str, Any]) -> bool:
    meta = answer.get("meta")
    pages = meta.get("pagination") if isinstance(meta, dict) else None
    return bool(answer["data"] and pages.get("has_more")) if isinstance(pages, dict) else False
