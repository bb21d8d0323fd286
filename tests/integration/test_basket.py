"""The basket's pages: adding, changing, removing, undoing, bad input, prices that moved, cookies."""

import re
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from pytest_django import DjangoAssertNumQueries

from catalogue.listing.rows import rebuild
from shop.basket.middleware import BasketMiddleware
from shop.basket.models import Basket
from shop.partner import stock
from shop.partner.models import StockRecord
from tests.factories import make_commune, make_partner, make_producer, make_product

pytestmark = pytest.mark.django_db
BASKET = "/gio-hang/"


@pytest.fixture(autouse=True)
def site(site_root: Any) -> Any:
    return site_root


def add(client: Client, product: Any, quantity: Any = "1", **data: Any) -> Any:
    return client.post(reverse("basket:add", args=[product.pk]), {"quantity": quantity, **data})


def post(client: Client, **data: Any) -> Any:
    return client.post(BASKET, data)


def only_basket() -> Any:
    return Basket.objects.get(status="Open")


def quantities() -> Any:
    return dict(only_basket().lines.values_list("product__title", "quantity"))


def text(response: Any) -> Any:
    words = re.sub(r"<(script|style|svg)\b.*?</\1>|<[^>]+>", " ", response.content.decode(), flags=re.DOTALL)
    return re.sub(r"\s+", " ", unescape(words))


def line_of(product: Any) -> Any:
    return only_basket().lines.get(product=product)


def name_of(product: Any) -> str:
    return f"quantity-{line_of(product).pk}"


