from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TimerConfig(AppConfig):
    name = "shop.timer"
    label = "timer"
    verbose_name = _("Bộ hẹn giờ")
