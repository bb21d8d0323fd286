"""The form for commission by OCOP class."""

import pytest

from catalogue.models import Category
from shop.backoffice.payouts.forms import RateForm

pytestmark = pytest.mark.django_db


def test_classes_stand_below_each_other_with_their_codes() -> None:
    food = Category.add_root(name="Thực phẩm", code="I", slug="i")
    food.add_child(name="Chè", code="I.1", slug="i-1")
    Category.add_root(name="Đồ uống", code="II", slug="ii")
    choices = [str(label) for _value, label in RateForm().fields["category"].choices]
    assert choices[1:] == ["I Thực phẩm", "\xa0\xa0\xa0I.1 Chè", "II Đồ uống"]
