"""Passwords of private pages and documents: Wagtail's two questions, limited against guessing."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from wagtail.forms import PasswordViewRestrictionForm
from wagtail.models import BaseViewRestriction, CollectionViewRestriction, Page, PageViewRestriction

from shop.core.own_urls import own_url
from shop.core.ratelimit import Limit, forget, hit, message

PAGE_PASSWORD = Limit("page-password", tries=10, tries_per_address=60, window_s=15 * 60)
TOO_MANY_REQUESTS = 429
DOCUMENT_TEMPLATE = "wagtaildocs/password_required.html"


class PasswordForm(PasswordViewRestrictionForm):
    """Wagtail's, which looks at no password beyond the limit; a right one starts anew."""

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request

    def clean_password(self) -> str:
        """Refuse a wrong password, and any after too many of them."""
        subject = f"{type(self.restriction).__name__} {self.restriction.pk}"
        if not hit(PAGE_PASSWORD, self.request, subject=subject):
            raise ValidationError(message(PAGE_PASSWORD), code="too_many_tries")
        password: str = super().clean_password()
        forget(PAGE_PASSWORD, self.request, subject=subject)
        return password


def page(request: HttpRequest, page_view_restriction_id: int, page_id: int) -> HttpResponseBase:
    """Ask for the password of a private page."""
    restriction = get_object_or_404(PageViewRestriction, pk=page_view_restriction_id)
    private = get_object_or_404(Page, pk=page_id).specific
    url = reverse("wagtailcore_authenticate_with_password", args=[restriction.pk, private.pk])
    return _ask(
        request, restriction, lambda form: private.serve_password_required_response(request, form, url)
    )


def document(request: HttpRequest, restriction_id: int) -> HttpResponseBase:
    """Ask for the password of a private collection of documents."""
    restriction = get_object_or_404(CollectionViewRestriction, pk=restriction_id)
    template = getattr(settings, "WAGTAILDOCS_PASSWORD_REQUIRED_TEMPLATE", DOCUMENT_TEMPLATE)
    url = reverse("wagtaildocs_authenticate_with_password", args=[restriction.pk])
    return _ask(
        request,
        restriction,
        lambda form: TemplateResponse(request, template, {"form": form, "action_url": url}),
    )


def _ask(
    request: HttpRequest, restriction: BaseViewRestriction, show: Callable[[PasswordForm], HttpResponseBase]
) -> HttpResponseBase:
    """Let in whoever knows the password, back to where it was asked for within this site."""
    data = request.POST if request.method == "POST" else None
    form = PasswordForm(data, instance=restriction, request=request)
    if form.is_valid():
        restriction.mark_as_passed(request)
        url = own_url(form.cleaned_data["return_url"], host=request.get_host(), secure=request.is_secure())
        return redirect(url or settings.LOGIN_REDIRECT_URL)
    response = show(form)
    if form.has_error("password", "too_many_tries"):
        response.status_code = TOO_MANY_REQUESTS
    return response
