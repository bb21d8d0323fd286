"""Tell producers in time that a certificate ends: files for a new rating are due half a year before (TIMER_JOBS)."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from catalogue.certificate_rules import REMINDED_DAYS
from catalogue.models import Certificate
from shop.partner.people import readers
from shop.users.mails import put

FILED_FROM_DAYS, FILED_UNTIL_DAYS = 180, 120  # before the end, for a new rating (Decision 26/2026/QĐ-TTg)


def send_due() -> int:
    """Remind each producer once of every valid certificate that ends within 210 days; return of how many."""
    today = timezone.localdate()
    valid = Certificate.objects.valid_on(today).filter(reminded_on=None)
    due = valid.filter(expires_on__lte=today + timedelta(days=REMINDED_DAYS))
    return sum(_remind(pk) for pk in due.order_by("pk").values_list("pk", flat=True))


def _remind(pk: int) -> bool:
    """Put the mail into the queue and note it, both or none; False where another process was first."""
    with transaction.atomic():
        waiting = Certificate.objects.filter(pk=pk, reminded_on=None)
        if not waiting.update(reminded_on=timezone.localdate()):
            return False
        certificate = Certificate.objects.select_related("product__producer").get(pk=pk)
        if certificate.product.producer:
            for address, language in readers(certificate.product.producer):
                with override(language):
                    _put(certificate, address)
    return True


def _put(certificate: Certificate, address: str) -> None:
    words = {
        "number": certificate.certificate_no,
        "product": certificate.product.local_title,
        "stars": certificate.stars,
        "last": date_format(certificate.last_day(), "SHORT_DATE_FORMAT"),
        "from": _day(certificate, FILED_FROM_DAYS),
        "until": _day(certificate, FILED_UNTIL_DAYS),
    }
    text = [
        _("Giấy chứng nhận OCOP %(stars)d sao số %(number)s của “%(product)s” có giá trị đến %(last)s.")
        % words,
        _("Hồ sơ đánh giá lại nộp từ %(from)s đến %(until)s. Quá hạn mà chưa có giấy mới, sao sẽ tắt.")
        % words,
    ]
    url = settings.WAGTAILADMIN_BASE_URL + reverse("wagtailadmin_home")
    put(address, _("Giấy chứng nhận OCOP sắp hết hạn"), text, url=url, button=_("Vào gian hàng"))


def _day(certificate: Certificate, days_before: int) -> str:
    return date_format(certificate.last_day() - timedelta(days=days_before), "SHORT_DATE_FORMAT")