class TestAdding:
    def test_plain_post_leads_to_the_basket_with_a_message(self, client: Client) -> None:
        product = make_product(title="Gốm Phù Lãng", price=250_000)
        response = client.post(reverse("basket:add", args=[product.pk]), {"quantity": "2"}, follow=True)
        assert response.redirect_chain == [(BASKET, 302)]
        assert "Đã thêm 2 × Gốm Phù Lãng." in text(response)
        assert "500.000\u00a0₫" in response.content.decode()
        assert line_of(product).price_incl_tax == 250_000

    def test_adding_again_adds_up(self, client: Client) -> None:
        product = make_product(title="Mì Chũ")
        add(client, product, "2")
        add(client, product, "3")
        assert quantities() == {"Mì Chũ": 5}

    def test_script_gets_a_part_of_the_page_and_no_redirect(self, client: Client) -> None:
        product = make_product(title="Mì Chũ", stock=2)
        url = reverse("basket:add", args=[product.pk])
        good = client.post(url, {"quantity": "2"}, headers={"HX-Request": "true"})
        assert "Đã thêm 2 × Mì Chũ." in text(good)
        assert b"<html" not in good.content
        bad = client.post(url, {"quantity": "1"}, headers={"HX-Request": "true"})
        assert "Chỉ còn 2." in text(bad)
        assert quantities() == {"Mì Chũ": 2}

    def test_size_is_chosen_on_the_product_that_has_sizes(self, client: Client) -> None:
        product = make_product(title="Vải", variants={"1 kg": (85_000, 5), "3 kg": (240_000, 5)})
        three = product.children.get(title="3 kg")
        add(client, product, "1", variant=three.pk)
        assert [line.product for line in only_basket().lines.all()] == [three]

    def test_sizes_own_address_works_too(self, client: Client) -> None:
        product = make_product(variants={"1 kg": (85_000, 5)})
        child = product.children.get()
        add(client, child)
        assert only_basket().lines.get().product == child

    @pytest.mark.parametrize("variant", [None, "999999", "x"])
    def test_without_a_size_nothing_is_added(self, client: Client, variant: Any) -> None:
        product = make_product(variants={"1 kg": (85_000, 5)})
        response = add(client, product, "1", **({"variant": variant} if variant else {}))
        assert response.status_code == 200
        assert not Basket.objects.filter(lines__isnull=False).exists()

    @pytest.mark.parametrize(
        ("typed", "words"),
        [
            ("", "Nhập số lượng."),
            ("0", "Số lượng không thể nhỏ hơn 1."),
            ("-3", "Số lượng không thể nhỏ hơn 1."),
            ("1.5", "Nhập số lượng bằng chữ số"),
            ("ba", "Nhập số lượng bằng chữ số"),
            ("🍎", "Nhập số lượng bằng chữ số"),
            ("<b>1</b>", "Nhập số lượng bằng chữ số"),
            ("1\x00", "Nhập số lượng bằng chữ số"),
            ("9" * 400, "Nhập số lượng"),
            ("1000", "nhiều nhất 999"),
            ("11", "Chỉ còn 10."),
        ],
    )
    def test_bad_quantity_is_answered_beside_the_field_and_kept(
        self, client: Client, typed: Any, words: Any
    ) -> None:
        product = make_product(stock=10)
        response = add(client, product, typed)
        assert response.status_code == 200
        assert words in text(response) or "nhiều nhất 999" in text(response)
        assert 'aria-invalid="true"' in response.content.decode()
        assert not Basket.objects.filter(lines__isnull=False).exists()

    def test_unknown_product_is_404(self, client: Client) -> None:
        assert client.post(reverse("basket:add", args=[987654]), {"quantity": "1"}).status_code == 404

    def test_unpublished_product_cannot_be_added(self, client: Client) -> None:
        product = make_product()
        product.is_public = False
        product.save(update_fields=["is_public"])
        assert "Món này không còn bán." in text(add(client, product))

    @pytest.mark.parametrize("by_its_own_key", [True, False])
    def test_variant_of_an_unpublished_product_cannot_be_added(
        self, client: Client, by_its_own_key: bool
    ) -> None:
        product = make_product(variants={"1 kg": (85_000, 5)})
        variant = product.children.get()
        product.is_public = False
        product.save(update_fields=["is_public"])
        answer = add(client, variant) if by_its_own_key else add(client, product, variant=variant.pk)
        assert "Món này không còn bán." in text(answer)
        assert not Basket.objects.filter(lines__isnull=False).exists()

    def test_looking_at_the_address_changes_nothing(self, client: Client) -> None:
        assert client.get(reverse("basket:add", args=[make_product().pk])).status_code == 405

    @pytest.mark.parametrize(
        ("target", "expected"),
        [
            ("/lang-nghe/?trang=2", "/lang-nghe/?trang=2"),
            ("https://evil.example/", BASKET),
            ("//evil.example", BASKET),
        ],
    )
    def test_next_stays_on_this_site(self, client: Client, target: Any, expected: Any) -> None:
        assert add(client, make_product(), next=target).url == expected


