"""An invitation from a producer that waits for its answer; there is no row once it is answered or withdrawn."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class ProducerInvitation(models.Model):
    """Whoever reads the mailbox may work for the producer. What became of it stands in the producer's history."""

    partner = models.ForeignKey(
        "partner.Partner", verbose_name=_("cơ sở"), on_delete=models.CASCADE, related_name="invitations"
    )
    email = models.EmailField(_("thư điện tử"))
    at = models.DateTimeField(_("mời lúc"), default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("ai mời"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    wagtail_reference_index_ignore = True

    class Meta:
        app_label = "partner"
        verbose_name = _("lời mời vào gian hàng")
        verbose_name_plural = _("lời mời vào gian hàng")
        constraints = [models.UniqueConstraint(fields=["partner", "email"], name="producer_invitation_once")]

    def __str__(self) -> str:
        return f"{self.email} {self.at:%Y-%m-%d %H:%M}"
