"""What an account needs of Wagtail's own pages about users."""

from typing import Any

from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.log_actions import LogActionRegistry

from shop.users import sessions
from shop.users.models import User
from shop.users.sessions_log import LogInFormatter
from shop.users.viewsets import AssignHubRoleBulkAction


@hooks.register("after_edit_user")
def stay_signed_in(request: HttpRequest, user: User) -> None:
    """Keep this session of somebody who edits the own account: another address ends all others."""
    if request.user.pk == user.pk:
        update_session_auth_hash(request, user)


# After Wagtail's own of the same name, in whose place it comes.
hooks.register("register_bulk_action", AssignHubRoleBulkAction, order=1)


@hooks.register("register_account_menu_item")
def where_logged_in(_request: HttpRequest) -> dict[str, Any]:
    """The way from the CMS's account page to the list of log-ins."""
    return {"url": reverse("customer:sessions"), "label": gettext("Đang đăng nhập ở đâu"), "icon": "desktop"}


@hooks.register("register_log_actions")
def log_of_log_ins(actions: LogActionRegistry) -> None:
    """Log-ins of whoever may enter the admin, and the end of all their sessions."""
    actions.register_action(sessions.LOG_IN)(LogInFormatter)
    actions.register_action(sessions.END_OTHERS, _("Đăng xuất mọi nơi khác"), _("Đăng xuất mọi nơi khác"))
