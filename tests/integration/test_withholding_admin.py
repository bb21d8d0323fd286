"""Staff see withheld tax by month, take its files, note what was paid; producers see it on their statements."""

import csv
from collections.abc import Iterator
from datetime import date, timedelta
from io import BytesIO, StringIO
from typing import Any

import openpyxl
import pytest
import time_machine
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import Settings

from shop.backoffice.attention import system
from shop.ledger import payouts, tax_months
from shop.ledger.models import LedgerEntry, TaxPayment, WithholdingRate
from shop.ledger.tax_proof import wrong_taxes
from shop.ledger.withholding import load_withholding_rates
from shop.partner.models import Partner
from tests.books import assert_balanced
from tests.factories import make_product
from tests.integration.test_withholding import STAFF, buy, goods, pay, taxes, walk
from tests.prepaid import COD, PATH, Prepaid
from tests.producer_accounts import log_in, make_producer_account
from tests.shop import make_market

pytestmark = pytest.mark.django_db
EVIL = "=1+1 Gốm"


@pytest.fixture(autouse=True)
def market(settings: Settings, site_root: Any) -> Iterator[None]:
    settings.PAYMENT_PROVIDERS = [COD, PATH]
    settings.WITHHOLD_TAX_FROM = date(2025, 7, 1)
    Prepaid.forget()
    make_market()
    load_withholding_rates()
    yield
    assert_balanced()
    Prepaid.forget()


@pytest.fixture
def hub() -> Client:
    return staff("view_payout", "change_payout", "view_withholdingrate", "add_withholdingrate")


def staff(*codenames: str) -> Client:
    user = get_user_model().objects.create_user("hoa@example.vn", "mat-khau-dai")
    user.user_permissions.set(Permission.objects.filter(codename__in=["access_admin", *codenames]))
    return log_in(user)


def sold(**fields: Any) -> Any:
    """Return the parcel of a paid sale of a household's."""
    order = buy(goods(**{"tax_code": "0012345678", "citizen_id": "024012345678", **fields}))
    pay(order)
    return order.parcels.get()


def this_month() -> date:
    return timezone.localdate().replace(day=1)


def test_page_shows_the_month_and_notes_what_was_paid_once(hub: Client) -> None:
    parcel = sold()
    response = hub.get(reverse("shop_tax:index"))
    assert [str(step["label"]) for step in response.context["breadcrumbs_items"]][1:] == ["Thuế khấu trừ"]
    page = response.content.decode()
    assert ("Cần kế toán xem lại" in page, parcel.partner.name in page, "024012345678" in page) == (
        True,
        True,
        True,
    )
    left = tax_months.of_month(this_month()).left
    form = {"amount": left, "reference": "NT 7"}
    url = reverse("shop_tax:pay", args=[this_month()])
    for _press in range(2):
        assert hub.post(url, form).status_code == 302
    assert TaxPayment.objects.get().amount == left == sum(taxes(parcel.partner))
    known = hub.post(url, {**form, "amount": 5})
    assert (known.status_code, known.context["form"].errors["reference"][0][:7]) == (422, "Mã NT 7")
    assert hub.post(url, {"amount": "-1", "reference": ""}).status_code == 422
    assert "NT 7" in hub.get(reverse("shop_tax:month", args=[this_month()])).content.decode()


def test_payment_that_was_noted_wrongly_is_taken_back_with_a_reason(hub: Client) -> None:
    sold()
    left = tax_months.of_month(this_month()).left
    pay_url = reverse("shop_tax:pay", args=[this_month()])
    hub.post(pay_url, {"amount": left + 9, "reference": "NT 7"})
    wrong = TaxPayment.objects.get()
    url = reverse("shop_tax:undo_pay", args=[this_month(), wrong.pk])
    assert url in hub.get(reverse("shop_tax:index")).content.decode()
    assert hub.post(url, {"undo-reason": ""}).status_code == 422
    assert tax_months.of_month(this_month()).left == -9
    for _press in range(2):
        assert hub.post(url, {"undo-reason": "gõ nhầm số tiền"}).status_code == 302
    assert LedgerEntry.objects.filter(kind="tax_paid").count() == 2
    assert LedgerEntry.objects.filter(kind="tax_paid").total() == 0
    assert hub.post(pay_url, {"amount": left, "reference": "NT 7"}).status_code == 302
    assert (tax_months.of_month(this_month()).left, wrong_taxes()) == (0, {})
    page = hub.get(reverse("shop_tax:index")).content.decode()
    assert ("gõ nhầm số tiền" in page, url in page) == (True, False)
    wrong.refresh_from_db()
    assert (wrong.undone_by_name, wrong.undone_for) == ("hoa@example.vn", "gõ nhầm số tiền")
    elsewhere = reverse("shop_tax:undo_pay", args=[date(2025, 1, 1), wrong.pk])
    assert hub.post(elsewhere, {"undo-reason": "x"}).status_code == 404


