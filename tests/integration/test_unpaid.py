"""What one buyer, and one network, may hold without having paid; a code from the mailbox opens some more."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from post_office.models import Email
from pytest_django.fixtures import Settings

from catalogue.models import Product
from shop.core.actors import SYSTEM
from shop.fulfilment import parcels
from shop.fulfilment.cancelling import cancel_order
from shop.order.models import Order, OrderSubject
from shop.payment import attempts, expiring, settling, unpaid
from shop.payment.models import Payment
from shop.payment.providers.base import PaymentReport
from tests.factories import make_product
from tests.prepaid import Prepaid
from tests.shop import make_order, make_purchase, place
from tests.unpaid import MOST, OTHER, buy, code_of, held, market, person, plenty, review

__all__ = ["market", "plenty"]
pytestmark = pytest.mark.django_db


def test_one_buyer_does_not_hold_all_the_stock(settings: Settings) -> None:
    """One address and telephone held all 60 units for a day."""
    product = make_product(stock=60)
    settings.UNPAID_ORDERS = 9
    assert [buy(product, quantity=10) for _ in range(6)] == [""] * 3 + ["units"] * 3
    assert held(product) == 30


def test_small_numbers_are_free() -> None:
    product = make_product(stock=4)
    assert not buy(product, quantity=4)


def test_many_telephones_of_one_network_leave_the_rest() -> None:
    product = make_product(stock=60)
    answers = [buy(product, quantity=15, **person(number)) for number in range(4)]
    assert answers == ["", "", "", "units"]
    assert not buy(product, network=2, quantity=15, **person(9))


@pytest.mark.parametrize("same", ["phone", "email"])
def test_unpaid_orders_of_one_subject_end(plenty: Product, same: str) -> None:
    other = {key: value for key, value in OTHER.items() if key != same}
    for number in range(MOST):
        assert not buy(plenty, network=number)
    assert buy(plenty, network=7, **other) == "orders"
    assert not buy(plenty, network=7, **OTHER)


def test_a_suffix_is_no_other_mailbox(plenty: Product) -> None:
    for number in range(MOST):
        who = {"phone": f"+8491210000{number}", "email": f"lan+{number}@example.vn"}
        assert not buy(plenty, network=number, **who)
    assert buy(plenty, network=7, phone="+84912100009", email="Lan@example.vn") == "orders"


def test_an_account_is_one_subject(plenty: Product, django_user_model: Any) -> None:
    user = django_user_model.objects.create_user("khach@example.vn")
    answers = [buy(plenty, network=number, user=user, **person(number)) for number in range(MOST + 1)]
    assert answers == [""] * MOST + ["orders"]


def test_open_cash_of_one_telephone_ends() -> None:
    """Twelve orders of 4.9 million each stood open for cash."""
    product = make_product(price=4_900_000, stock=1000)
    answers = [
        buy(product, network=number, method="cod", email=f"n{number}@example.vn") for number in range(6)
    ]
    assert answers == [""] + ["cash"] * 5
    assert Order.objects.count() == 1


def test_cash_that_was_collected_is_open_no_more() -> None:
    product = make_product(price=4_900_000, stock=1000)
    buy(product, method="cod")
    parcel = Order.objects.get().parcels.get()
    for verb in (parcels.accept, parcels.pack, parcels.ship, parcels.deliver):
        verb(parcel_id=parcel.pk, by=SYSTEM)
    assert not buy(product, method="cod")


def test_a_village_behind_one_network_goes_on(plenty: Product, settings: Settings) -> None:
    """Behind one mobile network stand many; beyond its number a code is asked for, and never refused."""
    settings.UNPAID_ORDERS_PER_NETWORK = 2
    for number in range(2):
        assert not buy(plenty, **person(number))
    client = Client(headers={"X-Forwarded-For": "198.51.100.1"})
    for number in range(5, 7):
        Email.objects.all().delete()
        page = review(client, plenty, **person(number))
        assert place(client, page).status_code == 409
        assert place(client, page, code=code_of(person(number)["email"])).status_code == 302


def test_what_is_paid_does_not_count(plenty: Product) -> None:
    for _ in range(MOST + 1):
        assert not buy(plenty, method="prepaid")
        payment = Payment.objects.latest("pk")
        Prepaid.receive(payment, int(payment.amount), f"tx-{payment.pk}")
        settling.fetch_and_settle(payment_id=payment.pk, by=SYSTEM)


def test_cancelling_opens_no_new_budget_within_the_hour(plenty: Product) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for _ in range(MOST):
            buy(plenty)
            cancel_order(order_id=Order.objects.latest("pk").pk, by=SYSTEM)
        assert buy(plenty) == "orders"
        clock.shift(timedelta(hours=1, minutes=1))
        assert not buy(plenty)


def test_a_mailbox_gets_no_mail_of_orders_without_end(plenty: Product) -> None:
    """Each order has mail sent, however it is paid, and when it is cancelled again."""
    for _ in range(MOST):
        buy(plenty, method="prepaid")
    assert buy(plenty, method="prepaid") == "orders"


def test_who_pays_at_once_holds_more_units_without_a_code() -> None:
    product = make_product(stock=60)
    assert buy(product, quantity=31) == "units"
    assert not buy(product, quantity=31, method="prepaid")
    assert not buy(product, network=2, quantity=29, method="prepaid", **OTHER)
    assert held(product) == 60


class TestUnpaidCards:
    """The first order of a day by card may be for all there is; whoever did not pay it holds a share."""

    def let_go(self, clock: Any) -> Order:
        clock.shift(timedelta(minutes=36))
        order = Order.objects.latest("pk")
        assert expiring.expire(order_id=order.pk)
        return order

    def test_hold_no_whole_stock_for_good(self) -> None:
        product = make_product(stock=60)
        with time_machine.travel(timezone.now(), tick=False) as clock:
            assert not buy(product, quantity=60, method="prepaid")
            self.let_go(clock)
            assert buy(product, quantity=31, method="prepaid") == "units"
            assert buy(product, quantity=55, method="prepaid", confirmed=True) == "units"
            assert not buy(product, quantity=30, method="prepaid")
            clock.shift(timedelta(days=1))
            unpaid.forget_old()
            self.let_go(clock)
            assert not buy(product, quantity=60, method="prepaid")

    def test_hold_for_a_quarter_of_an_hour_the_second_time(self) -> None:
        product = make_product(stock=60)
        with time_machine.travel(timezone.now(), tick=False):
            for _ in range(2):
                assert not buy(product, quantity=2, method="prepaid")
            holds = [row.deadline - timezone.now() for row in Payment.objects.order_by("pk")]
        assert holds == [timedelta(minutes=35), timedelta(minutes=15)]

    def test_new_mailboxes_of_one_network_need_a_code(self) -> None:
        product = make_product(stock=60)
        with time_machine.travel(timezone.now(), tick=False) as clock:
            assert not buy(product, quantity=60, method="prepaid", **person(1))
            self.let_go(clock)
            assert buy(product, quantity=60, method="prepaid", **person(2)) == "units"
            assert not buy(product, quantity=60, method="prepaid", confirmed=True, **person(2))

    def test_the_same_order_is_not_paid_for_again_and_again(self) -> None:
        product = make_product(stock=60)
        with time_machine.travel(timezone.now(), tick=False) as clock:
            assert not buy(product, quantity=60, method="prepaid")
            order = self.let_go(clock)
            with pytest.raises(attempts.CannotPay, match="chưa trả tiền"):
                attempts.pay_with(order_id=order.pk, code="prepaid", by=SYSTEM)
        assert held(product) == 0

    def test_its_page_is_not_opened_again_and_again_while_it_waits(self) -> None:
        product = make_product(stock=60)
        with time_machine.travel(timezone.now(), tick=False) as clock:
            assert not buy(product, quantity=60, method="prepaid")
            clock.shift(timedelta(minutes=34))
            payment = Payment.objects.get()
            Prepaid.known[payment.token] = PaymentReport(failed=True)
            with pytest.raises(attempts.CannotPay, match="chưa trả tiền"):
                attempts.pay_with(order_id=payment.order_id, code="prepaid", by=SYSTEM)

    @pytest.mark.parametrize("stock", [1, 5])
    def test_the_last_ones_go_to_who_tries_again(self, stock: int) -> None:
        product = make_product(stock=stock)
        with time_machine.travel(timezone.now(), tick=False) as clock:
            assert not buy(product, quantity=stock, method="prepaid")
            order = self.let_go(clock)
            attempts.pay_with(order_id=order.pk, code="prepaid", by=SYSTEM)
        assert held(product) == stock


@pytest.mark.parametrize("stock", [7, 10])
def test_who_pays_at_once_buys_the_last_unit(stock: int) -> None:
    product = make_product(stock=stock)
    assert not buy(product, quantity=stock, method="prepaid")
    assert held(product) == stock


def test_behind_one_network_the_rest_stays_for_who_pays(client: Client) -> None:
    product = make_product(stock=100)
    for number in range(3):
        assert not buy(product, quantity=25, **person(number))
    client = Client(headers={"X-Forwarded-For": "198.51.100.1"})
    assert (
        place(client, review(client, product, quantity=25, method="prepaid", **person(9))).status_code == 302
    )
    assert held(product) == 100


def test_waiting_orders_do_not_keep_from_paying_at_once(plenty: Product) -> None:
    for _ in range(MOST):
        buy(plenty)
    assert buy(plenty) == "orders"
    assert not buy(plenty, method="prepaid")


class TestForeignTelephone:
    """A throw-away mailbox that reads its codes ordered for cash on another person's number."""

    @pytest.fixture(autouse=True)
    def locked_out(self, plenty: Product, settings: Settings) -> None:
        settings.CONFIRMED_TIMES = 2
        answers = [buy(plenty, method="cod", confirmed=True, network=number, email="x@example.net")
                   for number in range(MOST * 2 + 1)]  # fmt: skip
        assert answers == [""] * (MOST * 2) + ["orders"]

    def test_its_owner_pays_by_card_without_a_code(self, plenty: Product) -> None:
        assert not buy(plenty, network=99, method="prepaid")

    @pytest.mark.parametrize("method", ["bank", "cod"])
    def test_her_own_mailbox_opens_the_rest(self, client: Client, plenty: Product, method: str) -> None:
        page = review(client, plenty, method=method)
        answer = place(client, page)
        assert answer.status_code == 409
        assert "Không cần mã nếu trả bằng: Trả trước." in " ".join(answer.content.decode().split())
        assert place(client, page, code=code_of("anh@example.vn")).status_code == 302

    def test_beyond_a_wider_number_cash_ends_and_prepaying_does_not(
        self, client: Client, plenty: Product
    ) -> None:
        for number in range(MOST * 2):
            assert not buy(plenty, method="cod", confirmed=True, network=number, email="y@example.net")
        answer = place(client, review(client, plenty, method="cod"))
        text = " ".join(answer.content.decode().split())
        assert "Hãy chọn cách trả trước cho đơn này" in text
        assert re.search("Đơn này vẫn đặt được nếu trả bằng: [^.]*mã VietQR hoặc Trả trước[.]", text)
        assert "code" not in answer.context["form"].fields
        assert not buy(plenty, network=99, confirmed=True)

    def test_no_way_is_named_that_needs_a_code_where_none_can_be_given(self, plenty: Product) -> None:
        with time_machine.travel(timezone.now() - timedelta(hours=30), tick=False):
            assert not buy(plenty, network=99, confirmed=True)
        order = Order.objects.latest("pk")
        assert expiring.expire(order_id=order.pk)
        for number in range(MOST * 2):
            assert not buy(plenty, method="cod", confirmed=True, network=number, email="y@example.net")
        with pytest.raises(attempts.CannotPay) as refused:
            attempts.pay_with(order_id=order.pk, code="cod", by=SYSTEM)
        assert str(refused.value).endswith("Đơn này vẫn trả được bằng: Trả trước.")


def test_orders_that_staff_enter_are_exempt(plenty: Product) -> None:
    for _ in range(8):
        make_order(plenty, purchase=make_purchase(method="bank"))
    assert not OrderSubject.objects.exists()
    assert not buy(plenty)
