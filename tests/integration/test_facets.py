"""Facet counts against a slow and simple count of the same rows; stars at midnight; staleness."""

import random
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalogue.listing import page as listing
from catalogue.listing import rows as listing_rows
from catalogue.listing.cards import cards
from catalogue.listing.facets import apply, describe
from catalogue.listing.index import PRICE_BANDS, SORT_KEYS, listing_index
from catalogue.listing.query import Selection
from catalogue.models import CatalogueVersion, ListingRow, Product
from tests.factories import make_certificate, make_producer, make_product

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 21, 5, tzinfo=UTC)  # noon in Vietnam
TODAY = date(2026, 11, 21)
VILLAGES, GROUPS = ["phu-lang", "dong-ho", "chu", ""], ["I", "I.1", "I.2", "IV", "IV.1"]
PRODUCERS, SCHEMES = ["a", "b", "c"], ["vietgap", "haccp"]


def make_rows(number: int, *, seed: int, language: str = "vi") -> list[ListingRow]:
    """Return saved rows with random facts, under one new version."""
    dice, version = random.Random(seed), CatalogueVersion.bump()
    products = Product.objects.bulk_create(
        Product(title=f"Hàng {index}", slug=f"hang-{index}", structure="standalone")
        for index in range(number)
    )
    return ListingRow.objects.bulk_create(
        random_row(dice, product, version=version, language=language) for product in products
    )


def random_row(dice: random.Random, product: Product, *, version: int, language: str) -> ListingRow:
    group, price = dice.choice(GROUPS), dice.choice([None, 40_000, 50_000, 99_000, 250_000, 900_000])
    code, village = dice.choice(PRODUCERS), dice.choice(VILLAGES)
    first = TODAY + timedelta(days=dice.randint(-1000, 10))
    last = first + timedelta(days=dice.randint(1, 1100))
    return ListingRow(
        product=product,
        language=language,
        version=version,
        title=product.title,
        words=product.title.lower(),
        url=f"/{product.pk}/",
        price_from=None if price is None else Decimal(price),
        has_variants=False,
        in_stock=dice.random() < 0.7,
        producer_id=PRODUCERS.index(code),
        producer_code=code,
        producer_name=code.upper(),
        village_id=VILLAGES.index(village) if village else None,
        village_code=village,
        village_name=village.title(),
        groups=[[part, part] for part in ([group, group.split(".")[0]] if "." in group else [group])],
        star_periods=[[dice.choice([3, 4, 5]), first.isoformat(), last.isoformat()]],
        certifications=[
            [scheme, scheme, (TODAY + timedelta(days=dice.randint(-2, 2))).isoformat()]
            for scheme in SCHEMES
            if dice.random() < 0.4
        ],
        gi=dice.random() < 0.2,
        season_months=dice.choice([[], [11], [6, 7], list(range(1, 13))]),
        age_restricted=False,
        published_at=NOON - timedelta(days=dice.randint(0, 30)),
    )


def facts(row: ListingRow) -> dict[str, set[str]]:
    """Return the row's values per facet, worked out plainly."""
    iso = TODAY.isoformat()
    price = row.price_from
    bands = {
        "0-50": (0, 50),
        "50-100": (50, 100),
        "100-200": (100, 200),
        "200-500": (200, 500),
        "500-": (500, 10**9),
    }
    schemes = {code for code, _name, last in row.certifications if iso <= last}
    return {
        "sao": {str(stars) for stars, first, last in row.star_periods if first <= iso <= last},
        "lang": {row.village_code},
        "nhom": {code for code, _name in row.groups},
        "phan-nhom": {code for code, _name in row.groups if "." in code},
        "nguoi-lam": {row.producer_code},
        "gia": {
            band
            for band, (low, high) in bands.items()
            if price is not None and low * 1000 <= price < high * 1000
        },
        "chung-nhan": schemes | ({"chi-dan-dia-ly"} if row.gi else set()),
        "mua": {"1"} if row.season_months == [11] else set(),
        "con-hang": {"1"} if row.in_stock else set(),
    }


