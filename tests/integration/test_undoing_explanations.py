"""What staff said wrongly of the hub's money is taken back with a reason, and who said what stays in the log."""

from datetime import date, timedelta
from decimal import Decimal
from importlib import import_module
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.db import connection
from django.db.models import QuerySet
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from demo.stripe_double import acts
from shop.ledger import accounts, joining, openings, payouts, undoing
from shop.ledger.models import AccountEntry, BankLineLog, OpeningBalance, OpeningLog
from shop.payment.bank import manual_matching, outgoing, stripe_payouts
from shop.payment.models import BankAccount, BankLine
from shop.payment.providers.stripe import balance as stripe_balance
from tests.books import kinds
from tests.integration.test_joining import arrived, run_payout, sent_order
from tests.reconciling import HOA, account, agrees, by_card, by_transfer, market, staff, tell
from tests.stripe import double

__all__ = ["account", "double", "market"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("double")]
K = AccountEntry.Kind
V = BankLineLog.Verb


def press(hub: Client, line: BankLine, reason: str = "nhầm khoản") -> Any:
    return hub.post(reverse("shop_reconcile:undo", args=[line.pk]), {"undo-reason": reason})


def explain(line: BankLine, kind: AccountEntry.Kind) -> None:
    accounts.explain(line_id=line.pk, kind=kind, reason="chưa rõ", by=HOA)


def log_of(line: BankLine) -> list[tuple[str, str, str, str]]:
    rows = BankLineLog.objects.filter(line=line).order_by("pk")
    return list(rows.values_list("verb", "what", "reason", "actor_name"))


@pytest.mark.parametrize(("way", "after"), [("in", "set_aside"), ("out", "recorded")])
def test_wrong_cost_is_taken_back_and_told_anew(account: BankAccount, way: str, after: str) -> None:
    by_transfer()
    line = tell(memo="tien gi", amount=450_000, transferType=way)
    explain(line, K.OTHER)
    hub = staff("view_payout", "change_payout")
    url = reverse("shop_reconcile:explain", args=[line.pk])
    assert reverse("shop_reconcile:undo", args=[line.pk]) in hub.get(url).content.decode()
    assert (press(hub, line, "").status_code, "other" in kinds()) == (422, True)
    assert press(hub, line)["Location"] == url
    line.refresh_from_db()
    assert (line.state, line.settles, line.note, "other" in kinds()) == (after, "", "nhầm khoản", False)
    assert log_of(line) == [
        (V.EXPLAIN, "other", "chưa rõ", "Hoa"),
        (V.UNDO, "other", "nhầm khoản", "hoa@example.vn"),
    ]
    page = hub.get(url).content.decode()
    assert ("nhầm khoản" in page, 'name="kind"' in page, agrees(account)) == (True, True, False)
    assert url in hub.get(reverse("shop_reconcile:index")).content.decode()
    kind = K.CASH if way == "in" else K.TAX
    assert hub.post(url, {"kind": kind, "reason": "đúng rồi"}).status_code == 302
    assert ("other" in kinds(), agrees(account)) == (False, True)
    press(hub, line)
    press(hub, line)
    assert [row[0] for row in log_of(line)] == [V.EXPLAIN, V.UNDO, V.EXPLAIN, V.UNDO]
    assert sum(entry.amount for entry in line.entries.all()) == 0


def test_payout_that_was_joined_wrongly_is_free_again(account: BankAccount) -> None:
    sent_order()
    with time_machine.travel(timezone.now() + timedelta(days=9), tick=False):
        payout = run_payout()
        payouts.pay(payout_id=payout.pk, reference="FT1", by=HOA)
        wrong, right = (
            tell(memo=f"chuyen {number}", amount=payout.total, transferType="out") for number in range(2)
        )
        key = f"payout:{payout.pk}"
        joining.join(line_id=wrong.pk, key=key, reason="tưởng là khoản này", by=HOA)
        undoing.undo(line_id=wrong.pk, reason="khoản kia", by=HOA)
        assert log_of(wrong) == [
            (V.JOIN, key, "tưởng là khoản này", "Hoa"),
            (V.UNDO, key, "khoản kia", "Hoa"),
        ]
        joining.join(line_id=right.pk, key=key, reason="đúng", by=HOA)
        wrong.refresh_from_db()
        assert (wrong.state, wrong.settles) == ("recorded", "")
        explain(wrong, K.OTHER)
        assert agrees(account)


