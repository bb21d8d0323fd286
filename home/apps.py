from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HomeConfig(AppConfig):
    name = "home"
    verbose_name = _("Trang chủ và bài viết")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Say who presents which page; receivers are connected in site/config/receivers.py."""
        from home.presentation import register

        register.register()
