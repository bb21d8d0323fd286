"""The listing's state in its address."""

import pytest
from django.http import QueryDict
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from catalogue.listing.query import KEYS, Selection


def read(query: str) -> Selection:
    with override("vi"):
        return Selection.read(QueryDict(query))


def test_everything_at_once_survives_the_way_there_and_back() -> None:
    query = "sao=5&sao=4&lang=phu-lang&nhom=IV.1&gia=100-200&tu=50000&den=900000&mua=1&xep=gia-tang&trang=3"
    assert read(query).url("/san-pham/") == (
        "/san-pham/?sao=4&sao=5&lang=phu-lang&nhom=IV.1&gia=100-200&mua=1&tu=50000&den=900000&xep=gia-tang&trang=3"
    )


def test_same_choice_in_another_order_has_one_address() -> None:
    assert read("lang=b&lang=a&sao=5&lang=b").url("/") == read("sao=5&lang=a&lang=b").url("/")


@pytest.mark.parametrize(
    "query",
    [
        "trang=abc",
        "trang=-1",
        "trang=0",
        "trang=9999999999",
        "trang=%D9%A3",
        "trang=",
        "xep=lung-tung",
        "sao=%00",
        "sao=<script>",
        "lang=" + "a" * 81,
        "lang[]=x",
        "sao[0]=5",
        "khac=1",
        "lang=a b",
        "lang=%FF%FE",
    ],
)
def test_nonsense_leaves_the_plain_listing(query: str) -> None:
    assert read(query) == Selection()


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("tu=150.000&den=1%20000%20000", (150_000, 1_000_000, "")),
        ("tu=150000", (150_000, None, "")),
        ("den=0", (None, 0, "")),
        ("tu=-5", (None, None, "Nhập giá bằng số, ví dụ 150000.")),
        ("tu=rẻ", (None, None, "Nhập giá bằng số, ví dụ 150000.")),
        ("tu=1e9", (None, None, "Nhập giá bằng số, ví dụ 150000.")),
        ("den=" + "9" * 5000, (None, None, "Nhập giá bằng số, ví dụ 150000.")),
        ("tu=500000&den=100000", (None, None, "Giá từ phải nhỏ hơn giá đến.")),
    ],
)
def test_prices_are_read_or_refused_in_words(query: str, expected: tuple) -> None:
    found = read(query)
    assert (found.low, found.high, found.price_error) == expected


def test_what_was_typed_wrongly_is_kept_beside_its_error() -> None:
    assert read("tu=-5&den=20").range == {
        "low_name": "tu",
        "high_name": "den",
        "low": "-5",
        "high": "20",
        "error": "Nhập giá bằng số, ví dụ 150000.",
    }


def test_filters_come_off_one_by_one_and_open_the_first_page() -> None:
    chosen = read("sao=4&sao=5&tu=1000&xep=moi&trang=4")
    assert chosen.count == 3
    assert chosen.without("sao", "4").url("/") == "/?sao=5&tu=1000&xep=moi"
    assert chosen.without("sao", "4").without("sao", "5").url("/") == "/?tu=1000&xep=moi"
    assert chosen.without_range().url("/") == "/?sao=4&sao=5&xep=moi"
    assert chosen.cleared().url("/") == "/?xep=moi"


def test_no_more_than_fifty_values_of_a_facet_count() -> None:
    query = "&".join(f"lang=lang-{number}" for number in range(500))
    assert len(read(query).values["lang"]) == 50


def test_ten_megabytes_are_read_in_no_time() -> None:
    assert read("lang=" + "a" * 10_000_000) == Selection()


anything = st.text(max_size=30) | st.integers().map(str)


@given(
    pairs=st.lists(
        st.tuples(st.sampled_from([*KEYS, "tu", "den", "xep", "trang", "q"]) | st.text(max_size=5), anything),
        max_size=12,
    )
)
def test_any_query_can_be_read_and_its_address_reads_the_same(pairs: list[tuple[str, str]]) -> None:
    query = QueryDict(mutable=True)
    for name, value in pairs:
        query.appendlist(name, value)
    first = Selection.read(query)
    second = read(first.url("/").partition("?")[2])
    assert (second.values, second.low, second.high, second.sort, second.page) == (
        first.values,
        first.low,
        first.high,
        first.sort,
        first.page,
    )