class TestChanging:
    @pytest.fixture
    def product(self, client: Client) -> Any:
        product = make_product(title="Mì Chũ", price=50_000, stock=5)
        add(client, product, "2")
        return product

    @pytest.mark.parametrize(("button", "expected"), [("more", 3), ("less", 1)])
    def test_plus_and_minus_are_submits(
        self, client: Client, product: Any, button: Any, expected: Any
    ) -> None:
        name = name_of(product)
        assert post(client, **{name: "2", button: name}).url == BASKET
        assert quantities() == {"Mì Chũ": expected}

    def test_numbers_of_all_lines_are_saved_together(self, client: Client, product: Any) -> None:
        other = make_product(title="Rượu", stock=9)
        add(client, other)
        post(client, **{name_of(product): "4", name_of(other): "5", "more": name_of(other)})
        assert quantities() == {"Mì Chũ": 4, "Rượu": 6}

    def test_zero_removes_and_can_be_undone(self, client: Client, product: Any) -> None:
        post(client, **{name_of(product): "0"})
        page = client.get(BASKET)
        assert "Đã bỏ “Mì Chũ” khỏi giỏ." in text(page)
        assert f'action="{reverse("basket:add", args=[product.pk])}"' in page.content.decode()
        assert "Đã bỏ" not in text(client.get(BASKET))
        add(client, product, "2")
        assert quantities() == {"Mì Chũ": 2}

    def test_remove_button_does_not_mind_what_stands_in_the_field(self, client: Client, product: Any) -> None:
        post(client, **{name_of(product): "xyz", "remove": str(line_of(product).pk)})
        assert not only_basket().lines.exists()

    @pytest.mark.parametrize("typed", ["-1", "1e9", "🍎", "hai", "1001", "6", "9" * 300])
    def test_bad_number_stands_beside_the_field_and_changes_nothing(
        self, client: Client, product: Any, typed: Any
    ) -> None:
        response = post(client, **{name_of(product): typed})
        assert response.status_code == 200
        assert f'id="{name_of(product)}_error"' in response.content.decode()
        assert typed in response.content.decode()
        assert quantities() == {"Mì Chũ": 2}

    def test_lines_of_others_cannot_be_touched(self, client: Client, product: Any) -> None:
        stranger = Client()
        add(stranger, make_product(title="Của người khác"), "3")
        theirs = Basket.objects.latest("pk").lines.get()
        response = post(client, **{f"quantity-{theirs.pk}": "0", "remove": str(theirs.pk)})
        assert response.status_code == 302
        theirs.refresh_from_db()
        assert theirs.quantity == 3

    def test_basket_that_became_an_order_is_not_changed(self, client: Client, product: Any) -> None:
        name, basket = name_of(product), only_basket()
        line = basket.lines.get()
        from shop.basket import actions

        Basket.objects.filter(pk=basket.pk).update(status="Submitted")
        with pytest.raises(actions.BasketClosed):
            actions.set_quantities(basket=basket, quantities={line.pk: 4})
        assert post(client, **{name: "4"}).status_code == 302
        line.refresh_from_db()
        assert line.quantity == 2

    def test_line_taken_out_in_another_tab_stays_out(self, client: Client, product: Any) -> None:
        from shop.basket import actions
        from shop.partner.strategy import Market

        line, basket = line_of(product), only_basket()
        basket.strategy = Market()
        assert len(basket.all_lines()) == 1
        post(client, remove=str(line.pk))
        assert actions.set_quantities(basket=basket, quantities={line.pk: 4}) == []
        assert not only_basket().lines.exists()

    def test_smaller_number_is_accepted_even_when_still_too_many(self, client: Client, product: Any) -> None:
        StockRecord.objects.update(num_in_stock=1)
        post(client, **{name_of(product): "2", "less": name_of(product)})
        assert quantities() == {"Mì Chũ": 1}


class TestNothingChangesSilently:
    @pytest.fixture
    def product(self, client: Client) -> Any:
        product = make_product(title="Mì Chũ", price=50_000, stock=5)
        add(client, product, "3")
        return product

    @pytest.mark.parametrize(
        ("price", "words"),
        [
            (60_000, "Giá tăng từ 50.000\xa0₫ lên 60.000\xa0₫"),
            (45_000, "Giá giảm từ 50.000\xa0₫ xuống 45.000\xa0₫"),
        ],
    )
    def test_price_that_moved_is_told_until_the_line_is_handled(
        self, client: Client, product: Any, price: Any, words: Any
    ) -> None:
        StockRecord.objects.update(price=price)
        assert words in client.get(BASKET).content.decode()
        assert words in client.get(BASKET).content.decode()
        post(client, **{name_of(product): "3", "less": name_of(product)})
        assert words not in client.get(BASKET).content.decode()
        assert line_of(product).price_incl_tax == price

    def test_stock_that_shrank_is_told_and_stops_the_order(self, client: Client, product: Any) -> None:
        stock.allocate({product.stockrecords.get().pk: 3})
        page = client.get(BASKET)
        assert "Chỉ còn 2." in text(page)
        assert reverse("checkout:index") not in page.content.decode()

    def test_unchanged_basket_can_be_ordered(self, client: Client, product: Any) -> None:
        assert reverse("checkout:index") in client.get(BASKET).content.decode()

    def test_what_is_gone_leaves_with_a_message(self, client: Client, product: Any) -> None:
        for page in product.pages.all():
            page.unpublish()
        response = client.get(BASKET)
        assert "“Mì Chũ” không còn bán, đã bỏ khỏi giỏ." in text(response)
        assert "Giỏ còn trống" in text(response)
        assert not only_basket().lines.exists()


