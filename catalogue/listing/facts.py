"""Gathers what listing rows say, for many products in a constant number of queries."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone, translation
from oscar.core.loading import get_model

from catalogue import pictures
from catalogue.folding import keywords
from catalogue.languages import local
from catalogue.models import (
    Category,
    Certificate,
    IndicationRight,
    ListingRow,
    Picture,
    Product,
    ProductCertification,
    ProductPage,
    ProductPhoto,
    VillagePage,
)


@dataclass(frozen=True)
class Offer:
    """What a product costs at least, and whether any of it is there to be bought; its season is told apart."""

    price_from: Decimal | None = None
    in_stock: bool = False
    has_variants: bool = False


@dataclass(frozen=True)
class _Choice:
    price: Decimal | None
    in_stock: bool
    is_variant: bool


def offers(product_ids: Collection[int]) -> dict[int, Offer]:
    """Return the offer of each product, with one query.

    It says in bulk what the strategy says of one product (a test holds the two together):
    something without a price cannot be bought; something made to order or booked whose stock is
    not counted always can; anything else while a piece is left unallocated. The lowest price is
    that of what can be bought now, if anything can.
    """
    choices: dict[int, list[_Choice]] = defaultdict(list)
    for product, choice in _choices(product_ids):
        choices[product].append(choice)
    return {pk: _best(choices[pk]) for pk in product_ids}


def _choices(product_ids: Collection[int]) -> list[tuple[int, _Choice]]:
    StockRecord = get_model("partner", "StockRecord")
    own = Q(product__in=product_ids, product__structure=Product.STANDALONE)
    variants = Q(product__parent__in=product_ids, product__is_public=True)
    records = (
        StockRecord.objects.filter(own | variants)
        .annotate(
            main=Coalesce("product__parent", "product"),
            to_order=Coalesce("product__parent__made_to_order", "product__made_to_order"),
            booked=Coalesce("product__parent__bookable", "product__bookable"),
        )
        .values_list("main", "product", "price", "num_in_stock", "num_allocated", "to_order", "booked")
    )
    found = []
    for main, product, price, held, allocated, to_order, booked in records:
        left = (to_order or booked) if held is None else held - (allocated or 0) > 0
        found.append((main, _Choice(price, price is not None and left, product != main)))
    return found


def _best(choices: list[_Choice]) -> Offer:
    buyable = [choice for choice in choices if choice.in_stock]
    prices = [choice.price for choice in buyable or choices if choice.price is not None]
    return Offer(
        price_from=min(prices, default=None),
        in_stock=bool(buyable),
        has_variants=any(choice.is_variant for choice in choices),
    )


class Batch:
    """The listing rows of some products, as pages, products and registers stand now."""

    def __init__(self, product_ids: Collection[int]) -> None:
        self.ids = list(product_ids)
        self.pages = self._pages()
        self.offers = offers(self.ids)
        self.groups = self._groups()
        self.stars = self._stars()
        self.certifications = self._certifications()
        self.gi_rights = self._gi_rights()
        self.villages = self._villages()
        self.pictures = self._pictures()
        self._site_roots = SimpleNamespace()  # Wagtail keeps the sites' root paths on it

    def rows(self, version: int) -> list[ListingRow]:
        """Return one unsaved row per live public page, at most one per product and language."""
        rows: dict[tuple[int, str], ListingRow] = {}
        for page in self.pages:
            with translation.override(page.locale.language_code):
                row = ListingRow(version=version, **self._facts(page, page.product))
            if row.url:
                rows.setdefault((row.product_id, row.language), row)
        return list(rows.values())

    def _facts(self, page: ProductPage, product: Any) -> dict[str, Any]:
        origin, groups = self._origin(page, product), self._local_groups(product.pk)
        names = [origin["producer_name"], origin["village_name"], *(name for _code, name in groups)]
        return {
            "product": product,
            "language": page.locale.language_code,
            "title": page.title,
            "title_language": local_language(page),
            "words": _words(page, product, names),
            "url": self._url(page),
            "picture": self._picture(page),
            "unit": local(product, "unit"),
            "groups": groups,
            "season_months": sorted({int(month) for month in page.season_months or product.sale_months}),
            "sale_months": product.sale_months,
            "age_restricted": product.age_restricted,
            "is_spirit": product.is_spirit,
            "published_at": page.first_published_at or timezone.now(),
            **asdict(self.offers[product.pk]),
            **origin,
            **self._claims(product),
        }

    def _origin(self, page: ProductPage, product: Product) -> dict[str, Any]:
        producer, village = product.producer, product.village
        return {
            "producer_id": product.producer_id,
            "producer_code": producer.code if producer else "",
            "producer_name": producer.local_name if producer else "",
            "village_id": product.village_id,
            "village_code": village.slug if village else "",
            "village_name": self.villages.get((product.village_id, page.locale.language_code), ""),
            "specialty_id": product.specialty_id,
        }

    def _claims(self, product: Product) -> dict[str, Any]:
        return {
            "star_periods": self.stars[product.pk],
            "certifications": [
                [
                    record.certification.code,
                    local(record.certification, "name"),
                    record.expires_on.isoformat(),
                ]
                for record in self.certifications[product.pk]
            ],
            **self._indication(product),
        }

    def _url(self, page: ProductPage) -> str:
        parts = page.get_url_parts(self._site_roots)
        return (parts and parts[2]) or ""

    def _picture(self, page: ProductPage) -> pictures.ReadyPicture | None:
        picture = self.pictures.get(page.pk)
        return pictures.ready(picture, pictures.CARD, alt="") if picture else None  # the name says it

    def _local_groups(self, product_id: int) -> list[list[str]]:
        return [[category.code, category.local_name] for category in self.groups.get(product_id, [])]

    def _pages(self) -> list[ProductPage]:
        shown = Q(product__in=self.ids, product__is_public=True) & ~Q(product__structure=Product.CHILD)
        related = ("locale", "product__producer", "product__village", "product__specialty")
        pages = ProductPage.objects.live().filter(shown).select_related(*related)
        return list(pages.order_by("pk"))

    def _groups(self) -> dict[int, list[Category]]:
        """Industry and group of each product: the upper two levels of its categories."""
        by_path = {category.path: category for category in Category.objects.all()}
        links = Product.categories.through.objects.filter(product__in=self.ids)
        groups: dict[int, dict[str, Category]] = defaultdict(dict)
        for product, path in links.values_list("product", "category__path").order_by("category__path"):
            for depth in (1, 2):  # of a product that hangs on an industry itself both are the same
                above = by_path.get(path[: depth * Category.steplen])
                if above and above.code:
                    groups[product][above.path] = above
        return {pk: list(found.values()) for pk, found in groups.items()}

    def _stars(self) -> dict[int, list[list[Any]]]:
        periods: dict[int, list[list[Any]]] = defaultdict(list)
        for record in Certificate.objects.filter(product__in=self.ids).order_by("issued_on"):
            if record.ever_counts():
                first, last = record.issued_on, record.last_day()
                periods[record.product_id].append([record.stars, first.isoformat(), last.isoformat()])
        return periods

    def _certifications(self) -> dict[int, list[ProductCertification]]:
        found: dict[int, list[ProductCertification]] = defaultdict(list)
        records = ProductCertification.objects.filter(product__in=self.ids).exclude(number="")
        for record in records.select_related("certification").order_by("certification__name", "expires_on"):
            found[record.product_id].append(record)
        return found

    def _indication(self, product: Product) -> dict[str, Any]:
        right = self.gi_rights.get((product.geographical_indication_id, product.producer_id))
        days = {"gi_from": right.granted_on, "gi_until": right.expires_on} if right else {}
        return {"gi": right is not None, **days}

    def _gi_rights(self) -> dict[tuple[int | None, int | None], IndicationRight]:
        """Who may carry which indication: none without a register number."""
        registered = IndicationRight.objects.exclude(geographicalindication__register_no="")
        return {(right.geographicalindication_id, right.partner_id): right for right in registered}

    def _villages(self) -> dict[tuple[int, str], str]:
        """Short names by source page and language, the source's own where a translation is missing."""
        products: list[Any] = [page.product for page in self.pages]
        sources = {product.village for product in products if product.village_id}
        by_key = {village.translation_key: village for village in sources}
        translations = VillagePage.objects.filter(translation_key__in=by_key).values_list(
            "translation_key", "locale__language_code", "short_name"
        )
        names = {
            (source.pk, page.locale.language_code): source.short_name
            for source in sources
            for page in self.pages
        }
        for key, language, short_name in translations:
            names[by_key[key].pk, language] = short_name
        return names

    def _pictures(self) -> dict[int, Picture]:
        return first_pictures(ProductPhoto.objects.filter(page__in=[page.pk for page in self.pages]))


