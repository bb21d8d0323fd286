"""Price and stock in one table: at once, beside sales, nothing lost, nothing of others."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.log_actions import registry

from catalogue.access.permissions import grant_hub_staff, grant_moderators
from catalogue.models import Product
from shop.partner import stock
from shop.partner.models import StockRecord
from shop.partner.price_table import record_of
from tests.factories import make_product
from tests.producer_accounts import MARK, ProducerAccount, log_in, make_producer_account, make_user

pytestmark = pytest.mark.django_db
TABLE = "/admin/gia-va-kho/"


@pytest.fixture
def own(db: None) -> ProducerAccount:
    return make_producer_account(email="lan@example.vn", name="Gốm nhà Lan")


@pytest.fixture
def client(own: ProducerAccount) -> Client:
    return log_in(own.user)


def shown(client: Client) -> dict[str, Any]:
    """Return what the browser would post without a change."""
    rows = client.get(TABLE).context["rows"]
    return {
        field.html_name: "" if field.value() is None else str(field.value()) for row in rows for field in row
    }


def typed(product: Product, **values: Any) -> dict[str, Any]:
    return {f"p{product.pk}-{name}": value for name, value in values.items()}


def record(product: Product) -> tuple[Decimal | None, int | None, int | None]:
    row = StockRecord.objects.get(product=product)
    return row.price, row.num_in_stock, row.num_allocated


def test_the_address_is_the_one_in_the_menu() -> None:
    assert reverse("producer_prices:prices") == TABLE


def test_price_and_stock_are_in_force_at_once_and_logged(own: ProducerAccount, client: Client) -> None:
    form = shown(client) | typed(own.product, price="1.250.000", stock="25")
    assert form[f"p{own.product.pk}-seen_price"] == "100000"
    response = client.post(TABLE, form)
    assert response.status_code == 302
    assert record(own.product) == (Decimal(1_250_000), 25, None)
    entry = registry.get_logs_for_instance(StockRecord.objects.get(product=own.product)).get()
    assert (entry.user, entry.action) == (own.user, "wagtail.edit")
    assert "Đã lưu 1 món" in client.get(TABLE).content.decode()


def test_a_table_of_a_thousand_goods_is_saved(own: ProducerAccount, client: Client) -> None:
    fields = ("price", "stock", "seen_price", "seen_stock")
    others = {f"p{number}-{field}": "1" for number in range(10_000, 11_000) for field in fields}
    response = client.post(TABLE, others | shown(client) | typed(own.product, price="1.250.000"))
    assert response.status_code == 302
    assert record(own.product)[0] == 1_250_000


def test_saving_what_was_shown_changes_and_logs_nothing(own: ProducerAccount, client: Client) -> None:
    response = client.post(TABLE, shown(client), follow=True)
    assert "Không có gì thay đổi" in response.content.decode()
    assert not registry.get_logs_for_instance(StockRecord.objects.get(product=own.product)).exists()


def test_a_sale_meanwhile_is_not_overwritten(own: ProducerAccount, client: Client) -> None:
    form = shown(client) | typed(own.product, stock="25")  # 10 were shown: 15 more came out of the kiln
    row = StockRecord.objects.get(product=own.product)
    stock.allocate({row.pk: 4})
    stock.consume({row.pk: 4})
    stock.allocate({row.pk: 2})
    assert client.post(TABLE, form).status_code == 302
    assert record(own.product) == (Decimal(100_000), 21, 2)


def test_less_than_customers_ordered_is_refused_beside_the_field(
    own: ProducerAccount, client: Client
) -> None:
    form = shown(client) | typed(own.product, stock="3", price="90000")
    stock.allocate({StockRecord.objects.get(product=own.product).pk: 5})
    response = client.post(TABLE, form)
    assert response.status_code == 422
    (row,) = [row for row in response.context["rows"] if row.product == own.product]
    assert row.errors == {"stock": ["Không thể ít hơn số khách đã đặt: 5."]}
    assert 'value="3"' in response.content.decode()
    assert record(own.product) == (Decimal(100_000), 10, 5)


def test_a_price_changed_by_somebody_else_is_told_and_the_next_save_wins(
    own: ProducerAccount, client: Client
) -> None:
    form = shown(client) | typed(own.product, price="90.000")
    StockRecord.objects.filter(product=own.product).update(price=120_000)
    response = client.post(TABLE, form)
    (row,) = [row for row in response.context["rows"] if row.product == own.product]
    assert "Người khác vừa đổi giá" in row.errors["price"][0]
    assert record(own.product)[0] == 120_000
    again = {field.html_name: field.value() for row in response.context["rows"] for field in row}
    assert again[f"p{own.product.pk}-price"] == "90.000"
    assert client.post(TABLE, {name: str(value) for name, value in again.items()}).status_code == 302
    assert record(own.product)[0] == 90_000


@pytest.mark.parametrize(
    ("price", "left", "field", "words"),
    [
        ("", "5", "price", "Điền giá bán."),
        ("5.000", "", "stock", "Điền số còn lại, hết thì ghi 0."),
        ("mười nghìn", "5", "price", "Viết số nguyên, ví dụ 1.250.000."),
        ("-5", "5", "price", "Viết số nguyên, ví dụ 1.250.000."),
        ("5.000", "-1", "stock", "Viết số nguyên, ví dụ 1.200."),
        ("9" * 13, "5", "price", "Nhiều nhất là 999.999.999.999."),
        ("5.000", "1000001", "stock", "Nhiều nhất là 1.000.000."),
        ("<script>", "5", "price", "Viết số nguyên, ví dụ 1.250.000."),
        ("5\x00", "5", "price", "Ký tự rỗng không được phép."),
        ("😀", "5", "price", "Viết số nguyên, ví dụ 1.250.000."),
    ],
)
def test_bad_input_is_answered_beside_the_field_and_kept(
    own: ProducerAccount, price: str, left: str, field: str, words: str
) -> None:
    client = log_in(own.user)
    other = make_product(title="Chum", producer=own.page)
    form = shown(client) | typed(own.product, price=price, stock=left) | typed(other, price="77.000")
    response = client.post(TABLE, form)
    assert response.status_code == 422
    (row,) = [row for row in response.context["rows"] if row.product == own.product]
    assert field in row.errors
    if "\x00" not in price:
        assert row.errors[field] == [words]
    assert row["price"].value() == price
    assert "<script>" not in response.content.decode().split("<main")[1].split("</main")[0]
    assert record(own.product) == (Decimal(100_000), 10, None)
    assert record(other)[0] == 77_000  # the good row is saved


def test_rows_posted_without_their_fields_change_nothing(own: ProducerAccount, client: Client) -> None:
    assert client.post(TABLE, {}).status_code in {302, 422}
    assert record(own.product) == (Decimal(100_000), 10, None)


def test_a_new_product_gets_its_first_price_here(own: ProducerAccount, client: Client) -> None:
    own.draft.save_revision().publish()
    product = Product.objects.get(translation_key=own.draft.translation_key)
    assert record_of(product) is None
    assert client.post(TABLE, shown(client)).status_code == 302
    assert record_of(product) is None
    form = shown(client) | typed(product, price="250.000", stock="")
    assert client.post(TABLE, form).status_code == 422
    form = shown(client) | typed(product, price="250.000", stock="4")
    assert client.post(TABLE, form).status_code == 302
    row = StockRecord.objects.get(product=product)
    assert (row.price, row.num_in_stock, row.partner, row.price_currency) == (250_000, 4, own.partner, "VND")


def test_goods_made_to_order_need_no_count(own: ProducerAccount, client: Client) -> None:
    Product.objects.filter(pk=own.product.pk).update(made_to_order=True)
    assert client.post(TABLE, shown(client) | typed(own.product, stock="")).status_code == 302
    assert record(own.product) == (Decimal(100_000), None, None)
    assert client.post(TABLE, shown(client) | typed(own.product, stock="7")).status_code == 302
    assert record(own.product) == (Decimal(100_000), 7, None)


def test_variants_stand_in_the_table_instead_of_their_parent(own: ProducerAccount, client: Client) -> None:
    tea = make_product(title="Trà", producer=own.page, variants={"500 g": (90_000, 3), "1 kg": (170_000, 2)})
    rows = [row.product for row in client.get(TABLE).context["rows"]]
    small, large = Product.objects.filter(parent=tea).order_by("pk")
    assert rows == [own.product, small, large]
    client.post(TABLE, shown(client) | typed(small, price="95.000"))
    assert (record(small)[0], record(large)[0]) == (95_000, 170_000)


def test_anothers_rows_are_neither_shown_nor_taken(own: ProducerAccount, client: Client) -> None:
    rival = make_producer_account(email="rival@example.vn", name=f"{MARK} Cạnh Tranh")
    before = record(rival.product)
    form = shown(client) | typed(rival.product, price="1", stock="0", seen_price="100000", seen_stock="10")
    response = client.post(f"{TABLE}?co-so={rival.partner.pk}", form, follow=True)
    assert MARK not in response.content.decode().upper()
    assert record(rival.product) == before


def test_hub_staff_keep_the_prices_of_a_named_producer_moderators_do_not(own: ProducerAccount) -> None:
    binh, duyet = make_user("binh@example.vn"), make_user("duyet@example.vn")
    grant_hub_staff(users=[binh])
    grant_moderators(users=[duyet])
    address = f"{TABLE}?co-so={own.partner.pk}"
    client = log_in(binh)
    rows = client.get(address).context["rows"]
    assert [row.product for row in rows] == [own.product]
    form = {field.html_name: str(field.value()) for row in rows for field in row}
    assert client.post(address, form | typed(own.product, price="99.000")).headers["Location"] == address
    assert record(own.product)[0] == 99_000
    for nonsense in ["x", "0", "٣", "²", "9" * 30, "9" * 5_000]:
        assert client.get(TABLE, {"co-so": nonsense}).status_code == 404
    assert client.get(TABLE).status_code == 404
    assert log_in(duyet).get(address).status_code == 302


def test_the_table_asks_the_same_number_of_questions_for_one_and_four(
    own: ProducerAccount, client: Client, django_assert_num_queries: Any
) -> None:
    client.get(TABLE)
    with CaptureQueriesContext(connection) as one:
        client.get(TABLE)
    for number in range(3):
        make_product(title=f"Chum {number}", producer=own.page)
    with django_assert_num_queries(len(one)):
        client.get(TABLE)
