"""How far somebody's rights reach: over the whole market, or over a part of it."""

from django.contrib.auth.models import Permission
from wagtail.models import GroupCollectionPermission, GroupPagePermission

from catalogue.access.permissions import is_producer
from catalogue.access.users import RequestUser

SEES_ALL = "_sees_all"  # where the answer stays on a user
FILES = ("choose_image", "choose_document")


def sees_all(user: RequestUser) -> bool:
    """Say whether the groups of `user` give all pages, pictures and documents: moderators, hub staff.

    Rights on a part of the tree or on some collections do not, nor does the mere way into the admin.
    Asked several times per request in the admin, so the answer stays on the user object.
    """
    known: bool | None = getattr(user, SEES_ALL, None)
    if known is None:
        known = user.is_authenticated and (
            user.is_superuser or (_edits_all_pages(user) and _has_all_files(user))
        )
        setattr(user, SEES_ALL, known)
    return known


def is_fenced(user: RequestUser) -> bool:
    """Say whether choosers and forms show `user` own and public things only."""
    return is_producer(user) or not sees_all(user)


def _edits_all_pages(user: RequestUser) -> bool:
    rights = GroupPagePermission.objects.filter(group__user=user, page__depth=1)
    return rights.filter(permission__codename="change_page").exists()


def _has_all_files(user: RequestUser) -> bool:
    rights = GroupCollectionPermission.objects.filter(group__user=user, collection__depth=1)
    given = Permission.objects.filter(pk__in=rights.values("permission"), codename__in=FILES)
    return given.count() == len(FILES)