def make_card_pictures(product_ids: Collection[int]) -> None:
    """Cut the pictures these products' cards lack: slow work, for outside of transactions."""
    photos = ProductPhoto.objects.filter(page__product__in=product_ids, page__live=True)
    for picture in set(first_pictures(photos).values()):
        pictures.ready(picture, pictures.CARD)


def first_pictures(photos: QuerySet[ProductPhoto]) -> dict[int, Picture]:
    """Return the first picture of each page among `photos`, its card renditions at hand; three queries."""
    first: dict[int, int] = {}
    for page, picture in photos.order_by("page", "sort_order", "pk").values_list("page", "picture"):
        first.setdefault(page, picture)
    found = Picture.objects.prefetch_renditions(*pictures.CARD.specs()).in_bulk(set(first.values()))
    return {page: found[picture] for page, picture in first.items()}


def _words(page: ProductPage, product: Product, names: Iterable[str]) -> str:
    """Folded: the title, then what else one may type to find it, Vietnamese title on English pages too."""
    specialty = product.specialty.title if product.specialty else ""
    return keywords(" ".join([page.title, product.title, *names, specialty, page.summary]))


def local_language(page: ProductPage) -> str:
    """Return the language a page's words are in: a stand-in elsewhere still speaks Vietnamese."""
    return "vi" if page.alias_of_id else page.locale.language_code