class TestPage:
    def test_empty_basket_shows_what_to_start_with(self, client: Client) -> None:
        make_product(title="Vải thiều", page={"season_months": list(range(1, 13))})
        rebuild()
        page = client.get(BASKET)
        assert "Giỏ còn trống" in text(page)
        assert "Vải thiều" in text(page)

    def test_one_parcel_for_each_producer_in_the_order_they_came(self, client: Client) -> None:
        potter, brewer = (make_producer(partner=make_partner(name=name)) for name in ("Lò gốm", "Nhà nấu"))
        for producer in (potter, brewer, potter):
            add(client, make_product(producer=producer))
        words = text(client.get(BASKET))
        assert words.index("Kiện 1: Lò gốm") < words.index("Kiện 2: Nhà nấu")
        assert "Kiện 3" not in words
        assert "Bạn mua của 2 cơ sở" in words

    def test_wine_is_for_adults(self, client: Client) -> None:
        add(client, make_product(age_restricted=True))
        assert "từ 18 tuổi" in text(client.get(BASKET))

    def test_english_page_is_english(self, client: Client) -> None:
        product = make_product(title="Mì Chũ", title_en="Chũ noodles")
        with translation.override("en"):
            url = reverse("basket:add", args=[product.pk])
            page = client.post(url, {"quantity": "1"}, follow=True)
        assert page.redirect_chain[0][0].startswith("/en/")
        assert "Chũ noodles" in text(page)

    def test_queries_do_not_grow_with_lines(
        self, client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
    ) -> None:
        spent = []
        for count in (1, 3):
            while Basket.objects.filter(lines__isnull=False).count() < count:
                add(client, make_product(photo=True, variants={"1 kg": (10_000, 5)}).children.get())
            rebuild()
            client.get(BASKET)  # the message is read
            with django_assert_max_num_queries(16) as queries:
                page = client.get(BASKET)
            assert text(page).count("Bỏ khỏi giỏ") == count
            spent.append(len(queries))
        assert spent[0] == spent[1]