def fits(row: ListingRow, selection: Selection, *, ignoring: str = "") -> bool:
    own = facts(row)
    for key, chosen in selection.values.items():
        if key != ignoring and not own[key] & set(chosen):
            return False
    if ignoring == "gia" or not selection.has_range:
        return True
    low, high = selection.low or 0, selection.high if selection.high is not None else 10**12
    return row.price_from is not None and low <= row.price_from <= high


def some_of(values: Iterable[str]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(sorted(values)), max_size=3, unique=True).map(tuple)


selections = st.builds(
    Selection,
    values=st.fixed_dictionaries(
        {
            "sao": some_of(["3", "4", "5"]),
            "lang": some_of(["phu-lang", "dong-ho", "chu", "khong-co"]),
            "nhom": some_of(GROUPS),
            "phan-nhom": some_of(["I.1", "IV.1"]),
            "nguoi-lam": some_of(PRODUCERS),
            "gia": some_of(PRICE_BANDS),
            "chung-nhan": some_of([*SCHEMES, "chi-dan-dia-ly"]),
            "mua": some_of(["1"]),
            "con-hang": some_of(["1"]),
        }
    ).map(lambda values: {key: chosen for key, chosen in values.items() if chosen}),
    low=st.none() | st.integers(0, 1_000_000),
    high=st.none() | st.integers(0, 1_000_000),
    sort=st.sampled_from(sorted(SORT_KEYS)),
)


@time_machine.travel(NOON, tick=False)
def test_counts_and_matches_are_those_of_a_plain_count() -> None:
    rows = make_rows(80, seed=7)

    @settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(selection=selections)
    def holds(selection: Selection) -> None:
        goods = listing_index("vi")
        found = apply(selection, goods)
        matching = [row for row in rows if fits(row, selection)]
        picked = goods.pick(found.matching, sort=selection.sort, stop=1000)
        assert sorted(picked) == sorted(row.product_id for row in matching)
        for facet in describe(selection, goods, found):
            among = [facts(row)[facet["key"]] for row in rows if fits(row, selection, ignoring=facet["key"])]
            for option in facet["options"]:
                assert option["count"] == sum(option["value"] in values for values in among)
            offered = {option["value"] for option in facet["options"]}
            everything = {value for values in among for value in values if value}
            hidden = everything - offered
            assert not hidden if facet["key"] != "nhom" else all("." in value for value in hidden)

    holds()


@time_machine.travel(NOON, tick=False)
def test_orders_are_stable_and_as_promised() -> None:
    rows = {row.product_id: row for row in make_rows(60, seed=3)}
    goods = listing_index("vi")

    def newest(row: ListingRow) -> tuple[float, int]:
        return -row.published_at.timestamp(), row.product_id

    keys: dict[str, Callable[[ListingRow], Any]] = {
        "sao": lambda row: (-(row.stars_on(TODAY) or 0), newest(row)),
        "moi": newest,
        "gia-tang": lambda row: (row.price_from is None, row.price_from or 0, newest(row)),
        "gia-giam": lambda row: (row.price_from is None, -(row.price_from or 0), newest(row)),
    }
    for sort, key in keys.items():
        assert goods.pick(goods.everything, sort=sort, stop=100) == sorted(rows, key=lambda pk: key(rows[pk]))


def same_as_new(language: str = "vi") -> bool:
    """Whether the index that followed the changes says what one loaded anew would say."""
    from catalogue.listing import index as module

    followed = listing_index(language)
    module.forget()
    new = listing_index(language)

    def said(goods: Any) -> dict:
        return {
            "values": {
                label: set(goods.pick(bitmap, sort="moi", stop=1000))
                for label, bitmap in goods.bits.items()
                if bitmap
            },
            "orders": {sort: goods.pick(goods.everything, sort=sort, stop=1000) for sort in SORT_KEYS},
        }

    return said(followed) == said(new)


