"""The double's pay page, and its API over HTTP."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from demo.stripe_double import acts, http_client, notifications
from demo.stripe_double.errors import Refused
from demo.stripe_double.storage import StripeObject


@require_http_methods(["GET", "POST"])
def pay(request: HttpRequest, session: str) -> HttpResponse:
    """Show what is to be paid and the test cards; a POST tries a card or answers the bank's question."""
    try:
        page = acts.get_page(session)
    except Refused as unknown:
        raise Http404(str(unknown)) from unknown
    with override(page["locale"]):
        if request.method != "POST" or page["status"] != "open":
            return _show(request, page)
        state = _try(request, session)
        notifications.deliver_soon(request.build_absolute_uri(reverse("payment:stripe-webhook")))
        if state != "succeeded":
            return _show(request, acts.get_page(session), state)
        if "closed" in request.POST:
            return _show(request, acts.get_page(session), "closed")
        return redirect(page["success_url"])


@csrf_exempt
def api(request: HttpRequest, path: str) -> HttpResponse:
    """Answer Stripe's library over HTTP; a lost answer is 504, as a broken proxy would say."""
    form = request.body.decode() or request.META["QUERY_STRING"]
    try:
        status, body = http_client.answer(str(request.method), f"/v1/{path}", form, request.headers)
    except http_client.NoAnswer:
        return HttpResponse(status=504)
    return HttpResponse(body, status=status, content_type="application/json")


def _try(request: HttpRequest, session: str) -> str:
    try:
        if "passed" in request.POST:
            return acts.challenge(session, passed=request.POST["passed"] == "1")
        return acts.pay(session, request.POST.get("card", ""))
    except Refused:  # another tab was faster
        return ""


def _show(request: HttpRequest, page: StripeObject, state: str = "") -> HttpResponse:
    cards = [
        (acts.GOOD, _("được trả")),
        (acts.DECLINED, _("bị ngân hàng từ chối")),
        (acts.NO_FUNDS, _("không đủ tiền")),
        (acts.CHALLENGED, _("ngân hàng hỏi lại (3-D Secure)")),
    ]
    first = page["line_items"][0]["price_data"]["product_data"]["name"]
    context: dict[str, Any] = {"page": page, "state": state, "name": first}
    context["options"] = [
        {"value": number, "label": _spaced(number), "sub": words, "checked": number == acts.GOOD}
        for number, words in cards
    ]
    return render(request, "demo/stripe_double/pay.html", context)


def _spaced(number: str) -> str:
    return " ".join(number[at : at + 4] for at in range(0, len(number), 4))
