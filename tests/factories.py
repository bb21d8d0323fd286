"""Plain factories: each makes one thing that works, and whatever it cannot stand without.

    product = make_product(title="Gốm Phù Lãng", price=250_000, stock=4, stars=4)
    page = product.page()

Everything that a test cares about is an argument; everything else has a dull default.
"""

from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from itertools import count
from typing import Any, TypeVar

from django.conf import settings
from django.core.files.base import ContentFile
from django.utils import timezone
from django.utils.text import slugify
from oscar.core.loading import get_model
from PIL import Image as PillowImage
from wagtail.models import Collection, Locale, Page, Site
from wagtail.signal_handlers import disable_reference_index_auto_update

from catalogue.folding import strip_marks
from catalogue.models import (
    CataloguePage,
    Category,
    Certificate,
    Commune,
    Picture,
    ProducerIndexPage,
    ProducerPage,
    Product,
    ProductPage,
    ProductPhoto,
    Province,
    SpecialtyIndexPage,
    SpecialtyPage,
    VillageIndexPage,
    VillagePage,
)
from home.models import (
    EventDate,
    EventIndexPage,
    EventPage,
    HomePage,
    SalesPointIndexPage,
    StoryIndexPage,
)
from home.site_setup import put
from shop.partner.models import Partner, StockRecord
from shop.shipping import loading

_number = count(1)
PageT = TypeVar("PageT", bound=Page)
INDEXES: dict[type[Page], tuple[str, str]] = {
    VillageIndexPage: ("Làng nghề", "lang-nghe"),
    SpecialtyIndexPage: ("Đặc sản", "dac-san"),
    CataloguePage: ("Sản phẩm", "san-pham"),
    ProducerIndexPage: ("Người làm", "nguoi-lam"),
    StoryIndexPage: ("Chuyện", "chuyen"),
    EventIndexPage: ("Sự kiện", "su-kien"),
    SalesPointIndexPage: ("Điểm bán", "diem-ban"),
}


def make_home() -> HomePage:
    """Return the Vietnamese home page, root of the default site; make root, locales and site if missing."""
    vietnamese, _ = Locale.objects.get_or_create(language_code="vi")
    Locale.objects.get_or_create(language_code="en")
    if not Collection.objects.exists():
        Collection.add_root(name="Root")
    home = HomePage.objects.filter(locale=vietnamese).first()
    if home is not None:
        return home
    root = Page.objects.filter(depth=1).first() or Page.add_root(title="Root", slug="root", locale=vietnamese)
    home = HomePage(title=settings.MARKET.name, slug="trang-chu", hero_title="Chợ", locale=vietnamese)
    with disable_reference_index_auto_update():
        root.add_child(instance=home)
    Site.objects.update_or_create(
        is_default_site=True,
        defaults={"hostname": "localhost", "port": 80, "root_page": home, "site_name": settings.MARKET.name},
    )
    return home


def make_index(model: type[PageT]) -> PageT:
    """Return the Vietnamese index page of one kind, made at the first call."""
    found = model.objects.filter(locale__language_code="vi").first()
    if found:
        return found
    title, slug = INDEXES[model]
    home = make_home()
    with disable_reference_index_auto_update():
        added: PageT = home.add_child(instance=model(title=title, slug=slug))
    return added


def make_picture(*, title: str = "Ảnh thử", width: int = 80, height: int = 60, **fields: Any) -> Picture:
    """Return a small plain picture that is really on disk."""
    buffer = BytesIO()
    PillowImage.new("RGB", (width, height), "#7a4b2a").save(buffer, "WEBP")
    if not Collection.objects.exists():
        Collection.add_root(name="Root")
    file = ContentFile(buffer.getvalue(), name=f"thu-{next(_number)}.webp")
    fields = {"description": title, "description_en": "Test picture", **fields}
    return Picture.objects.create(title=title, file=file, width=width, height=height, **fields)