@time_machine.travel(NOON, tick=False)
def test_shelf_follows_changes_additions_and_deletions() -> None:
    rows = make_rows(40, seed=1)
    for sort in SORT_KEYS:
        listing_index("vi").pick(
            listing_index("vi").everything, sort=sort, stop=1
        )  # so that orders are kept and mended
    dice = random.Random(5)
    for round_number in range(6):
        version = CatalogueVersion.bump()
        changed = dice.choice(rows)
        fresh = random_row(dice, changed.product, version=version, language="vi")
        ListingRow.objects.filter(pk=changed.pk).delete()
        ListingRow.objects.bulk_create([fresh])
        rows = [row for row in rows if row is not changed] + [fresh]
        if round_number % 2:
            gone = rows.pop(0)
            ListingRow.objects.filter(pk=gone.pk).delete()
        else:
            rows += make_rows(1, seed=100 + round_number)
        listing_index("vi")
    assert same_as_new()


def test_another_process_writing_is_seen_with_the_next_request() -> None:
    """Rows written elsewhere come with a raised version and nothing else."""
    rows = make_rows(3, seed=2)
    assert listing_index("vi").everything.bit_count() == 3
    ListingRow.objects.filter(pk=rows[0].pk).update(in_stock=False, version=CatalogueVersion.bump())
    assert rows[0].product_id not in listing_index("vi").pick(
        listing_index("vi").any_of("con-hang", ["1"]), sort="moi", stop=9
    )


def test_unchanged_shelf_costs_one_query(
    django_assert_num_queries: Callable[..., AbstractContextManager[Any]],
) -> None:
    make_rows(3, seed=2)
    listing_index("vi")
    with django_assert_num_queries(1):
        listing_index("vi")


def test_best_stars_of_a_producer_are_todays() -> None:
    producer = make_producer()
    assert listing_index("vi").best_stars(producer.partner_id) is None
    for stars in (3, 5):
        make_product(producer=producer, stars=stars)
    over = make_product(producer=make_producer())
    make_certificate(product=over, stars=4, issued_on=date(2020, 1, 1), expires_on=date(2023, 1, 1))
    listing_rows.rebuild()
    assert listing_index("vi").best_stars(producer.partner_id) == 5
    assert listing_index("vi").best_stars(over.producer_id) is None


def test_restored_older_database_is_read_anew() -> None:
    make_rows(2, seed=2)
    CatalogueVersion.objects.update(number=90)
    assert listing_index("vi").version == 90
    ListingRow.objects.all().delete()
    CatalogueVersion.objects.update(number=5)
    assert listing_index("vi").everything == 0


def overtake(monkeypatch: pytest.MonkeyPatch, owner: Any, name: str, *, by: Callable[[], Any]) -> None:
    """Let the next caller of `owner.name` get its answer only after others have run `by`."""
    ask = getattr(owner, name)

    def ask_and_pause() -> Any:
        answer = ask()
        monkeypatch.undo()
        by()
        return answer

    monkeypatch.setattr(owner, name, ask_and_pause)


def test_a_late_reader_takes_what_another_one_loaded(
    monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Callable[..., AbstractContextManager[Any]]
) -> None:
    """What is newer than the version that it has read is no restored older database."""
    make_rows(2, seed=2)
    listing_index("vi")
    loaded = []

    def change_and_load() -> None:
        make_rows(1, seed=3)
        loaded.append(listing_index("vi"))

    overtake(monkeypatch, CatalogueVersion, "current", by=change_and_load)
    assert listing_index("vi") is loaded[0]
    with django_assert_num_queries(1):
        assert listing_index("vi") is loaded[0]


def test_a_reader_late_at_midnight_does_not_go_back_to_yesterday(monkeypatch: pytest.MonkeyPatch) -> None:
    make_rows(2, seed=2)
    loaded = []

    def cross_midnight() -> None:
        clock.shift(2)
        loaded.append(listing_index("vi"))

    with time_machine.travel(datetime(2026, 11, 30, 16, 59, 59, tzinfo=UTC), tick=False) as clock:
        overtake(monkeypatch, timezone, "localdate", by=cross_midnight)
        assert listing_index("vi") is loaded[0]
        assert loaded[0].day == date(2026, 12, 1)