def test_payout_of_stripes_that_was_joined_wrongly_is_free_again(account: BankAccount) -> None:
    by_card()
    payout = acts.pay_out()
    stripe_balance.fetch_new()
    wrong, right = arrived(payout), arrived(payout)
    key = f"stripe:{payout['id']}"
    joining.join(line_id=wrong.pk, key=key, reason="Stripe", by=HOA)
    undoing.undo(line_id=wrong.pk, reason="không phải Stripe", by=HOA)
    assert stripe_payouts.match() == 0
    joining.join(line_id=right.pk, key=key, reason="Stripe", by=HOA)
    explain(wrong, K.OTHER)
    assert (agrees(account), agrees(None)) == (True, True)


def test_line_that_is_no_payout_of_stripes_after_all_waits_for_none(account: BankAccount) -> None:
    by_card()
    payout = acts.pay_out()
    line = arrived(payout)
    explain(line, K.PROVIDER)
    undoing.undo(line_id=line.pk, reason="không phải của Stripe", by=HOA)
    stripe_balance.fetch_new()
    assert (stripe_payouts.match(), agrees(None)) == (0, True)


def test_what_nobody_said_is_not_taken_back(account: BankAccount) -> None:
    order = by_transfer()
    booked = BankLine.objects.get()
    waiting = tell(memo="khong ro", amount=5_000)
    recognised = tell(memo="tra", amount=7_000, transferType="out")
    outgoing.note_settled(line_id=recognised.pk, what="payout:1")
    hub = staff("view_payout", "change_payout")
    for line in (booked, waiting, recognised):
        before = BankLine.objects.values().get(pk=line.pk)
        assert not undoing.may_undo(BankLine.objects.get(pk=line.pk))
        assert press(hub, line).status_code == 422
        assert BankLine.objects.values().get(pk=line.pk) == before
    assert (BankLineLog.objects.count(), order.payments.get().receipts.count()) == (0, 1)


def test_payout_in_another_currency_stays(account: BankAccount, monkeypatch: pytest.MonkeyPatch) -> None:
    by_card()
    payout = acts.pay_out()
    stripe_balance.fetch_new()
    line = arrived(payout)
    joining.join(line_id=line.pk, key=f"stripe:{payout['id']}", reason="đô la", by=HOA)
    monkeypatch.setattr(undoing, "CURRENCY", "usd")
    with pytest.raises(accounts.CannotExplain, match="ngoại tệ"):
        undoing.undo(line_id=line.pk, reason="nhầm", by=HOA)


@pytest.mark.parametrize("codenames", [[], ["view_order"], ["view_payout"]])
def test_without_the_permission_nothing_is_taken_back(codenames: list[str], account: BankAccount) -> None:
    line = tell(memo="phi", amount=11_000, transferType="out")
    explain(line, K.OTHER)
    press(staff(*codenames), line)
    assert (kinds()["other"], BankLineLog.objects.count()) == (-11_000, 1)


def test_first_balance_tells_who_changed_what(account: BankAccount) -> None:
    hub = staff("view_payout", "change_payout")
    url = reverse("shop_reconcile:opening", args=[account.pk, date(2026, 12, 1)])
    for amount in (5_000_000, 5_000_000, 6_000_000):
        assert hub.post(url, {"day": "2026-12-01", "amount": amount}).status_code == 302
    rows = OpeningLog.objects.filter(account=account).order_by("pk")
    assert list(rows.values_list("day", "amount", "actor_name")) == [
        (date(2026, 12, 1), 5_000_000, "hoa@example.vn"),
        (date(2026, 12, 1), 6_000_000, "hoa@example.vn"),
    ]
    openings.note(account=account, day=date(2026, 12, 2), amount=rows[0].amount, by=HOA)
    assert OpeningBalance.objects.get().by_name == "Hoa"
    page = hub.get(reverse("shop_reconcile:index")).content.decode()
    assert [page.count(words) for words in ("5.000.000", "6.000.000")] == [3, 1]


def test_shop_from_before_keeps_what_stood_in_words(account: BankAccount) -> None:
    aside = tell(memo="GOP 77", amount=70_000)
    manual_matching.set_aside(line_id=aside.pk, reason="Stripe: chờ", by=HOA)
    openings.note(account=account, day=date(2026, 12, 1), amount=Decimal(5_000), by=HOA)
    QuerySet.delete(OpeningLog.objects.all())
    for name in (
        "payment.migrations.1028_fill_from_provider",
        "ledger.migrations.0016_openings_into_the_log",
    ):
        import_module(f"shop.{name}").fill(apps, connection.schema_editor())
    aside.refresh_from_db()
    [row] = OpeningLog.objects.all()
    assert (aside.from_provider, row.amount, row.actor_name) == (True, 5_000, "Hoa")
