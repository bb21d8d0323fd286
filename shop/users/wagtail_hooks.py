"""What an account needs of Wagtail's own pages about users."""

from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest
from wagtail import hooks

from shop.users.models import User
from shop.users.viewsets import AssignHubRoleBulkAction


@hooks.register("after_edit_user")
def stay_signed_in(request: HttpRequest, user: User) -> None:
    """Keep this session of somebody who edits the own account: another address ends all others."""
    if request.user.pk == user.pk:
        update_session_auth_hash(request, user)


# After Wagtail's own of the same name, in whose place it comes.
hooks.register("register_bulk_action", AssignHubRoleBulkAction, order=1)
