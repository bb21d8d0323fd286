"""Where an account is logged in: noted at each log-in, ended all at once.

Sessions themselves may lie in the database or in Redis; another nonce of the user ends them wherever they are.
"""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import get_random_string
from wagtail.log_actions import log

from shop.core.client_address import client_address
from shop.users.models import SignIn, User

LOG_IN, END_OTHERS = "users.log_in", "users.end_other_sessions"
KEY, AT = "sign_in", "signed_in_at"  # in the session: which log-in it is of, and when that was
SHOWN = 20


def note_log_in(request: HttpRequest, user: User, **_signal: Any) -> None:
    """Note a log-in; those of whoever may enter the admin stand in its log, too."""
    browser = request.headers.get("User-Agent", "")[:200].replace("\0", "")
    row = SignIn.objects.create(user=user, address=client_address(request), browser=browser, mark=_mark(user))
    request.session[KEY], request.session[AT] = row.pk, row.at.timestamp()
    if may_enter_admin(user):
        log(user, LOG_IN, user=user, data={"address": row.address or "–", "browser": row.browser or "–"})


def note_log_out(request: HttpRequest, user: User | None, **_signal: Any) -> None:
    """Note that a session has ended."""
    if user and (key := request.session.get(KEY)):
        SignIn.objects.filter(pk=key, user=user).update(ended_at=timezone.now())


def may_enter_admin(user: User) -> bool:
    """Return whether one of the admins is open to an account."""
    return user.is_active and (user.is_staff or user.has_perm("wagtailadmin.access_admin"))


def current(request: HttpRequest) -> int:
    """Return the key of this session's log-in; 0 for one that was not noted."""
    return int(request.session.get(KEY) or 0)


def open_ones(user: User, request: HttpRequest) -> list[SignIn]:
    """Return the latest log-ins whose sessions may still be open, this one always."""
    since = timezone.now() - timedelta(seconds=settings.SESSION_COOKIE_AGE)
    SignIn.objects.filter(pk=current(request), user=user).update(mark=_mark(user))
    rows = SignIn.objects.filter(user=user, ended_at=None, at__gt=since, mark=_mark(user))
    return list(rows[:SHOWN])


def end_others(user: User, request: HttpRequest) -> None:
    """End every session of the account but this one, wherever it is kept."""
    user.sessions_nonce = get_random_string(16)
    user.save(update_fields=["sessions_nonce"])
    update_session_auth_hash(request, user)
    log(user, END_OTHERS, user=user)


def forget_old() -> int:
    """Remove log-ins whose sessions are over; return how many."""
    since = timezone.now() - timedelta(seconds=settings.SESSION_COOKIE_AGE)
    return SignIn.objects.filter(at__lt=since).delete()[0]


def _mark(user: User) -> str:
    return user.get_session_auth_hash()
