"""Whether a payment provider answers, known to all processes."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ProviderBreaker(models.Model):
    """The circuit breaker of one provider: after a few failures nobody asks it for a while (shop.payment.breaker).

    A row is written with the first failure. It stands in the database and not in the cache: without
    Redis each process has a cache of its own, and with it the cache may be down too.
    """

    code = models.CharField(_("cách trả"), max_length=30, primary_key=True)
    failures = models.PositiveIntegerField(_("số lần không trả lời liền nhau"), default=0)
    opened_at = models.DateTimeField(_("thôi hỏi từ"), null=True, blank=True)
    tried_at = models.DateTimeField(_("hỏi thử lần cuối"), null=True, blank=True)
    error = models.CharField(_("lỗi gần nhất"), max_length=300, blank=True)

    class Meta:
        app_label = "payment"
        verbose_name = _("bộ ngắt mạch của bên thu tiền")
        verbose_name_plural = _("bộ ngắt mạch của bên thu tiền")

    def __str__(self) -> str:
        return self.code
