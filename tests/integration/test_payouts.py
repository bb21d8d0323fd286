"""Producers are paid what is theirs, once, after the return window; nobody else sees it."""

import csv
from datetime import timedelta
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import Settings
from wagtail.users.models import UserProfile

from shop.core.actors import SYSTEM, Actor
from shop.fulfilment import parcels
from shop.ledger import cash, payouts, posting
from shop.ledger.models import Holder, LedgerEntry, Payout, PayoutLog, TransferFile
from shop.payment import review, settling
from shop.payment.models import Receipt, Refund
from shop.payment.providers.base import RefundAnswer
from shop.payment.refunds import cancelling, refunding
from tests.books import balance
from tests.factories import make_partner, make_producer, make_product
from tests.prepaid import COD, PATH, Prepaid
from tests.producer_accounts import ProducerAccount, log_in, make_producer_account
from tests.shop import make_market, make_order, make_purchase

pytestmark = pytest.mark.django_db
STAFF = Actor(name="Hoa")
BANK = {"bank_bin": "970436", "bank_account": "0011001234567", "bank_holder": "HTX GOM"}
WEEK = timedelta(days=7, minutes=1)


@pytest.fixture(autouse=True)
def market(settings: Settings, site_root: Any) -> None:
    settings.PAYMENT_PROVIDERS = [COD]
    make_market()


def maker(**fields: Any) -> Any:
    return make_producer(partner=make_partner(**{"commission_percent": Decimal(10), **BANK, **fields}))


def delivered(producer: Any, price: int = 100_000) -> Any:
    """Return a parcel that was delivered just now, its cash at the hub, after 10 % worth its goods and shipping."""
    parcel = make_order(make_product(producer=producer, price=price)).parcels.get()
    for verb in ("accept", "pack", "ship", "deliver"):
        getattr(parcels, verb)(parcel_id=parcel.pk, by=STAFF)
    cash.move(parcel_id=parcel.pk, holder=Holder.HUB, reason="nộp", by=STAFF)
    parcel.refresh_from_db()
    return parcel


def worth(parcel: Any) -> Decimal:
    return parcel.goods + parcel.shipping - parcel.goods / 10


def run_in(time: timedelta) -> list[Payout]:
    with time_machine.travel(timezone.now() + time, tick=False):
        return payouts.run(by=STAFF).made


def staff_browser(*codenames: str) -> Client:
    user = get_user_model().objects.create_user("hoa@example.vn", "mat-khau-dai")
    user.user_permissions.set(Permission.objects.filter(codename__in=["access_admin", *codenames]))
    return log_in(user)


@pytest.fixture
def hub() -> Client:
    return staff_browser("view_payout", "change_payout")


def test_parcel_is_paid_out_after_the_return_window(settings: Settings) -> None:
    parcel = delivered(maker())
    assert run_in(timedelta(days=6)) == []
    [payout] = run_in(WEEK)
    assert (payout.total, payout.state, payout.bank_account) == (worth(parcel), "open", "0011001234567")
    assert run_in(WEEK) == []
    payouts.pay(payout_id=payout.pk, reference="FT1", by=STAFF)
    assert balance(parcel.partner) == 0
    assert run_in(WEEK) == []


def test_paid_once() -> None:
    delivered(maker())
    [payout] = run_in(WEEK)
    payouts.pay(payout_id=payout.pk, reference="FT1", by=STAFF)
    with pytest.raises(payouts.NotOpen):
        payouts.pay(payout_id=payout.pk, reference="FT2", by=STAFF)
    payout.refresh_from_db()
    assert (payout.reference, LedgerEntry.objects.filter(kind="payout").count()) == ("FT1", 1)


def test_bank_reference_pays_one_payout_of_a_producer() -> None:
    producer = maker()
    delivered(producer)
    [first] = run_in(WEEK)
    payouts.pay(payout_id=first.pk, reference="FT1", by=STAFF)
    delivered(producer)
    [second] = run_in(WEEK)
    with pytest.raises(payouts.ReferenceUsed):
        payouts.pay(payout_id=second.pk, reference=" FT1 ", by=STAFF)
    second.refresh_from_db()
    assert (second.state, second.reference) == ("open", "")
    assert LedgerEntry.objects.filter(kind="payout").count() == 1


