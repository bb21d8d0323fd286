"""Numbers as people type them."""

import pytest
from django.core.exceptions import ValidationError

from shop.core.whole_numbers import WholeNumberField, whole_number


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("1250000", 1_250_000),
        ("1.250.000", 1_250_000),
        ("1,250,000", 1_250_000),
        ("1 250 000", 1_250_000),
        ("1\xa0250\xa0000 ₫", 1_250_000),
        (" 85.000đ ", 85_000),
        ("85.000 đồng", 85_000),
        ("85000 VNĐ", 85_000),
        ("0", 0),
        ("007", 7),
    ],
)
def test_numbers_as_people_type_them(typed: str, number: int) -> None:
    assert whole_number(typed) == number


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "-5",
        "12,5",
        "12.50",
        "1.25.000",
        "1.250,000",
        "1.2500",
        "250k",
        "1e6",
        "١٢",
        "½",
        "<b>5</b>",
        "5 5",
        "₫",
        "٣₫",
    ],
)
def test_everything_else_is_refused(typed: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the very error is the contract
        whole_number(typed)


def test_the_field_names_the_limit_and_an_example() -> None:
    field = WholeNumberField(max_value=1000, example="1.200")
    assert field.clean("") is None
    assert field.clean("1.000") == 1000
    with pytest.raises(ValidationError, match=r"Nhiều nhất là 1\.000\."):
        field.clean("1.001")
    with pytest.raises(ValidationError, match=r"ví dụ 1\.200"):
        field.clean("nhiều")
