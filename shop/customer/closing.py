"""What keeps an account from being deleted by its owner: what nobody else could look after then."""

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from shop.order.models import Order
from shop.order.transitions import OPEN_ORDER
from shop.partner import people
from shop.users.models import User


def obstacles(user: User) -> list[str]:
    """Return, for people, why this account stays for now; nothing where it may go."""
    return [*_last_superuser(user), *_last_of_producers(user), *_open_orders(user)]


def _last_superuser(user: User) -> list[str]:
    others = User.objects.filter(is_superuser=True, is_active=True).exclude(pk=user.pk)
    if not user.is_superuser or others.exists():
        return []
    return [_("Bạn là quản trị viên cuối cùng: hãy đặt người khác làm quản trị viên trước.")]


def _last_of_producers(user: User) -> list[str]:
    words = _("Bạn là người cuối cùng của gian hàng %(partner)s: hãy nhờ chợ mời người khác vào trước.")
    return [
        words % {"partner": partner.name}
        for partner in people.producers_of(user)
        if people.is_last(partner, user)
    ]


def _open_orders(user: User) -> list[str]:
    numbers = list(_unfinished(user).values_list("number", flat=True))
    if not numbers:
        return []
    words = _("Đơn %(orders)s chưa xong: hãy đợi nhận hàng, hoặc huỷ đơn trước.")
    return [words % {"orders": ", ".join(numbers)}]


def _unfinished(user: User) -> QuerySet[Order]:
    statuses = OPEN_ORDER | {Order.Status.PENDING_PAYMENT}
    found: QuerySet[Order] = Order.objects.filter(user=user, status__in=statuses).order_by("pk")
    return found
