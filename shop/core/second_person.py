"""Two people for large sums: what one of the hub decides waits until another has confirmed it."""

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shop.core.actors import BUYER, Actor


class NotConfirmed(Exception):
    """It cannot be confirmed, or has not been yet; the message is for people."""


class Approval(models.Model):
    """Who decided on a large sum, and who has confirmed it; there is none for what needs no second person."""

    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=gettext_lazy("ai lập"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    by_name = models.CharField(gettext_lazy("tên người lập"), max_length=120)
    at = models.DateTimeField(gettext_lazy("lập lúc"), default=timezone.now)
    confirmed_at = models.DateTimeField(gettext_lazy("xác nhận lúc"), null=True, blank=True)
    confirmed_by_name = models.CharField(gettext_lazy("tên người xác nhận"), max_length=120, blank=True)

    wagtail_reference_index_ignore = True

    class Meta:
        abstract = True

    def confirm(self, *, by: Actor) -> None:
        """Note the second person; the caller holds the lock of what it is about.

        Raises:
            NotConfirmed: it is confirmed already, or the same person wants to.
        """
        if self.confirmed_at:
            raise NotConfirmed(_("Khoản này đã được xác nhận."))
        if by.user is None or by.user.pk == self.by_id:
            raise NotConfirmed(_("Người lập không tự xác nhận được: cần người thứ hai."))
        self.confirmed_at, self.confirmed_by_name = timezone.now(), by.name
        self.save(update_fields=["confirmed_at", "confirmed_by_name"])


def is_needed(amount: Decimal, *, by: Actor) -> bool:
    """Return whether a sum that somebody of the hub decides on needs a second person; a buyer's own rights do not."""
    limit = settings.SECOND_PERSON_ABOVE
    return bool(limit) and amount > limit and by.user is not None and by.name != BUYER.name


def not_yet() -> NotConfirmed:
    """Return that something waits for the second person."""
    return NotConfirmed(_("Khoản này chờ người thứ hai xác nhận."))
