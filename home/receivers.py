"""Header and footer are read anew when an editor changes what stands in them."""

from typing import Any

from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from wagtail.signals import page_published, page_slug_changed, page_unpublished, post_page_move

from home import front_door
from home.models import MarketSettings, MenuItem


@receiver(post_save, sender=MarketSettings, dispatch_uid="front_door_settings")
@receiver(post_save, sender=MenuItem, dispatch_uid="front_door_item")
@receiver(post_delete, sender=MenuItem, dispatch_uid="front_door_item_deleted")
@receiver(page_published, dispatch_uid="front_door_published")
@receiver(page_unpublished, dispatch_uid="front_door_unpublished")
@receiver(page_slug_changed, dispatch_uid="front_door_slug")
@receiver(post_page_move, dispatch_uid="front_door_moved")
def forget_front_door(**_kwargs: Any) -> None:
    """Drop the words kept for header and footer."""
    front_door.forget()