def test_one_reference_may_pay_several_producers() -> None:
    """Banks give one number to a file of many transfers."""
    delivered(maker())
    delivered(maker())
    for payout in run_in(WEEK):
        payouts.pay(payout_id=payout.pk, reference="FT1", by=STAFF)
    assert set(Payout.objects.values_list("state", "reference")) == {("paid", "FT1")}


def test_parcel_sent_back_after_its_payout_is_a_debt_that_carries_over() -> None:
    producer = maker()
    parcel = delivered(producer)
    [payout] = run_in(WEEK)
    payouts.pay(payout_id=payout.pk, reference="FT1", by=STAFF)
    parcels.return_(parcel_id=parcel.pk, by=STAFF)
    refunding.finish(refund_id=Refund.objects.get().pk, answer=RefundAnswer(done=True), by=STAFF)
    assert balance(parcel.partner) == -worth(parcel)
    assert run_in(WEEK) == []
    bigger = delivered(producer, price=300_000)
    [second] = run_in(WEEK)
    assert second.total == worth(bigger) - worth(parcel)


def test_refund_of_the_whole_order_under_way_holds_its_parcels_back() -> None:
    parcel, other = delivered(maker()), delivered(maker())
    [payment] = parcel.order.payments.all()
    refund = refunding.request(payment=payment, amount=Decimal(1_000), key="a", by=STAFF)
    assert [payout.partner for payout in run_in(WEEK)] == [other.partner]
    refunding.finish(refund_id=refund.pk, answer=RefundAnswer(done=True), by=STAFF)
    [payout] = run_in(WEEK)
    assert payout.total == worth(parcel) - 900  # its commission of a tenth comes back, too


def test_surplus_under_way_holds_no_parcel_back() -> None:
    parcel = delivered(maker())
    [payment] = parcel.order.payments.all()
    for number in range(2):
        receipt = Receipt.objects.create(
            payment=payment, source=Receipt.Source.BANK, reference=f"FT{number}", amount=5_000
        )
        posting.received(receipt)
    refunding.request(payment=payment, amount=Decimal(10_000), key="a", by=STAFF)
    [payout] = run_in(WEEK)
    assert payout.total == worth(parcel)


def test_refund_under_way_holds_the_parcel_back() -> None:
    parcel = delivered(maker())
    with transaction.atomic():
        refund = refunding.request(
            payment=parcel.order.payments.get(), amount=Decimal(20_000), key="x", parcel=parcel, by=STAFF
        )
    assert run_in(WEEK) == []
    refunding.finish(refund_id=refund.pk, answer=RefundAnswer(done=True), by=STAFF)
    [payout] = run_in(WEEK)
    assert payout.total == worth(parcel) - 18_000


def test_return_taken_back_by_mistake_is_paid_out_once() -> None:
    """Staff drop its refund; a small sum that goes back later takes itself away, and pays nothing twice."""
    parcel = delivered(maker())
    parcels.return_(parcel_id=parcel.pk, by=STAFF)
    cancelling.cancel(refund_id=Refund.objects.get().pk, by=STAFF, reason="người mua giữ hàng")
    payment = parcel.order.payments.get()
    assert "kiện đã trả về" in payment.doubt_words
    assert run_in(WEEK) == []
    review.mark_seen(payment_id=payment.pk, by=STAFF)
    assert payouts.run(by=STAFF).made == []
    [payout] = run_in(WEEK)
    assert payout.total == worth(parcel)
    payouts.pay(payout_id=payout.pk, reference="FT1", by=STAFF)
    small = refunding.refund_by_staff(
        order_id=parcel.order_id,
        payment_id=payment.pk,
        parcel_id=parcel.pk,
        amount=Decimal(20_000),
        key="k",
        by=STAFF,
        reason="móp",
    )
    refunding.finish(refund_id=small.pk, answer=RefundAnswer(done=True), by=STAFF)
    assert balance(parcel.partner) == -18_000
    assert run_in(WEEK) == []


def test_returned_parcel_leaves_what_the_producer_keeps() -> None:
    parcel = delivered(maker())
    with transaction.atomic():
        refund = refunding.request(
            payment=parcel.order.payments.get(), amount=parcel.goods, key="x", parcel=parcel, by=STAFF
        )
    refunding.finish(refund_id=refund.pk, answer=RefundAnswer(done=True), by=STAFF)
    parcels.return_(parcel_id=parcel.pk, by=STAFF)
    rest = Refund.objects.get(key__startswith="parcel-")
    cancelling.cancel(refund_id=rest.pk, by=STAFF, reason="cơ sở giữ phí gửi")
    review.mark_seen(payment_id=rest.payment_id, by=STAFF)
    assert run_in(timedelta(days=6)) == []
    [payout] = run_in(WEEK)
    assert payout.total == parcel.shipping


