"""How far a notification service's list of transactions has been read."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class BankPoll(models.Model):
    """The list of one service, newest first: read without a gap down to `complete_until`.

    A walk through its pages that is interrupted goes on at `page`; what came meanwhile only moves the unread ones
    further down. Once it is through, `newest` is how far all is read.
    """

    service = models.CharField(_("dịch vụ"), max_length=20, primary_key=True)
    complete_until = models.DateTimeField(_("đã đọc hết tới"), null=True, blank=True)
    page = models.PositiveIntegerField(_("trang đọc tiếp"), default=1, db_default=1)
    newest = models.DateTimeField(_("khoản mới nhất của lượt đang đọc"), null=True, blank=True)

    class Meta:
        app_label = "payment"
        verbose_name = _("lượt hỏi dịch vụ báo tin")
        verbose_name_plural = _("các lượt hỏi dịch vụ báo tin")

    def __str__(self) -> str:
        return self.service
