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
    sessions_nonce = models.CharField(
        _("dấu của các phiên"), max_length=32, blank=True, editable=False, default="", db_default=""
    )  # another one ends all sessions; none is as before there was one

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Return what a session is good for: another password, address or nonce ends all others."""
        salt = "shop.users.models.User.get_session_auth_hash"
        text = "\0".join([self.password, self.email, *filter(None, [self.sessions_nonce])])
        return salted_hmac(salt, text, secret=secret, algorithm="sha256").hexdigest()


class SignIn(models.Model):
    """One log-in of an account: when, from where, with which browser. The timer removes old ones."""

    user = models.ForeignKey(
        User, verbose_name=_("tài khoản"), on_delete=models.CASCADE, related_name="sign_ins"
    )
    at = models.DateTimeField(_("lúc"), default=timezone.now, db_index=True)
    address = models.CharField(_("địa chỉ mạng"), max_length=45, blank=True)
    browser = models.CharField(_("trình duyệt"), max_length=200, blank=True)
    mark = models.CharField(
        _("dấu của phiên"), max_length=64
    )  # what another password, address or nonce changes
    ended_at = models.DateTimeField(_("đăng xuất lúc"), null=True, blank=True)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("lần đăng nhập")
        verbose_name_plural = _("các lần đăng nhập")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.address}"


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
