"""What the catalogue does when pages are published, withdrawn, moved, translated or deleted, or products are."""

from functools import partial
from typing import Any

from django.db import transaction
from django.db.models.signals import post_delete, pre_delete
from django.dispatch import receiver
from wagtail.signals import copy_for_translation_done, page_published, page_unpublished, post_page_move

from catalogue import listing_rows
from catalogue.models import MarketPage, ProducerPage, Product, ProductPage
from catalogue.permissions import hand_over
from catalogue.showing import warming
from catalogue.sync import set_of, sync


@receiver(page_published, sender=ProductPage, dispatch_uid="sync_published")
@receiver(page_unpublished, sender=ProductPage, dispatch_uid="sync_unpublished")
@receiver(post_page_move, sender=ProductPage, dispatch_uid="sync_moved")
@receiver(post_delete, sender=ProductPage, dispatch_uid="sync_deleted")
def keep_product_in_step(instance: ProductPage, **_kwargs: Any) -> None:
    """Publishing, withdrawing, moving or deleting a page decides whether, how and whose its product is shown."""
    sync(set_of(instance))


@receiver(pre_delete, sender=Product, dispatch_uid="product_deleted")
def withdraw_pages(instance: Product, **_kwargs: Any) -> None:
    """A page without its product would have nothing to sell; its words stay, as a draft."""
    for page in instance.pages.filter(live=True, alias_of=None):  # each takes its aliases with it
        page.unpublish()


@receiver(copy_for_translation_done, dispatch_uid="sync_translated")
def hang_translation(target_obj: Any, **_kwargs: Any) -> None:
    """A translation is another page of the same product."""
    if isinstance(target_obj, ProductPage) and (product := sync(target_obj.translation_key)):
        target_obj.product = product  # wagtail-localize saves this very object next


@receiver(page_published, sender=ProducerPage, dispatch_uid="producer_page_published")
def give_page_to_its_producer(instance: ProducerPage, **_kwargs: Any) -> None:
    """A page that changed its partner changes its editors, and its products their producer."""
    hand_over(instance)
    if instance.partner_id is None:
        return
    pages = ProductPage.objects.child_of(instance).exclude(product=None)
    others = list(pages.exclude(product__producer=instance.partner_id).order_by("product"))
    for page in others:
        sync(set_of(page))
    listing_rows.later(page.product_id for page in others)


@receiver(page_published, dispatch_uid="pictures_published")
def cut_pictures(instance: Any, **_kwargs: Any) -> None:
    """Make the sizes in which a published page shows its pictures, once it is saved for good."""
    if isinstance(instance, MarketPage):
        transaction.on_commit(partial(warming.warm, instance), robust=True)