def test_failed_refund_holds_a_returned_parcel_until_it_is_made(settings: Settings) -> None:
    settings.PAYMENT_PROVIDERS = [PATH]
    Prepaid.forget()
    order = make_order(
        make_product(producer=maker(), stock=5), purchase=make_purchase(method="prepaid"), quantity=3
    )
    payment, line = order.payments.get(), order.lines.get()
    Prepaid.receive(payment, int(order.total_incl_tax))
    settling.fetch_and_settle(payment_id=payment.pk, by=SYSTEM)
    assert line.parcel_id
    parcels.cancel_units(parcel_id=line.parcel_id, line_id=line.pk, quantity=1, seen=3, by=STAFF)
    refunding.send(Refund.objects.get().pk)
    for verb in ("accept", "pack", "ship", "deliver", "return_"):
        getattr(parcels, verb)(parcel_id=line.parcel_id, by=STAFF)
    failed = Refund.objects.get(called_off=False)
    refunding.finish(refund_id=failed.pk, answer=RefundAnswer(failed=True), by=STAFF)
    assert run_in(WEEK) == []
    refunding.refund_by_staff(
        order_id=order.pk,
        payment_id=payment.pk,
        amount=failed.amount,
        key="again",
        by=STAFF,
        reason="thẻ đã khoá",
        parcel_id=line.parcel_id,
    )
    refunding.send(Refund.objects.get(key="again").pk)
    assert (run_in(WEEK), balance(line.parcel.partner)) == ([], 0)


def test_without_a_bank_account_the_balance_waits() -> None:
    parcel = delivered(maker(bank_account=""))
    with time_machine.travel(timezone.now() + WEEK, tick=False):
        result = payouts.run(by=STAFF)
    assert (result.made, result.no_account) == ([], [parcel.partner])


def test_discarded_payout_frees_its_lines() -> None:
    parcel = delivered(maker())
    [payout] = run_in(WEEK)
    payouts.discard(payout_id=payout.pk, by=STAFF)
    with pytest.raises(payouts.NotOpen):
        payouts.pay(payout_id=payout.pk, reference="FT1", by=STAFF)
    [again] = run_in(WEEK)
    assert again.total == worth(parcel)
    payouts.pay(payout_id=again.pk, reference="FT1", by=STAFF)
    with pytest.raises(payouts.NotOpen):
        payouts.discard(payout_id=again.pk, by=STAFF)


def test_database_allows_one_open_payout_for_a_producer() -> None:
    delivered(maker())
    [payout] = run_in(WEEK)
    payout.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        payout.save(force_insert=True)


# --- the desk -----------------------------------------------------------------------------------


def saved(hub: Client) -> str:
    """Make a file for the bank and return what is in it."""
    hub.post(reverse("shop_payouts:files"))
    file = TransferFile.objects.first()
    assert file is not None
    return hub.get(reverse("shop_payouts:file", args=[file.pk])).content.decode("utf-8-sig")


def test_staff_makes_a_run_saves_the_file_and_notes_the_transfer(hub: Client) -> None:
    parcel = delivered(maker(name="HTX Gốm"))
    posting.adjust(partner=parcel.partner, amount=Decimal(-1_000), reason="vỡ hộp", key="a", by=SYSTEM)
    with time_machine.travel(timezone.now() + WEEK, tick=False):
        hub.force_login(get_user_model().objects.get(email="hoa@example.vn"))
        assert "HTX Gốm" in hub.get(reverse("shop_payouts:run")).content.decode()
        listed = hub.post(reverse("shop_payouts:run"), follow=True).content.decode()
        payout = Payout.objects.get()
        assert "HTX Gốm" in listed
        file = saved(hub)
        total = worth(parcel) - 1_000
        assert list(csv.reader(StringIO(file)))[1:] == [
            ["970436", "Vietcombank", "0011001234567", "HTX GOM", f"{total:f}", payout.memo]
        ]
        payout.refresh_from_db()
        page = hub.get(reverse("shop_payouts:detail", args=[payout.pk])).content.decode()
        assert "vỡ hộp" in page
        refused = hub.post(reverse("shop_payouts:pay", args=[payout.pk]), {"reference": ""})
        assert (refused.status_code, Payout.objects.get().state) == (422, "open")
        hub.post(reverse("shop_payouts:pay", args=[payout.pk]), {"reference": "FT9"})
        again = hub.post(reverse("shop_payouts:pay", args=[payout.pk]), {"reference": "FT10"}, follow=True)
    assert "đã được ghi" in again.content.decode()
    payout.refresh_from_db()
    assert (payout.state, payout.reference, payout.paid_by.email) == ("paid", "FT9", "hoa@example.vn")
    table = list(
        csv.reader(
            StringIO(hub.get(reverse("shop_payouts:lines", args=[payout.pk])).content.decode("utf-8-sig"))
        )
    )
    assert table[-1][4] == f"{payout.total:f}"
    assert sum(Decimal(row[4]) for row in table[1:-1]) == payout.total
    assert hub.get(reverse("shop_payouts:statement", args=[payout.pk])).status_code == 200


