"""`/metrics` for Prometheus: what Django serves, and how the shop stands. Behind METRICS_TOKEN.

Requests are counted by django-prometheus; with several server processes each writes into a folder that
PROMETHEUS_MULTIPROC_DIR names (gunicorn.conf.py sets and empties it).
"""

import secrets
from collections.abc import Iterator
from http import HTTPStatus

from django.conf import settings
from django.db import DatabaseError
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django_prometheus.exports import ExportToDjangoView
from oscar.core.loading import get_model
from post_office.models import STATUS, Email
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from config import health
from shop.timer import clock

Gauges = Iterator[GaugeMetricFamily]
MAIL = {STATUS.queued: "queued", STATUS.requeued: "waiting", STATUS.failed: "failed"}


def metrics(request: HttpRequest) -> HttpResponse:
    """Answer a scraper that knows the token, and refuse everybody else."""
    given = request.headers.get("Authorization", "").encode()
    if not secrets.compare_digest(given, f"Bearer {settings.METRICS_TOKEN}".encode()):
        return HttpResponse("unauthorized\n", status=HTTPStatus.UNAUTHORIZED, content_type="text/plain")
    response = ExportToDjangoView(request)
    registry = CollectorRegistry()
    registry.register(ShopState())
    response.content += generate_latest(registry)
    return response


class ShopState(Collector):
    """How the shop stands at this moment."""

    def collect(self) -> Gauges:
        """Read everything; a database that is down leaves out what stands in it."""
        yield parts()
        try:
            yield from [mail(), orders(), timer_age()]
        except DatabaseError:
            return


def parts() -> GaugeMetricFamily:
    """Tell for each part of /readyz whether it is well."""
    gauge = GaugeMetricFamily("cho_part_ok", "1 while a part of /readyz is well", labels=["part"])
    for name, check in health.checks().items():
        gauge.add_metric([name], check() == health.OK)
    return gauge


def mail() -> GaugeMetricFamily:
    """Count mails that have not gone out."""
    gauge = GaugeMetricFamily("cho_mails", "Mails that have not gone out", labels=["state"])
    found = dict(Email.objects.filter(status__in=MAIL).values_list("status").annotate(Count("id")))
    for status, name in MAIL.items():
        gauge.add_metric([name], found.get(status, 0))
    return gauge


def orders() -> GaugeMetricFamily:
    """Count orders by state."""
    gauge = GaugeMetricFamily("cho_orders", "Orders", labels=["status"])
    found = dict(get_model("order", "Order").objects.values_list("status").annotate(Count("id")).order_by())
    for status in settings.OSCAR_ORDER_STATUS_PIPELINE:
        gauge.add_metric([status], found.get(status, 0))
    return gauge


def timer_age() -> GaugeMetricFamily:
    """Tell how long ago the timer last began a turn."""
    gauge = GaugeMetricFamily("cho_timer_age_seconds", "Seconds since the timer last began a turn")
    last = clock.last_turn()
    if last:
        gauge.add_metric([], (timezone.now() - last).total_seconds())
    return gauge
