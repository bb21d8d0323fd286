"""Product cards: what every list of products shows, from listing rows, with today's star."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils import timezone

from catalogue.listing.index import listing_index
from catalogue.models import ListingRow
from catalogue.months import reopening
from catalogue.pictures import ReadyPicture


@dataclass(frozen=True, slots=True)
class Card:
    """One product as components/product_card.html shows it."""

    product_id: int
    title: str
    lang: str  # of the title, "" when it is the page's
    url: str
    picture: ReadyPicture | None
    producer_name: str
    village_name: str
    price_from: Decimal | None  # đồng, VAT included
    has_variants: bool
    unit: str
    in_stock: bool  # and in season, where it is sold in its season alone
    opens_on: date | None  # of what is out of season
    stars: int | None  # today's: 3, 4, 5 or None
    gi: bool
    in_season: bool
    age_restricted: bool

    @property
    def reopening(self) -> str:
        """Return "Hết mùa, mở bán lại tháng 6", nothing while it is on sale."""
        return reopening(self.opens_on).rstrip(".") if self.opens_on else ""


def cards(
    *,
    language: str,
    product_ids: Sequence[int] | None = None,
    producer_id: int | None = None,
    village_id: int | None = None,
    specialty_id: int | None = None,
    min_stars: int | None = None,
    in_season: bool = False,
    on_sale: bool = False,
    exclude: Iterable[int] = (),
    sort: str = "moi",
    limit: int,
) -> list[Card]:
    """Return the cards of public products; one query for `product_ids`, otherwise two.

    Args:
        language: of the texts and links; products without a live page in it are left out.
        product_ids: only these, in this order.
        producer_id: only this partner's.
        village_id: only those from the village with this (Vietnamese) page.
        specialty_id: only those of the specialty with this (Vietnamese) page.
        min_stars: only those that carry at least so many stars today.
        in_season: only those whose season it is this month.
        on_sale: leave out what is out of season.
        exclude: products to leave out, such as the one whose page asks.
        sort: one of `catalogue.listing.index.SORT_KEYS`, newest first by default; not for `product_ids`.
        limit: how many at most.
    """
    if product_ids is not None:
        return ready_cards(product_ids[:limit], language=language)
    goods = listing_index(language)
    chosen = goods.everything & ~goods.among(exclude)
    wanted = {"producer": producer_id, "village": village_id, "specialty": specialty_id}
    for name, pk in wanted.items():
        if pk is not None:
            chosen &= goods.any_of(name, [pk])
    if min_stars is not None:
        chosen &= goods.any_of("sao", map(str, range(min_stars, 6)))
    if in_season:
        chosen &= goods.any_of("mua", ["1"])
    if on_sale:
        chosen &= ~goods.closed
    return ready_cards(goods.pick(chosen, sort=sort, stop=limit), language=language)


def ready_cards(product_ids: Sequence[int], *, language: str) -> list[Card]:
    """Return the cards of these products in this order, with one query."""
    today = timezone.localdate()
    rows = ListingRow.objects.filter(language=language, product__in=product_ids).defer("words")
    by_product = {row.product_id: card_of(row, today) for row in rows}
    return [by_product[pk] for pk in product_ids if pk in by_product]


def card_of(row: ListingRow, day: date) -> Card:
    """Return the card of `row` as it reads on `day`."""
    opens_on = row.opens_on(day)
    return Card(
        product_id=row.product_id,
        title=row.title,
        lang="" if row.title_language == row.language else row.title_language,
        url=row.url,
        picture=row.picture,
        producer_name=row.producer_name,
        village_name=row.village_name,
        price_from=row.price_from,
        has_variants=row.has_variants,
        unit=row.unit,
        in_stock=row.in_stock and opens_on is None,
        opens_on=opens_on,
        stars=row.stars_on(day),
        gi=row.gi_on(day),
        in_season=row.in_season_on(day),
        age_restricted=row.age_restricted,
    )