def make_commune(*, code: str = "09292", name: str = "Phù Lãng", province_code: str = "") -> Commune:
    """Return a commune, of the market's province if none is named, with its province."""
    market = settings.MARKET
    province_code = province_code or market.province_code
    names = {
        "01": "Hà Nội",
        "79": "Hồ Chí Minh",
        "31": "Hải Phòng",
        market.province_code: market.province_name,
    }
    since = date(2025, 7, 1)
    Province.objects.get_or_create(
        code=province_code,
        defaults={"name": names.get(province_code, province_code), "kind": "tinh", "valid_from": since},
    )
    defaults = {"name": name, "kind": "xa", "province_id": province_code, "valid_from": since}
    return Commune.objects.get_or_create(code=code, defaults=defaults)[0]


def make_tariff() -> None:
    """Load the shipping zones and rules of the reference data, with the provinces they name."""
    zones = loading.read_tariff()["zones"]
    codes = {code for zone in zones for code in zone["province_codes"]}
    provinces = [Province(code=code, name=code, kind="tinh", valid_from=date(2025, 7, 1)) for code in codes]
    Province.objects.bulk_create(provinces, ignore_conflicts=True)
    loading.load_shipping()


def make_village(*, title: str = "Làng gốm Phù Lãng", **fields: Any) -> VillagePage:
    """Return a live village page."""
    fields = {"short_name": title.removeprefix("Làng "), "kind": "craft", "craft": "Gốm", **fields}
    return _add(make_index(VillageIndexPage), VillagePage(title=title, **fields))


def make_specialty(*, title: str = "Vải thiều Lục Ngạn", **fields: Any) -> SpecialtyPage:
    """Return a live specialty page."""
    return _add(
        make_index(SpecialtyIndexPage),
        SpecialtyPage(title=title, **{"summary": "Một đặc sản.", **fields}),
    )


def make_partner(*, name: str | None = None, **fields: Any) -> Partner:
    """Return a producer's legal record."""
    number = next(_number)
    name = name or f"HTX thử {number}"
    fields = {"code": f"htx-thu-{number}", "phone": "0222 3822 000", "email": "htx@example.vn", **fields}
    fields.setdefault("commune", make_commune())
    return Partner.objects.create(name=name, **fields)


def make_producer(*, partner: Partner | None = None, title: str | None = None, **fields: Any) -> ProducerPage:
    """Return a live producer page with its partner."""
    partner = partner or make_partner(**({"name": title} if title else {}))
    page = ProducerPage(
        title=title or partner.name, **{"summary": "Làm hàng thử.", "partner": partner, **fields}
    )
    return _add(make_index(ProducerIndexPage), page)


def make_event(
    *, title: str = "Hội làng", in_days: int = 10, lasts_days: int = 1, **fields: Any
) -> EventPage:
    """Return a live event that takes place once, beginning `in_days` from today (negative: it is over)."""
    starts = timezone.localdate() + timedelta(days=in_days)
    page = EventPage(title=title, **{"summary": "Một ngày hội.", "place": "Đình làng", **fields})
    page.dates = [EventDate(starts_on=starts, ends_on=starts + timedelta(days=lasts_days - 1))]
    return _add(make_index(EventIndexPage), page)


def make_category(*, code: str = "bo-01", name: str = "Rau, củ, quả, hạt tươi") -> Category:
    """Return a category at the root of the tree."""
    found = Category.objects.filter(code=code).first()
    return found or Category.add_root(name=name, name_en="", code=code, slug=slugify(code))


