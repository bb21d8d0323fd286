"""Errors reported to Sentry or what speaks its language, where SENTRY_DSN is set."""

from importlib import import_module
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from config import __version__


def start(dsn: str, *, environment: str) -> None:
    """Begin to report errors to `dsn`; "" reports nothing.

    Nothing about people leaves: no bodies, cookies, addresses or local variables, and the route in place
    of the address, whose path may be a buyer's key.

    Raises:
        ImproperlyConfigured: the library is not installed.
    """
    if not dsn:
        return
    try:
        sentry = import_module("sentry_sdk")
    except ImportError:
        raise ImproperlyConfigured(
            "SENTRY_DSN is set and sentry-sdk is missing: tools/install requirements-sentry.txt"
        ) from None
    sentry.init(
        dsn=dsn,
        release=__version__,
        environment=environment,
        send_default_pii=False,
        include_local_variables=False,
        max_request_body_size="never",
        traces_sample_rate=0,
        before_send=without_people,
        before_breadcrumb=lambda *_: None,
    )


def without_people(event: dict[str, Any], hint: dict[str, Any]) -> dict[str, Any]:
    """Take out of a report what names a visitor or opens an order.

    What an error says may quote a row of the database ("Failing row contains (…)"), what a line of the log
    was filled with may be an address: types, stack and the line's template tell where to look.
    """
    request = event.get("request", {})
    is_route = event.get("transaction_info", {}).get("source") == "route"
    route = event.pop("transaction", "") if is_route else ""  # else it is the address itself
    for name in ("transaction", "user", "extra", "breadcrumbs"):
        event.pop(name, None)
    if route:
        event["transaction"] = route
    event["request"] = {"method": request.get("method", ""), "url": route}
    _keep_template(
        event, [error.pop("value", None) for error in event.get("exception", {}).get("values", [])]
    )
    trace = event.get("contexts", {}).get("trace", {})
    for name in trace.keys() - {"trace_id", "span_id", "parent_span_id", "op"}:
        del trace[name]
    return event


def _keep_template(event: dict[str, Any], said: list[Any]) -> None:
    """Keep of a line of the log its template, unless that is what an error said."""
    template = event.pop("logentry", {}).get("message", "")
    if template and not any(words and str(words) in template for words in said):
        event["logentry"] = {"message": template}
