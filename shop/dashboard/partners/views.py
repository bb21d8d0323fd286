"""From Oscar's dashboard to the place where a producer's people are invited."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect

from shop.partner.models import Partner


def to_register(_request: HttpRequest, partner_pk: int, user_pk: int = 0) -> HttpResponse:
    """Send the staff to a producer in the register."""
    return redirect("partner:edit", get_object_or_404(Partner.objects.only("pk"), pk=partner_pk).pk)
