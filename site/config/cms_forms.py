"""Two of the CMS's views that fail when a form comes without the field they read, each with its cure."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from wagtail.admin.auth import require_admin_access
from wagtail.admin.forms.choosers import ExternalLinkChooserForm
from wagtail.admin.views.chooser import ExternalLinkView
from wagtail.contrib.redirects import views as redirects


class LinkForm(ExternalLinkChooserForm):
    """A form without an address is one with an empty address: the field says what is missing."""

    def __init__(self, data: Any = None, *args: Any, **kwargs: Any) -> None:
        name = f"{kwargs.get('prefix')}-url"
        if data is not None and name not in data:
            data = data.copy()
            data[name] = ""
        super().__init__(data, *args, **kwargs)


external_link = require_admin_access(ExternalLinkView.as_view(form_class=LinkForm))


@require_admin_access
def import_redirects(request: HttpRequest) -> HttpResponse:
    """Take in a file of redirects; without a file the import begins anew."""
    if not request.POST.get("import_file_name"):
        return redirect("wagtailredirects:start_import")
    answer: HttpResponse = redirects.process_import(request)
    return answer
