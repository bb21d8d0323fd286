"""Tables that leave the shop: what somebody typed is never a formula."""

import csv
from collections.abc import Iterator
from io import BytesIO, StringIO
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse
from wagtail.contrib.redirects.models import Redirect
from wagtail.log_actions import log

from config.spreadsheets import harmless
from shop.core.csv_cells import FORMULA
from tests.producer_accounts import log_in, make_producer_account
from tests.shop import make_market, make_order

pytestmark = pytest.mark.django_db
EVIL = '=HYPERLINK("http://evil.example";"x")'


@pytest.fixture
def boss(site_root: object, django_user_model: Any) -> Client:
    """Somebody who may export everything from a shop in which everything has an evil name."""
    own = make_producer_account(email="lan@example.vn", name=EVIL)
    make_market()
    user = django_user_model.objects.create_superuser("chu@example.vn", "mat-khau-dai-10", first_name=EVIL)
    own.product_page.title = own.product_page.draft_title = EVIL
    own.product_page.save(update_fields=["title", "draft_title"])
    log(own.product_page, "wagtail.edit", user=user)
    Redirect.objects.create(old_path="/x", redirect_link=EVIL)
    order = make_order(own.product)
    order.shipping_address.first_name = EVIL
    order.shipping_address.save()
    return log_in(user)


def addresses() -> Iterator[str]:
    """Yield each address of the three admins that needs nothing but its name."""

    def walk(patterns: list[Any], names: tuple[str, ...]) -> Iterator[str]:
        for pattern in patterns:
            if isinstance(pattern, URLResolver):
                space = (pattern.namespace,) if pattern.namespace else ()
                yield from walk(pattern.url_patterns, names + space)
            elif isinstance(pattern, URLPattern) and pattern.name:
                try:
                    yield reverse(":".join((*names, pattern.name)))
                except NoReverseMatch:
                    continue

    found = set(walk(get_resolver().url_patterns, ()))
    return iter(sorted(url for url in found if url.startswith(("/admin/", "/dashboard/"))))


def body(answer: Any) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def cells(kind: str, data: bytes) -> list[str]:
    if kind.startswith("text/csv"):
        return [cell for row in csv.reader(StringIO(data.decode("utf-8-sig"), newline="")) for cell in row]
    book = openpyxl.load_workbook(BytesIO(data))
    found = [cell for sheet in book for row in sheet for cell in row]
    assert [cell.coordinate for cell in found if cell.data_type == "f"] == []
    return [str(cell.value) for cell in found]


@pytest.mark.filterwarnings("ignore::django.core.paginator.UnorderedObjectListWarning")  # Oscar's lists
@pytest.mark.filterwarnings("ignore::django.utils.deprecation.RemovedInDjango60Warning")  # Oscar's forms
@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_no_export_of_any_admin_has_a_formula(boss: Client, form: str) -> None:
    tried, evil = 0, 0
    for url in addresses():
        if any(word in url for word in ("logout", "failwhale")):
            continue
        answer: Any = boss.get(url, {"export": form, "format": form, "report_type": "order_report"})
        kind = answer.headers.get("Content-Type", "")
        if not kind.startswith(("text/csv", "application/vnd.openxml")):
            continue
        found = cells(kind, body(answer))
        tried += 1
        evil += any(EVIL in cell for cell in found)
        if kind.startswith("text/csv"):
            assert [cell for cell in found if cell.startswith(FORMULA) and not cell[1:].isdigit()] == [], url
    assert tried >= 5
    assert evil >= 2


def test_what_is_no_formula_stays_as_it_is() -> None:
    data = b'a,-5,"+84912",1.5,"b ""=x"" c","x\n=y",\r\n,,"",-3%\r\n'
    assert harmless(data) == data


@pytest.mark.parametrize("sign", FORMULA)
def test_every_sign_by_which_a_formula_begins(sign: str) -> None:
    file = StringIO(newline="")
    csv.writer(file).writerows([["a", f'{sign}cmd|"x",1'], [f"{sign}1+1", "b"]])
    found = list(csv.reader(StringIO(harmless(file.getvalue().encode()).decode(), newline="")))
    assert found == [["a", f'\'{sign}cmd|"x",1'], [f"'{sign}1+1", "b"]]
