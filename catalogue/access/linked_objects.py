"""What a submitted page form points at: pictures, pages and documents, wherever they hide.

Read from what was sent, not from what was accepted: a form with an error elsewhere is shown again,
and Wagtail's choosers then print the title of whatever id they were given.
"""

from collections.abc import Iterator

from django import forms
from modelcluster.forms import BaseChildFormSet
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.blocks import BlockField
from wagtail.documents.models import AbstractDocument
from wagtail.images.models import AbstractImage
from wagtail.models import Page
from wagtail.permissions import policy_registry

from catalogue.access.permissions import choosable_pages
from catalogue.access.users import RequestUser
from catalogue.ids import is_number

Reference = tuple[type, str]  # model and key


def linked_objects(form: WagtailAdminModelForm, *, submitted: bool) -> set[Reference]:
    """Return what `form` and the rows of its inline panels point at.

    Args:
        form: a Wagtail page form or the form of one of its inline rows.
        submitted: read what was sent; otherwise what was stored before.
    """
    found = set(_own_linked_objects(form, submitted=submitted))
    for formset in getattr(form, "formsets", {}).values():
        for row in _rows(formset):
            found |= linked_objects(row, submitted=submitted)
    return found


def is_choosable(user: RequestUser, model: type, key: str) -> bool:
    """Say whether somebody fenced may point at this object; what is not known here may not be."""
    if not is_number(key):
        return False
    if issubclass(model, Page):
        return choosable_pages(user).filter(pk=key).exists()
    if issubclass(model, (AbstractImage, AbstractDocument)):
        policy = policy_registry.get_by_type(model)
        return policy.instances_user_has_permission_for(user, "choose").filter(pk=key).exists()
    return False


def _rows(formset: BaseChildFormSet) -> list[WagtailAdminModelForm]:
    if formset.is_bound and not formset.management_form.is_valid():
        return []
    return list(formset.forms)


def _own_linked_objects(form: WagtailAdminModelForm, *, submitted: bool) -> Iterator[Reference]:
    key_name = form._meta.model._meta.pk.name  # an inline row's own: matched against the page's rows
    for name, field in form.fields.items():
        value = form[name].data if submitted else form[name].initial
        if isinstance(field, forms.ModelChoiceField):
            if name != key_name:
                yield from _chosen(field, value)
        elif value:
            yield from _written(form, name, field, value)


def _chosen(field: forms.ModelChoiceField, value: object) -> Iterator[Reference]:
    """Yield what a select or chooser holds: nothing, one key or several."""
    for one in value if isinstance(value, (list, tuple)) else [value]:
        key = getattr(one, "pk", one)
        if field.queryset is not None and key not in {None, ""}:
            yield field.queryset.model, str(key)


def _written(
    form: WagtailAdminModelForm, name: str, field: forms.Field, value: object
) -> Iterator[Reference]:
    """Yield what a stream or a rich text points at."""
    if isinstance(field, BlockField):
        found = field.block.extract_references(value)
    else:
        columns = {column.name: column for column in form._meta.model._meta.get_fields()}
        extract = getattr(columns.get(name), "extract_references", None)
        found = extract(value) if extract else ()
    for model, key, _model_path, _content_path in found:
        yield model, str(key)
