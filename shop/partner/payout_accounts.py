"""The bank account to which a producer is paid: a new one waits, and the producer's people hear of it.

Whoever could change it alone and unseen could pay a producer's money to themselves. So the change is told to all who
work for the producer, stands in its history, and is paid to only after PAYOUT_ACCOUNT_WAIT_H hours or once a second
person has confirmed it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from wagtail.log_actions import log

from shop.core import banks
from shop.core.actors import SYSTEM, Actor
from shop.partner.account_change import AccountChange
from shop.partner.models import Partner
from shop.partner.people import readers
from shop.users import mails

CHANGE, CONFIRM = "partner.change_account", "partner.confirm_account"
FIELDS = ("bank_bin", "bank_account", "bank_holder")
SHOWN_DIGITS = 4


class NotConfirmed(Exception):
    """The change cannot be confirmed; the message is for people."""


@dataclass(frozen=True)
class Account:
    """Where a producer is paid, and the contact address that goes with it."""

    bank_bin: str
    bank_account: str
    bank_holder: str
    email: str

    @classmethod
    def of(cls, partner: Partner | None) -> "Account":
        """Return a producer's as the database has it now; none yet for a new one."""
        if partner is None:
            return cls("", "", "", "")
        return cls(partner.bank_bin, partner.bank_account, partner.bank_holder, partner.email)

    @property
    def place(self) -> tuple[str, str, str]:
        """Return what a transfer needs."""
        return self.bank_bin, self.bank_account, self.bank_holder

    @property
    def masked(self) -> str:
        """Return bank, last digits and holder; nothing for no account."""
        if not self.bank_account:
            return ""
        bank = banks.banks().get(self.bank_bin)
        name = bank.name if bank else self.bank_bin
        return f"{name} …{self.bank_account[-SHOWN_DIGITS:]} {self.bank_holder}"


def note_change(partner: Partner, before: Account, *, by: Actor = SYSTEM) -> AccountChange | None:
    """Note that a saved producer has another account than before, and tell its people; None where it has not.

    Part of the transaction that saves it.
    """
    after = Account.of(partner)
    if after.place == before.place:
        return None
    change = AccountChange.objects.create(
        partner=partner, old=before.masked, new=after.masked, by=by.user, by_name=by.name
    )
    log(partner, CHANGE, user=by.user, data={"old": change.old or "–", "new": change.new or "–"})
    _tell(change, _addresses(partner, before))
    return change


def waiting(partners: Iterable[int]) -> dict[int, AccountChange]:
    """Return, by producer, the newest change if the account may not be used yet."""
    since = timezone.now() - timedelta(hours=settings.PAYOUT_ACCOUNT_WAIT_H)
    late = AccountChange.objects.filter(partner__in=list(partners), at__gt=since)
    newest = {change.partner_id: change for change in late.order_by("pk")}
    return {key: change for key, change in newest.items() if not change.confirmed_at}


def confirm(change_id: int, *, by: Actor) -> AccountChange:
    """Let a second person say that the newest account is right, so that it is used at once.

    Raises:
        NotConfirmed: who changed it confirms it, or nothing waits any more.
    """
    with transaction.atomic():
        change = (
            AccountChange.objects.select_for_update(of=("self",)).select_related("partner").get(pk=change_id)
        )
        if waiting([change.partner_id]).get(change.partner_id) != change:
            raise NotConfirmed(_("Lần đổi này không còn chờ xác nhận."))
        if by.user is None or by.user.pk == change.by_id:
            raise NotConfirmed(_("Người đổi tài khoản không tự xác nhận được: cần người thứ hai."))
        change.confirmed_at, change.confirmed_by_name = timezone.now(), by.name
        change.save(update_fields=["confirmed_at", "confirmed_by_name"])
        log(change.partner, CONFIRM, user=by.user, data={"new": change.new})
    return change


def _addresses(partner: Partner, before: Account) -> Iterator[tuple[str, str]]:
    """Yield who hears of it: the producer's people, its contact address, and the one it had until now."""
    seen: set[str] = set()
    contacts = [(email, settings.LANGUAGE_CODE) for email in (partner.email, before.email) if email]
    for address, language in [*readers(partner), *contacts]:
        if address.casefold() not in seen:
            seen.add(address.casefold())
            yield address, language


def _tell(change: AccountChange, addresses: Iterable[tuple[str, str]]) -> None:
    url = settings.WAGTAILADMIN_BASE_URL + reverse("wagtailadmin_home")
    for address, language in addresses:
        with override(language):
            none = _("chưa có")
            names = {
                "partner": change.partner.name,
                "old": change.old or none,
                "new": change.new or none,
                "by": change.by_name,
                "hours": settings.PAYOUT_ACCOUNT_WAIT_H,
            }
            text = [
                _("%(by)s vừa đổi tài khoản nhận tiền của %(partner)s.") % names,
                _("Cũ: %(old)s. Mới: %(new)s.") % names,
                _("Nếu bạn không biết việc này, hãy báo cho chợ ngay."),
            ]
            if settings.PAYOUT_ACCOUNT_WAIT_H:
                waits = _(
                    "Tài khoản mới chỉ được dùng sau %(hours)d giờ, hoặc khi người thứ hai của chợ xác nhận."
                )
                text.insert(2, waits % names)
            mails.put(address, _("Tài khoản nhận tiền đã đổi"), text, url=url, button=_("Mở gian hàng"))
