"""Whatever changes a card or a public page asks for new listing rows here, on commit."""

from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import Model
from django.db.models.signals import m2m_changed, post_save, pre_delete, pre_save
from oscar.apps.partner.abstract_models import AbstractStockRecord
from oscar.core.loading import get_model
from wagtail.models import Page, Site, get_page_models
from wagtail.signals import (
    copy_for_translation_done,
    page_published,
    page_slug_changed,
    page_unpublished,
    post_page_move,
)

from catalogue.listing import rows as listing_rows
from catalogue.models import (
    Category,
    Certificate,
    Certification,
    GeographicalIndication,
    IndicationRight,
    Picture,
    Product,
    ProductCertification,
    ProductPage,
    SpecialtyPage,
    VillagePage,
)


def connect() -> None:
    """Connect each receiver; site/config/receivers.py says after whom."""
    for signal in (page_published, page_unpublished):
        signal.connect(_page_changed, dispatch_uid="listing_page_changed")
    for signal in (page_slug_changed, post_page_move):
        signal.connect(_page_moved, dispatch_uid="listing_page_moved")
    copy_for_translation_done.connect(_page_copied, dispatch_uid="listing_page_copied")
    # Before deletion: afterwards the links that lead to the products are gone.
    for model in get_page_models():
        pre_delete.connect(_page_deleted, sender=model, dispatch_uid="listing_page_deleted")
    for sender, products in _products_by_sender().items():
        receiver = _receiver(products)
        for signal in (post_save, pre_delete):
            signal.connect(receiver, sender=sender, weak=False, dispatch_uid=f"listing_{sender.__name__}")
    for sender in (Certificate, ProductCertification):
        pre_save.connect(_note_product, sender=sender, dispatch_uid=f"listing_{sender.__name__}_before")
    m2m_changed.connect(_users_changed, sender=IndicationRight)
    m2m_changed.connect(_groups_changed, sender=Product.categories.through)
    StockRecord = get_model("partner", "StockRecord")
    for signal in (post_save, pre_delete):
        signal.connect(_stock_changed, sender=StockRecord, dispatch_uid="listing_stock")


def _products_by_sender() -> dict[type[Model], Callable[[Any], Iterable[int]]]:
    """Which products' rows speak of a record of each model."""
    return {
        Product: lambda product: [product.parent_id or product.pk],
        Product.categories.through: lambda link: [link.product_id],
        Certificate: _now_and_before,
        ProductCertification: _now_and_before,
        get_model("partner", "Partner"): lambda partner: _products(producer=partner.pk),
        IndicationRight: lambda right: _products(geographical_indication=right.geographicalindication_id),
        GeographicalIndication: lambda indication: _products(geographical_indication=indication.pk),
        Certification: lambda scheme: _products(product_certifications__certification=scheme.pk),
        Category: lambda category: _products(categories__path__startswith=category.path),
        Picture: lambda picture: _products(pages__photos__picture=picture.pk),
        Site: lambda site: _under(site.root_page),
    }


def _products(**conditions: Any) -> list[int]:
    return list(Product.objects.filter(**conditions).values_list("pk", flat=True).distinct())


def _under(page: Page) -> list[int]:
    pages = ProductPage.objects.filter(path__startswith=page.path).exclude(product=None)
    return list(pages.values_list("product", flat=True))


def _receiver(products: Callable[[Any], Iterable[int]]) -> Callable[..., None]:
    def changed(instance: Model, raw: bool = False, **_kwargs: Any) -> None:
        if not raw:
            listing_rows.rebuild_later(products(instance))

    return changed


def _note_product(sender: type[Model], instance: Any, **_kwargs: Any) -> None:
    """Remember which product a record hung on: before it is saved is too early to ask for new rows."""
    stored = sender._default_manager.filter(pk=instance.pk)
    instance.products_before = list(stored.values_list("product_id", flat=True))


def _now_and_before(record: Certificate | ProductCertification) -> list[int]:
    return [record.product_id, *getattr(record, "products_before", ())]


def _page_changed(instance: Page, **_kwargs: Any) -> None:
    """A page was published or taken off: its own rows, or those of the products that name it."""
    page = instance.specific
    if isinstance(page, ProductPage):
        listing_rows.rebuild_later(_products(pages=page.pk))
    elif isinstance(page, VillagePage):
        listing_rows.rebuild_later(_products(village__translation_key=page.translation_key))
    elif isinstance(page, SpecialtyPage):
        listing_rows.rebuild_later(_products(specialty__translation_key=page.translation_key))
    else:
        listing_rows.touch()


def _page_copied(target_obj: Model, **_kwargs: Any) -> None:
    """Another language's page was made; an alias is live at once, and no publication is signalled."""
    if isinstance(target_obj, Page):
        _page_changed(target_obj)


def _page_moved(instance: Page, **_kwargs: Any) -> None:
    listing_rows.rebuild_later(_under(instance))


def _page_deleted(instance: Page, **_kwargs: Any) -> None:
    if isinstance(instance, ProductPage):
        listing_rows.rebuild_later(_products(pages=instance.pk))
    elif isinstance(instance, VillagePage):
        listing_rows.rebuild_later(_products(village=instance.pk))
    elif isinstance(instance, SpecialtyPage):
        listing_rows.rebuild_later(_products(specialty=instance.pk))
    else:
        listing_rows.touch()


def _users_changed(instance: Model, action: str, reverse: bool, **_kwargs: Any) -> None:
    if action.startswith("post_"):
        side = "producer" if reverse else "geographical_indication"
        listing_rows.rebuild_later(_products(**{side: instance.pk}))


def _groups_changed(instance: Model, action: str, reverse: bool, **_kwargs: Any) -> None:
    if action.startswith("post_"):
        side = "categories" if reverse else "pk"
        listing_rows.rebuild_later(_products(**{side: instance.pk}))


def _stock_changed(instance: AbstractStockRecord, raw: bool = False, **_kwargs: Any) -> None:
    if not raw:
        listing_rows.stock_changed([instance.product_id])
