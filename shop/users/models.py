"""The one user of CMS, dashboard and shop: e-mail is the log-in name. And what budgets have counted."""

from django.db import models
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _
from oscar.apps.customer.abstract_models import AbstractUser


class User(AbstractUser):
    """Oscar's e-mail user; staff, producers and shoppers differ by their groups."""

    language = models.CharField(
        _("ngôn ngữ đọc"), max_length=10, blank=True, editable=False, default="", db_default=""
    )  # in which they last logged in: mail that others cause is written in it

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Return what a session is good for: another password or address ends all others."""
        salt = "shop.users.models.User.get_session_auth_hash"
        text = f"{self.password}\0{self.email}"
        return salted_hmac(salt, text, secret=secret, algorithm="sha256").hexdigest()


class BudgetUse(models.Model):
    """How often one subject used one budget since `begun_at` (shop.users.budgets).

    The subject (an e-mail address, a telephone number, a network) is kept as a keyed digest, and the
    row until the timer removes it.
    """

    scope = models.CharField(_("hạn mức"), max_length=30)
    digest = models.CharField(_("dấu của đối tượng"), max_length=64)
    begun_at = models.DateTimeField(_("đếm từ lúc"), default=timezone.now, db_index=True)
    used = models.PositiveIntegerField(_("đã dùng"), default=0)

    class Meta:
        verbose_name = _("hạn mức đã dùng")
        verbose_name_plural = _("các hạn mức đã dùng")
        constraints = [models.UniqueConstraint(fields=["scope", "digest"], name="budget_use_once")]

    def __str__(self) -> str:
        return f"{self.scope} {self.used}"