def test_page_says_that_it_is_off(hub: Client, settings: Settings) -> None:
    settings.WITHHOLD_TAX_FROM = None
    response = hub.get(reverse("shop_tax:index"))
    assert [str(step["label"]) for step in response.context["breadcrumbs_items"]][1:] == ["Thuế khấu trừ"]
    page = response.content.decode()
    assert ("Đang tắt" in page, "Tháng này chưa khấu trừ của ai" in page) == (True, True)


def test_files_for_the_declaration_run_nothing_that_somebody_typed(hub: Client) -> None:
    parcel = sold(name=EVIL, address="Thôn Thổ Hà")
    vat, pit = taxes(parcel.partner)
    file = hub.get(reverse("shop_tax:csv", args=[this_month()])).content.decode("utf-8-sig")
    heading, row = csv.reader(StringIO(file))
    facts = dict(zip(heading, row, strict=True))
    assert facts["Cơ sở"] == f"'{EVIL}"
    assert (facts["Mã số thuế"], facts["Doanh thu, đồng"]) == ("0012345678", f"{parcel.total:f}")
    taken = [facts[f"Thuế {name} khấu trừ, đồng"] for name in ("GTGT", "TNCN")]
    assert [*taken, facts["Tổng thuế khấu trừ, đồng"]] == [str(vat), str(pit), str(vat + pit)]
    saved = hub.get(reverse("shop_tax:xlsx", args=[this_month()]))
    sheet = openpyxl.load_workbook(BytesIO(saved.content)).active
    assert sheet is not None
    cells = list(sheet.iter_rows())[1]
    assert [(cell.value, cell.data_type) for cell in (cells[1], cells[3], cells[4], cells[7])] == [
        (EVIL, "s"),
        ("0012345678", "s"),
        ("024012345678", "s"),
        (vat, "n"),
    ]


def test_month_that_cannot_be_is_not_found(hub: Client) -> None:
    url = reverse("shop_tax:index")
    seen = {hub.get(f"{url}{month}/").status_code for month in ("2026-13", "2026-1", "x")}
    assert seen == {403}  # nobody's address: the gate opens only what it knows


@pytest.mark.parametrize("codenames", [[], ["view_order"], ["view_payout"]])
def test_without_the_permission_nothing_is_noted(codenames: list[str]) -> None:
    sold()
    browser = staff(*codenames)
    url = reverse("shop_tax:pay", args=[this_month()])
    browser.post(url, {"amount": 1, "reference": "x"})
    assert not TaxPayment.objects.exists()
    if "view_payout" not in codenames:
        names = ("index", "month", "csv", "xlsx")
        urls = [reverse(f"shop_tax:{name}", args=[this_month()] if name != "index" else []) for name in names]
        assert {browser.get(url).status_code for url in urls} == {302}


def test_producer_reads_the_tax_on_the_own_statement_and_nobody_elses_list() -> None:
    account = make_producer_account(email="lan@example.vn", name="Gốm Lan")
    type(account.partner).objects.filter(pk=account.partner.pk).update(
        bank_bin="970436", bank_account="0011004567", bank_holder="LAN"
    )
    order = buy(goods_of(account))
    pay(order)
    parcel = order.parcels.get()
    walk(parcel, "accept", "pack", "ship", "deliver")
    with time_machine.travel(timezone.now() + timedelta(days=9), tick=False):
        [payout] = payouts.run(by=STAFF).made
        browser = log_in(account.user)
        page = browser.get(reverse("producer_statements:statement", args=[payout.pk])).content.decode()
    assert ("thuế GTGT khấu trừ" in page, "thuế TNCN khấu trừ" in page) == (True, True)
    assert browser.get(reverse("shop_tax:index")).status_code == 403


def goods_of(account: Any) -> Any:
    return make_product(price=100_000, producer=account.page)


def test_staff_keep_the_rates(hub: Client) -> None:
    form = {
        "kind": "goods",
        "vat_percent": "2",
        "pit_percent": "1",
        "valid_from": "2027-01-01",
        "valid_until": "",
        "basis": "NĐ 1",
    }
    assert hub.post(reverse("shop_withholding_rates:add"), form).status_code == 302
    assert WithholdingRate.objects.filter(kind="goods").count() == 2
    assert hub.post(reverse("shop_withholding_rates:add"), form).status_code == 200
    assert "hàng hoá" in hub.get(reverse("shop_withholding_rates:index")).content.decode()


def test_rate_that_ended_waits_for_a_person(settings: Settings) -> None:
    assert system.withholding_rates(timezone.now()).count == 0
    WithholdingRate.objects.filter(kind="goods").update(valid_until=timezone.localdate() - timedelta(days=1))
    assert [text for text, _url, _at in system.withholding_rates(timezone.now()).rows] == ["hàng hoá"]
    settings.WITHHOLD_TAX_FROM = None
    assert system.withholding_rates(timezone.now()).count == 0


@pytest.mark.parametrize("number", ["０２４０１２３４５６７８", "٠٢٤٠١٢٣٤٥٦٧٨", "02401234567"])
def test_identity_number_has_twelve_digits_of_ours(number: str) -> None:
    field = Partner._meta.get_field("citizen_id")
    assert field.clean("024012345678", None) == "024012345678"
    with pytest.raises(ValidationError):
        field.clean(number, None)
