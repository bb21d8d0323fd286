"""Staff read withheld tax and the accounts on a telephone: wide tables scroll by themselves, the page does not."""

from tests.e2e.conftest import PHONE, Visitor
from tests.e2e.test_first_product import log_in

STAFF = ("san@example.vn", "cho-bac-ninh-san")
PAGES = ("/admin/thue-khau-tru/", "/admin/ty-le-khau-tru-thue/", "/admin/doi-soat/")


def test_pages_of_money_fit_a_telephone(visitor: Visitor) -> None:
    page = log_in(visitor(width=PHONE), *STAFF)
    for path in PAGES:
        answer = page.goto(path)
        assert answer is not None
        assert answer.status == 200
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE, path
