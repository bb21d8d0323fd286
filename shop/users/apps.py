from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from wagtail.users.apps import WagtailUsersAppConfig


class UsersConfig(AppConfig):
    name = "shop.users"
    label = "users"
    verbose_name = _("Người dùng")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Note at each log-in what the account's owner reads, when and from where; clean what the CMS is typed."""
        from django.contrib.auth.signals import user_logged_in, user_logged_out
        from django.db.models import EmailField
        from wagtail.admin.forms.models import register_form_field_override

        from shop.core import typed
        from shop.users.languages import remember_language
        from shop.users.sessions import note_log_in, note_log_out

        register_form_field_override(EmailField, override={"form_class": typed.EmailField})
        user_logged_in.connect(remember_language, dispatch_uid="users.language")
        user_logged_in.connect(note_log_in, dispatch_uid="users.sessions")
        user_logged_out.connect(note_log_out, dispatch_uid="users.sessions")


class CmsUsersConfig(WagtailUsersAppConfig):
    """Wagtail's users with forms of ours."""

    user_viewset = "shop.users.viewsets.UserViewSet"
