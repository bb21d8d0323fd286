"""By whom an unpaid order counts: telephone, mailbox, account, network, each as a keyed digest."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class OrderSubject(models.Model):
    """One subject in whose budgets an order counts until it is paid or over (shop.payment.unpaid).

    The timer removes the row soon after: the network address of a buyer is kept nowhere else.
    """

    class Kind(models.TextChoices):
        PHONE = "phone", _("số điện thoại")
        MAILBOX = "mailbox", _("hộp thư")
        ACCOUNT = "account", _("tài khoản")
        NETWORK = "network", _("địa chỉ mạng")

    order = models.ForeignKey(
        "order.Order", verbose_name=_("đơn hàng"), on_delete=models.CASCADE, related_name="subjects"
    )
    kind = models.CharField(_("loại"), max_length=10, choices=Kind)
    digest = models.CharField(_("dấu của đối tượng"), max_length=64, db_index=True)

    class Meta:
        app_label = "order"
        verbose_name = _("đối tượng của đơn chưa trả")
        verbose_name_plural = _("các đối tượng của đơn chưa trả")
        constraints = [models.UniqueConstraint(fields=["order", "kind"], name="order_subject_once_per_kind")]

    def __str__(self) -> str:
        return f"{self.order_id} {self.kind}"