def make_product(
    *,
    title: str | None = None,
    producer: ProducerPage | None = None,
    price: int | Decimal | None = 100_000,
    stock: int = 10,
    stars: int | None = None,
    page: dict[str, Any] | None = None,
    photo: bool = False,
    category: Category | None = None,
    variants: dict[str, tuple[int, int]] | None = None,
    **facts: Any,
) -> Product:
    """Return a product on sale: live page, price in whole đồng, stock; with `stars` a valid certificate.

    Args:
        title: Vietnamese title of page and product.
        producer: page under which it stands; a new producer if not given.
        price: VAT included; None leaves the price open.
        stock: units in stock.
        stars: 3–5 for a certificate valid today.
        page: further fields of the product page, such as `season_months`.
        photo: whether the page gets a picture.
        category: an OCOP group or set.
        variants: name → (price, stock); price and stock of the product itself are then unused.
        **facts: further fields of the product, such as `fragile=True`.
    """
    title = title or f"Hàng thử {next(_number)}"
    producer = producer or make_producer()
    listing = ProductPage(title=title, **{"summary": "Một món hàng thử.", **(page or {})})
    if photo:
        listing.photos = [ProductPhoto(picture=make_picture(title=title))]
    listing = _add(producer, listing)
    product = Product.objects.get(translation_key=listing.translation_key)
    _set_facts(product, {**facts, "structure": "parent" if variants else "standalone"})
    if category:
        product.categories.add(category)
    if stars:
        make_certificate(product=product, stars=stars)
    if variants:
        for name, (variant_price, variant_stock) in variants.items():
            make_variant(parent=product, name=name, price=variant_price, stock=variant_stock)
    else:
        make_stock(product=product, price=price, stock=stock)
    return product


def make_variant(
    *, parent: Product, name: str, price: int = 100_000, stock: int = 10, **facts: Any
) -> Product:
    """Return a variant of `parent` with its own price and stock."""
    variant = Product.objects.create(structure="child", parent=parent, title=name, **facts)
    make_stock(product=variant, price=price, stock=stock)
    return variant


def make_stock(*, product: Product, price: int | Decimal | None = 100_000, stock: int = 10) -> StockRecord:
    """Return the stock record of a product or variant, held by its producer."""
    return StockRecord.objects.create(
        product=product,
        partner=product.main.producer,
        partner_sku=f"THU-{product.pk}",
        price=price,
        price_currency="VND",
        num_in_stock=stock,
    )


def make_certificate(*, product: Product, stars: int = 4, **fields: Any) -> Certificate:
    """Return a certificate, valid today unless its dates say otherwise."""
    today = timezone.localdate()
    number = next(_number)
    defaults = {
        "holder": product.producer,
        "certificate_no": f"GCN-{number}",
        "decision_no": f"{number}/QĐ-UBND",
        "issuer_level": Certificate.Level.PROVINCE,
        "issuer_name": f"UBND tỉnh {settings.MARKET.province_name}",
        "legal_basis": "148/QĐ-TTg",
        "issued_on": today - timedelta(days=300),
        "expires_on": today + timedelta(days=700),
    }
    return Certificate.objects.create(product=product, stars=stars, **{**defaults, **fields})


def make_address(**fields: Any) -> Any:
    """Return an unsaved shipping address in Bắc Ninh."""
    ShippingAddress = get_model("order", "ShippingAddress")
    Country = get_model("address", "Country")
    country, _ = Country.objects.get_or_create(
        iso_3166_1_a2="VN",
        defaults={"name": "Viet Nam", "printable_name": "Viet Nam", "is_shipping_country": True},
    )
    return ShippingAddress(
        **{"first_name": "Nguyễn Thị Thử", "line1": "Thôn Thử", "country": country, **fields}
    )


def translate(page: PageT, **fields: Any) -> PageT:
    """Return the live English page of `page`, with `fields` in English."""
    english = Locale.objects.get(language_code="en")
    copy = page.copy_for_translation(english, copy_parents=True)
    for name, value in fields.items():
        setattr(copy, name, value)
    copy.save_revision().publish()
    copy.refresh_from_db()
    return copy


def _add(parent: Page, page: PageT) -> PageT:
    page.slug = page.slug or f"{slugify(strip_marks(page.title))}-{next(_number)}"
    with disable_reference_index_auto_update():  # who uses what: tests of that make their pages by hand
        added: PageT = put(parent, page)
    return added


def _set_facts(product: Product, facts: dict[str, Any]) -> None:
    for name, value in facts.items():
        setattr(product, name, value)
    product.save(update_fields=list(facts))