@pytest.mark.parametrize(
    ("language", "words"), [("vi", "Mã FT1 đã ghi cho kỳ"), ("en", "Number FT1 is on the payout of")]
)
def test_reference_typed_twice_is_an_error_at_its_field(hub: Client, language: str, words: str) -> None:
    user = get_user_model().objects.get(email="hoa@example.vn")
    UserProfile.objects.update_or_create(user=user, defaults={"preferred_language": language})
    producer = maker()
    for count in range(2):
        delivered(producer)
        [payout] = run_in(WEEK)
        url = reverse("shop_payouts:pay", args=[payout.pk])
        answer = hub.post(url, {"reference": "FT1"})
        assert answer.status_code == (422 if count else 302)
    assert f'<p class="error-message" id="id_reference_error">{words}' in answer.content.decode()
    assert 'value="FT1"' in answer.content.decode()
    payout.refresh_from_db()
    assert payout.state == "open"


def test_due_costs_the_same_for_one_and_three(django_assert_num_queries: Any) -> None:
    one = delivered(maker(name="A"))
    posting.adjust(partner=one.partner, amount=Decimal(-1_000), reason="vỡ hộp", key="a", by=SYSTEM)
    with django_assert_num_queries(4):
        [due] = payouts.due()
    assert (due.partner, due.amount, due.waiting) == (one.partner, -1_000, worth(one))
    with time_machine.travel(timezone.now() + WEEK, tick=False):
        two, three = delivered(maker(name="B")), delivered(maker(name="C"), price=50_000)
        with django_assert_num_queries(4):
            found = payouts.due()
    assert [(due.partner, due.amount, due.waiting) for due in found] == [
        (one.partner, worth(one) - 1_000, 0),
        (two.partner, 0, worth(two)),
        (three.partner, 0, worth(three)),
    ]


def test_staff_adjusts_once_with_a_reason(hub: Client) -> None:
    partner = make_partner()
    form = hub.get(reverse("shop_payouts:adjust")).context["form"]
    data = {"partner": partner.pk, "amount": "-5000", "reason": "", "key": str(form.initial["key"])}
    assert hub.post(reverse("shop_payouts:adjust"), data).status_code == 422
    assert balance(partner) == 0
    for _ in range(2):
        hub.post(reverse("shop_payouts:adjust"), {**data, "reason": "vỡ"})
    assert balance(partner) == -5_000


def test_discard_by_button(hub: Client) -> None:
    delivered(maker())
    [payout] = run_in(WEEK)
    for _ in range(2):
        hub.post(reverse("shop_payouts:discard", args=[payout.pk]))
    assert not Payout.objects.exists()


def test_log_says_who_did_what_also_to_what_is_gone(hub: Client) -> None:
    delivered(maker(name="HTX Gốm"))
    [gone] = run_in(WEEK)
    hub.post(reverse("shop_payouts:discard", args=[gone.pk]))
    [kept] = run_in(WEEK)
    saved(hub)
    hub.post(reverse("shop_payouts:pay", args=[kept.pk]), {"reference": "FT1"})
    file, hoa = str(TransferFile.objects.get().pk), "hoa@example.vn"
    assert list(
        PayoutLog.objects.order_by("pk").values_list("number", "verb", "actor_name", "reference")
    ) == [
        (gone.pk, "make", "Hoa", ""),
        (gone.pk, "discard", hoa, f"{gone.run:%Y-%m-%d}"),
        (kept.pk, "make", "Hoa", ""),
        (kept.pk, "hand_over", hoa, file),
        (kept.pk, "pay", hoa, "FT1"),
    ]
    assert set(PayoutLog.objects.values_list("partner__name", "amount")) == {("HTX Gốm", kept.total)}
    page = hub.get(reverse("shop_payouts:log")).content.decode()
    assert ("HTX Gốm" in page, hoa in page) == (True, True)
    assert reverse("shop_payouts:log") in hub.get(reverse("shop_payouts:files")).content.decode()
    assert "FT1" in hub.get(reverse("shop_payouts:detail", args=[kept.pk])).content.decode()
    with pytest.raises(TypeError):
        PayoutLog.objects.all().delete()


