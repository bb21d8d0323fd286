from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from wagtail.users.apps import WagtailUsersAppConfig


class UsersConfig(AppConfig):
    name = "shop.users"
    label = "users"
    verbose_name = _("Người dùng")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Note at each log-in what the account's owner reads."""
        from django.contrib.auth.signals import user_logged_in

        from shop.users.languages import remember_language

        user_logged_in.connect(remember_language, dispatch_uid="users.language")


class CmsUsersConfig(WagtailUsersAppConfig):
    """Wagtail's users with forms of ours."""

    user_viewset = "shop.users.viewsets.UserViewSet"
