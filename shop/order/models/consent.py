"""What somebody agreed to beyond the order itself: when, to which words, and until when."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Consent(models.Model):
    """One consent for one purpose (law 91/2025/QH15): given with a tick of one's own, withdrawn at any time.

    An order needs none: it is a contract. The words are kept as they were shown.
    """

    class Purpose(models.TextChoices):
        NEWS = "news", _("tin mùa vụ và ưu đãi qua e-mail")

    order = models.ForeignKey(
        "order.Order", verbose_name=_("đơn hàng"), on_delete=models.PROTECT, related_name="consents"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("tài khoản"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="consents",
    )
    purpose = models.CharField(_("mục đích"), max_length=20, choices=Purpose)
    email = models.EmailField(_("e-mail"))
    wording = models.CharField(_("lời đã hiện"), max_length=300)
    language = models.CharField(_("ngôn ngữ"), max_length=10)
    given_at = models.DateTimeField(_("đồng ý lúc"), default=timezone.now)
    withdrawn_at = models.DateTimeField(_("rút lại lúc"), null=True, blank=True)

    wagtail_reference_index_ignore = True  # placing an order would write the editors' index of uses

    class Meta:
        verbose_name = _("sự đồng ý")
        verbose_name_plural = _("các sự đồng ý")
        ordering = ("-given_at", "-pk")
        constraints = [models.UniqueConstraint(fields=["order", "purpose"], name="consent_once_per_order")]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()} {self.email}"
