"""The money races' settings with transfers as well; commits do not wait for the disk, as no machine goes down."""

from tests.concurrency.money_settings import *  # noqa: F403
from tests.concurrency.money_settings import DATABASES
from tests.concurrency.money_settings import PAYMENT_PROVIDERS as WAYS
from tests.concurrency.money_settings import TIMER_JOBS as ALL_JOBS

PAYMENT_PROVIDERS = [*WAYS, "shop.payment.providers.vietqr.provider.VietQR"]
BANK_WEBHOOK_API_KEY = "khoa-cua-ngan-hang"
if DATABASES["default"]["ENGINE"] == "django.db.backends.postgresql":
    DATABASES["default"]["OPTIONS"] = {"options": "-c synchronous_commit=off"}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
TIMER_JOBS = [
    job
    for job in ALL_JOBS
    if job[0].endswith(("queue_mails", "match_new", "poll_open_payments", "expire_due", "send_refunds"))
]