class TestCookies:
    def count(self, client: Client) -> Any:
        cookie = client.cookies.get("cho_basket")
        return cookie.value if cookie else ""

    def test_count_follows_the_basket(self, client: Client) -> None:
        product = make_product()
        add(client, product, "2")
        assert self.count(client) == "2"
        add(client, product, "3")
        assert self.count(client) == "5"
        post(client, **{name_of(product): "0"})
        assert self.count(client) == ""

    def test_cookie_can_be_read_by_the_page_and_goes_nowhere_else(self, client: Client) -> None:
        cookie = add(client, make_product()).cookies["cho_basket"]
        assert not cookie["httponly"]
        assert cookie["samesite"] == "Lax"
        assert add(Client(), make_product()).cookies["oscar_open_basket"]["httponly"]

    def test_forged_basket_cookie_is_no_basket(self, client: Client) -> None:
        add(client, make_product(), "2")
        thief = Client()
        thief.cookies["oscar_open_basket"] = f"{only_basket().pk}:forged"
        assert "Giỏ còn trống" in text(thief.get(BASKET))

    def test_log_in_merges_and_counts_at_once(self, client: Client, django_user_model: Any) -> None:
        user = django_user_model.objects.create_user("khach@example.vn", "mot mat khau dai")
        old = make_product(title="Trong giỏ cũ")
        stored = Basket.objects.create(owner=user)
        from shop.partner.strategy import Market

        stored.strategy = Market()
        stored.add_product(old, 2)
        add(client, make_product(title="Vừa chọn"), "3")
        data = {"username": "khach@example.vn", "password": "mot mat khau dai"}
        client.post("/admin/login/", data)
        assert self.count(client) == "5"
        assert quantities() == {"Trong giỏ cũ": 2, "Vừa chọn": 3}
        client.post(reverse("customer:logout"))
        assert self.count(client) == ""

    @pytest.mark.parametrize("faster", ["took it over", "merged it"])
    def test_log_in_in_two_windows_at_once_loses_nothing(
        self, client: Client, django_user_model: Any, monkeypatch: pytest.MonkeyPatch, faster: str
    ) -> None:
        """The slower one found the basket from before the log-in as the account's own, and merged it into itself."""
        user = django_user_model.objects.create_user("khach@example.vn", "mot mat khau dai")
        add(client, make_product(title="Vừa chọn"), "3")
        read = BasketMiddleware.get_cookie_basket

        def read_and_be_late(self: Any, *args: Any) -> Any:
            left = read(self, *args)
            if left and faster == "took it over":
                Basket.objects.filter(pk=left.pk).update(owner=user)
            elif left:
                Basket.objects.create(owner=user).merge(Basket.objects.get(pk=left.pk))
            return left

        monkeypatch.setattr(BasketMiddleware, "get_cookie_basket", read_and_be_late)
        client.post("/admin/login/", {"username": "khach@example.vn", "password": "mot mat khau dai"})
        assert quantities() == {"Vừa chọn": 3}
        assert self.count(client) == "3"
        assert "món từ giỏ trước" not in text(client.get(BASKET))

    def test_basket_page_is_kept_by_nobody(self, client: Client) -> None:
        response = client.get(BASKET)
        assert "no-store" in response["Cache-Control"]
        assert "private" in response["Cache-Control"]


class TestDestination:
    @pytest.fixture(autouse=True)
    def tariff(self) -> None:
        from tests.integration.test_shipping import PROVINCES

        for code in PROVINCES:
            make_commune(code=f"{code}000", province_code=code)
        from shop.shipping.loading import load_shipping

        load_shipping()

    def test_home_is_assumed_and_the_choice_is_remembered(self, client: Client) -> None:
        add(client, make_product(price=100_000, shipping_weight_g=900))
        assert "18.000\u00a0₫" in client.get(BASKET).content.decode()
        assert "39.000\u00a0₫" not in client.get(BASKET).content.decode()
        assert "47.000\u00a0₫" in client.get(BASKET, {"tinh": "79"}).content.decode()
        assert "147.000\u00a0₫" in client.get(BASKET).content.decode()

    @pytest.mark.parametrize("typed", ["99", "xx", "' OR 1=1", "🍎", "7" * 500])
    def test_nonsense_province_is_ignored(self, client: Client, typed: Any) -> None:
        add(client, make_product(shipping_weight_g=900))
        page = client.get(BASKET, {"tinh": typed})
        assert page.status_code == 200
        assert "18.000\u00a0₫" in page.content.decode()

    def test_what_cannot_travel_there_says_why(self, client: Client) -> None:
        add(client, make_product(cold_chain=True, shipping_weight_g=900))
        words = text(client.get(BASKET, {"tinh": "79"}))
        assert "chưa gửi lạnh tới Miền Nam được" in words
        assert "Chưa gồm phí" in words


def test_thirds_are_whole_dong() -> None:
    from shop.basket.models import Line

    line = Line(basket=Basket(), quantity=1)
    line.discount(Decimal("33333.3333"), 1)
    assert line.discounts.total == Decimal(33_333)
