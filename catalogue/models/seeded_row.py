"""What the shop remembers of the rows that it was shipped with."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class SeededRow(models.Model):
    """One row of a shipped dataset: what was last written from it, and what staff refused.

    A table's row that still equals `applied` is one that nobody touched (docs/adr/0030).
    """

    dataset = models.CharField(_("bộ dữ liệu"), max_length=40)
    key = models.CharField(_("mã"), max_length=120)
    applied = models.JSONField(_("đã nạp"), null=True)
    declined = models.JSONField(_("đã từ chối"), null=True)

    class Meta:
        verbose_name = _("dữ liệu kèm theo")
        verbose_name_plural = _("dữ liệu kèm theo")
        constraints = [models.UniqueConstraint(fields=["dataset", "key"], name="seeded_row_once")]

    def __str__(self) -> str:
        return f"{self.dataset} {self.key}"