def test_star_goes_out_at_midnight_in_vietnam_without_any_job() -> None:
    product = make_product(title="Rượu")
    make_certificate(product=product, stars=4, issued_on=date(2023, 12, 1), expires_on=date(2026, 11, 30))
    make_certificate(product=product, stars=5, issued_on=date(2027, 2, 1), expires_on=date(2030, 2, 1))
    listing_rows.rebuild([product.pk])
    seen = []
    for moment in (
        datetime(2026, 11, 30, 16, 59, 59, tzinfo=UTC),
        datetime(2026, 11, 30, 17, 0, 0, tzinfo=UTC),
        datetime(2027, 1, 31, 17, 0, 0, tzinfo=UTC),
    ):
        with time_machine.travel(moment, tick=False):
            shown = listing.show(Selection(values={"sao": ("4", "5")}), language="vi", action="/")
            [card] = cards(language="vi", limit=1)
            stars = next(facet for facet in shown["facets"] if facet["key"] == "sao")
            counts = {option["value"]: option["count"] for option in stars["options"]}
            seen.append((shown["total"], counts, card.stars))
    assert seen == [(1, {"5": 0, "4": 1}, 4), (0, {"5": 0, "4": 0}, None), (1, {"5": 1, "4": 0}, 5)]


@time_machine.travel(NOON, tick=False)
@pytest.mark.parametrize("number", [1, 3, 24])
def test_listing_asks_two_queries_however_many_it_shows(
    number: int, django_assert_num_queries: Callable[..., AbstractContextManager[Any]]
) -> None:
    make_rows(number, seed=4)
    listing.show(Selection(), language="vi", action="/")
    with django_assert_num_queries(2):
        shown = listing.show(Selection(), language="vi", action="/")
    assert len(shown["rows"]) == number


@time_machine.travel(NOON, tick=False)
def test_pages_hold_twenty_four_and_the_last_one_is_the_last() -> None:
    make_rows(60, seed=4)
    first = listing.show(Selection(), language="vi", action="/p/")
    last = listing.show(Selection(page=99), language="vi", action="/p/")
    assert (first["total"], len(first["rows"]), len(last["rows"])) == (60, 24, 12)
    assert (first["previous_url"], first["next_url"]) == ("", "/p/?trang=2")
    assert (last["previous_url"], last["next_url"]) == ("/p/?trang=2", "")
    assert [page["number"] for page in last["pages"]] == [1, 2, 3]
    assert [page["number"] for page in last["pages"] if page["current"]] == [3]
    shown = {
        card.product_id
        for page in (1, 2, 3)
        for card in listing.show(Selection(page=page), language="vi", action="/p/")["rows"]
    }
    assert len(shown) == 60


def test_long_way_between_pages_is_a_gap() -> None:
    pages = listing.pager(listing.places(24 * 20, 9), str)["pages"]
    assert [page["number"] for page in pages] == [1, None, 8, 9, 10, None, 20]


@time_machine.travel(NOON, tick=False)
def test_filters_in_use_are_named_and_come_off() -> None:
    make_rows(30, seed=4)
    chosen = Selection(values={"sao": ("5",), "lang": ("dong-ho", "la-lung")}, low=50_000)
    shown = listing.show(chosen, language="vi", action="/p/")
    assert [(item["label"], item["url"]) for item in shown["chosen"]] == [
        ("5 sao", "/p/?lang=dong-ho&lang=la-lung&tu=50000"),
        ("Dong-Ho", "/p/?sao=5&lang=la-lung&tu=50000"),
        ("la-lung", "/p/?sao=5&lang=dong-ho&tu=50000"),
        ("từ 50.000\u00a0₫", "/p/?sao=5&lang=dong-ho&lang=la-lung"),
    ]
    assert shown["chosen_count"] == 4
    assert shown["clear_url"] == "/p/"