def urls(payout: Payout) -> list[str]:
    names = ["index", "index_results", "run", "adjust", "files", "log"]
    own = ["detail", "pay", "discard", "statement", "lines"]
    return [reverse(f"shop_payouts:{name}") for name in names] + [
        reverse(f"shop_payouts:{name}", args=[payout.pk]) for name in own
    ]


@pytest.mark.parametrize("codenames", [[], ["view_order", "change_order"], ["view_payout"]])
def test_without_the_permission_no_money_moves(codenames: list[str]) -> None:
    delivered(maker())
    [payout] = run_in(WEEK)
    browser = staff_browser(*codenames)
    for url in urls(payout):
        browser.post(url, {"reference": "FT1"})
    payout.refresh_from_db()
    assert (payout.state, Payout.objects.count()) == ("open", 1)
    if not codenames:
        assert {browser.get(url).status_code for url in urls(payout)} <= {302, 405}


def test_producer_sees_the_own_statements_only() -> None:
    own: ProducerAccount = make_producer_account(email="lan@example.vn", name="Gốm Lan")
    rival: ProducerAccount = make_producer_account(email="cuc@example.vn", name="Gốm Cúc")
    for account in (own, rival):
        type(account.partner).objects.filter(pk=account.partner.pk).update(**BANK)
        delivered(account.page)
    one, two = sorted(run_in(WEEK), key=lambda payout: payout.partner_id)
    browser = log_in(own.user)
    page = browser.get(reverse("producer_statements:statements")).content.decode()
    assert ("Gốm Lan" in page, "Gốm Cúc" in page) == (True, False)
    for name in ("statement", "lines"):
        assert browser.get(reverse(f"producer_statements:{name}", args=[one.pk])).status_code == 200
        assert browser.get(reverse(f"producer_statements:{name}", args=[two.pk])).status_code == 404
    assert {browser.get(url).status_code for url in urls(two)} == {403}
    assert staff_browser("view_payout").get(reverse("producer_statements:statements")).status_code in {
        302,
        403,
    }


def test_list_costs_the_same_for_one_and_three(
    hub: Client, django_assert_num_queries: Any, django_assert_max_num_queries: Any
) -> None:
    delivered(maker())
    run_in(WEEK)
    url = reverse("shop_payouts:index")
    hub.get(url)
    with django_assert_max_num_queries(60) as first:
        hub.get(url)
    for _ in range(2):
        delivered(maker())
    assert len(run_in(WEEK)) == 2
    with django_assert_num_queries(len(first.captured_queries)):
        hub.get(url)


def test_formulas_stay_text_in_the_file(hub: Client) -> None:
    delivered(maker(bank_holder="=1+1"))
    run_in(WEEK)
    assert "'=1+1" in saved(hub)


def test_payout_goes_to_the_bank_in_one_file(hub: Client) -> None:
    delivered(maker())
    [first] = run_in(WEEK)
    text = saved(hub)
    delivered(maker())
    [second] = run_in(WEEK)
    later = saved(hub)
    assert (first.memo in later, second.memo in later) == (False, True)
    page = hub.post(reverse("shop_payouts:files"), follow=True).content.decode()
    assert "Mọi khoản chờ chuyển đã ở trong một tệp" in page
    files = TransferFile.objects.order_by("pk")
    facts = files.values_list("by__email", "by_name", "count", "total", "payouts")
    assert list(facts) == [
        ("hoa@example.vn", "hoa@example.vn", 1, payout.total, payout.pk) for payout in (first, second)
    ]
    payouts.pay(payout_id=first.pk, reference="FT1", by=STAFF)
    again = hub.get(reverse("shop_payouts:file", args=[files[0].pk]))
    assert again.content.decode("utf-8-sig") == text
    assert "hoa@example.vn" in hub.get(reverse("shop_payouts:detail", args=[first.pk])).content.decode()
