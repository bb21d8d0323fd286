"""A code from the mailbox opens some more of what one buyer may hold without having paid."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from post_office.models import Email
from pytest_django.fixtures import Settings

from catalogue.models import Product
from shop.order.models import Order
from tests.factories import make_product
from tests.shop import place, walk_to_review
from tests.unpaid import MOST, buy, code_of, held, market, plenty, review

__all__ = ["market", "plenty"]
pytestmark = pytest.mark.django_db


class TestCode:
    @pytest.fixture(autouse=True)
    def at_the_end(self, plenty: Product, client: Client) -> None:
        for _ in range(MOST):
            buy(plenty)
        Email.objects.all().delete()
        self.page = review(client, plenty)

    def test_is_asked_for_beside_its_field_and_nothing_is_lost(self, client: Client) -> None:
        answer = place(client, self.page)
        text = answer.content.decode()
        assert answer.status_code == 409
        assert "Nhiều đơn chưa trả tiền quá" in text
        assert 'name="code"' in text
        assert re.search(r'name="terms"[^>]*checked', text)
        assert code_of("anh@example.vn") not in text
        assert text.index("Chưa đặt được đơn") < text.index("Người nhận")
        assert text.index('href="#id_code"') < text.index('id="id_code"')
        label = re.search(r'<label for="id_code">(.*?)</label>', text, re.DOTALL)[1]
        assert label.strip() == "Mã trong thư"
        assert "Cần mã này để đặt đơn" in text
        with translation.override("en"):
            english = client.post(
                reverse("checkout:preview"), {"shown": self.page.context["signed"], "terms": "on"}
            )
        assert "Too many unpaid orders" in english.content.decode()
        assert '<h2 id="tom-tat">Your order</h2>' in english.content.decode()

    def test_places_the_order(self, client: Client) -> None:
        place(client, self.page)
        assert place(client, self.page, code=code_of("anh@example.vn")).status_code == 302
        assert Order.objects.count() == MOST + 1

    def test_of_another_basket_does_not(self, client: Client, plenty: Product) -> None:
        place(client, self.page)
        other = Client()
        page = review(other, plenty)
        answer = place(other, page, code=code_of("anh@example.vn"))
        assert answer.status_code == 422
        assert "Mã không đúng" in answer.content.decode()

    def test_wrong_ones_end(self, client: Client) -> None:
        place(client, self.page)
        right = code_of("anh@example.vn")
        wrong = "000000" if right != "000000" else "111111"
        for _ in range(10):
            answer = place(client, self.page, code=wrong)
            assert answer.status_code == 422
            assert f'value="{wrong}"' in answer.content.decode()
        answer = place(client, self.page, code=right)
        assert answer.status_code == 422
        assert "Mã bị nhập sai quá nhiều lần" in answer.content.decode()
        assert Order.objects.count() == MOST

    def test_ends_with_its_time(self, client: Client) -> None:
        place(client, self.page)
        code = code_of("anh@example.vn")
        with time_machine.travel(timezone.now() + timedelta(hours=1, minutes=1)):
            assert place(client, self.page, code=code).status_code == 422

    def test_mails_end_and_the_page_answers_as_ever(self, client: Client, settings: Settings) -> None:
        settings.MAILS_PER_RECIPIENT = 2
        answers = {place(client, self.page).status_code for _ in range(4)}
        assert answers == {409}
        assert Email.objects.count() == 2

    def test_opens_so_many_times_as_much_and_no_more(
        self, client: Client, plenty: Product, settings: Settings
    ) -> None:
        settings.CONFIRMED_TIMES = 1
        settings.UNPAID_ORDERS = MOST + 1
        buy(plenty)
        answer = place(client, self.page)
        assert "code" not in answer.context["form"].fields
        assert Order.objects.count() == MOST + 1
        text = answer.content.decode()
        assert "Trả các đơn đang chờ trước" in text
        assert "Đơn đã huỷ, hay hết hạn, còn tính cho tới một giờ sau lúc đặt." in text


@pytest.mark.parametrize(
    ("method", "others"),
    [("bank", "Không cần mã nếu trả bằng: Trả trước."), ("cod", "mã VietQR hoặc Trả trước.")],
)
def test_other_ways_are_named(client: Client, settings: Settings, method: str, others: str) -> None:
    settings.OPEN_CASH = 1_000_000
    product = make_product(price=300_000, stock=60 if method == "bank" else 1000)
    page = review(client, product, quantity=35 if method == "bank" else 4, method=method)
    assert others in " ".join(place(client, page).content.decode().split())


def test_the_rest_stays_for_who_pays(client: Client) -> None:
    product = make_product(stock=60)
    page = review(client, product, quantity=55)
    answer = place(client, page)
    assert answer.status_code == 409
    assert "đặt được nhiều nhất 54" in answer.content.decode()
    assert "code" not in answer.context["form"].fields
    assert held(product) == 0
    assert "vẫn đặt được nếu trả bằng: Trả trước." in " ".join(answer.content.decode().split())
    assert place(client, walk_to_review(client, method="prepaid")).status_code == 302
