"""What the catalogue does when pages are published, withdrawn, moved, translated or deleted, or products are."""

from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Model
from django.db.models.signals import post_delete, post_save, pre_delete
from wagtail.models import Page
from wagtail.signals import copy_for_translation_done, page_published, page_unpublished, post_page_move

from catalogue.access.permissions import transfer_page
from catalogue.listing import rows as listing_rows
from catalogue.models import MarketPage, ProducerPage, Product, ProductPage, SpecialtyPage
from catalogue.presentation import renditions
from catalogue.sync import SOURCE_LANGUAGE, set_of, sync, sync_sale


def connect() -> None:
    """Connect each receiver; site/config/receivers.py says after whom."""
    for signal in (page_published, page_unpublished, post_page_move, post_delete):
        signal.connect(sync_product, sender=ProductPage, dispatch_uid="catalogue_sync")
    post_delete.connect(withdraw_translations, sender=Page, dispatch_uid="catalogue_page_deleted")
    pre_delete.connect(withdraw_pages, sender=Product, dispatch_uid="catalogue_product_deleted")
    copy_for_translation_done.connect(share_product_with_translation, dispatch_uid="catalogue_translated")
    page_published.connect(transfer_producer_page, sender=ProducerPage, dispatch_uid="catalogue_producer")
    post_save.connect(sync_sale_of_product, sender=Product, dispatch_uid="catalogue_product_saved")
    page_published.connect(sync_sale_of_specialty, sender=SpecialtyPage, dispatch_uid="catalogue_specialty")
    page_published.connect(make_page_renditions, dispatch_uid="catalogue_pictures")


def sync_product(instance: ProductPage, **_kwargs: Any) -> None:
    """Publishing, withdrawing, moving or deleting a page decides whether, how and whose its product is shown."""
    sync(set_of(instance))


def sync_sale_of_product(instance: Product, raw: bool = False, **_kwargs: Any) -> None:
    """Whether a product keeps, and which specialty it is, decides when it is sold."""
    if not raw:
        sync_sale(instance)


def sync_sale_of_specialty(instance: SpecialtyPage, **_kwargs: Any) -> None:
    """A specialty's season is that of its goods which name no months of their own."""
    for product in Product.objects.filter(specialty=instance.pk).select_related("specialty").order_by("pk"):
        sync_sale(product)


def withdraw_pages(instance: Product, **_kwargs: Any) -> None:
    """A page without its product would have nothing to sell; its words stay, as a draft."""
    for page in instance.pages.filter(live=True, alias_of=None):  # each takes its aliases with it
        page.unpublish()


def withdraw_translations(instance: Page, **_kwargs: Any) -> None:
    """A page is written in Vietnamese first: once that is deleted, its translations are off the shop, as drafts."""
    if instance.locale.language_code != SOURCE_LANGUAGE:
        return
    others = Page.objects.filter(translation_key=instance.translation_key, live=True, alias_of=None)
    for page in others.exclude(pk=instance.pk):
        page.specific.unpublish()


def share_product_with_translation(target_obj: Model, **_kwargs: Any) -> None:
    """A translation is another page of the same product."""
    if isinstance(target_obj, ProductPage) and (product := sync(target_obj.translation_key)):
        target_obj.product = product  # wagtail-localize saves this very object next


def transfer_producer_page(instance: ProducerPage, **_kwargs: Any) -> None:
    """A page that changed its partner changes its editors, and its products their producer."""
    transfer_page(instance)
    if instance.partner_id is None:
        return
    pages = ProductPage.objects.child_of(instance).exclude(product=None)
    others = list(pages.exclude(product__producer=instance.partner_id).order_by("product"))
    for page in others:
        sync(set_of(page))
    listing_rows.rebuild_later(page.product_id for page in others)


def make_page_renditions(instance: Page, **_kwargs: Any) -> None:
    """Make the sizes in which a published page shows its pictures, once it is saved for good."""
    if isinstance(instance, MarketPage):
        transaction.on_commit(partial(renditions.make_renditions, instance), robust=True)
