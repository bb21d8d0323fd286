"""What the timer remembers from one process to the next."""

from datetime import timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _


class JobRun(models.Model):
    """When one job was last begun, and whether that run ended well; one row for each job."""

    path = models.CharField(_("việc"), max_length=200, primary_key=True)
    begun_at = models.DateTimeField(_("bắt đầu lúc"), null=True)
    ended_well = models.BooleanField(_("đã xong"), default=False)

    class Meta:
        verbose_name = _("lần chạy của bộ hẹn giờ")
        verbose_name_plural = _("các lần chạy của bộ hẹn giờ")

    def __str__(self) -> str:
        return self.path


class Standstill(models.Model):
    """A gap between two turns of the timer: it stood still, or the clock jumped ahead."""

    MOST = timedelta(days=1)  # given back; time for a person to put a wrong clock right

    stopped_at = models.DateTimeField(_("dừng lúc"))
    resumed_at = models.DateTimeField(_("chạy lại lúc"), db_index=True)

    class Meta:
        verbose_name = _("lần bộ hẹn giờ đứng")
        verbose_name_plural = _("các lần bộ hẹn giờ đứng")
        ordering = ["resumed_at"]

    def __str__(self) -> str:
        return f"{self.stopped_at:%Y-%m-%d %H:%M} - {self.resumed_at:%Y-%m-%d %H:%M}"

    @property
    def lost(self) -> timedelta:
        """Return the time that is given back."""
        return min(self.resumed_at - self.stopped_at, self.MOST)
