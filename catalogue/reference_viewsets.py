"""What the shop was shipped with and hub staff keep since: places, old units, OCOP's groups."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, InlinePanel, ObjectList, Panel
from wagtail.admin.ui.tables import Column
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet

from catalogue.folding import strip_marks
from catalogue.models import Category, Commune, FormerUnit, Province
from catalogue.place_changes import Called, settle
from catalogue.policies import is_in_use

LOWEST = 3  # industry, group, set: a set has nothing below it


_VERSIONS = InlinePanel(
    "versions",
    panels=[FieldPanel("name"), FieldPanel("kind"), FieldPanel("valid_from"), FieldPanel("decision")],
    heading=gettext_lazy("Tên, loại theo thời gian"),
    label=gettext_lazy("Tên, loại"),
    help_text=gettext_lazy(
        "Đổi tên, đổi loại theo nghị quyết thì thêm một mốc ở đây: đến ngày ấy trang tự đổi, giấy tờ cũ giữ tên cũ. "
        "Viết sai chính tả thì sửa ở trên."
    ),
)


def _panels(*names: str, fixed: str = "") -> list[Panel]:
    return [FieldPanel(name, read_only=name == fixed) for name in names]


class PlaceForm(WagtailAdminModelForm):
    """A province or commune with its versions; both are in step when it is saved."""

    def save(self, commit: bool = True) -> Any:
        was = Called(self.initial["name"], self.initial["kind"])
        with transaction.atomic():
            unit = super().save(commit)
            settle(
                unit,
                was=was,
                corrected=bool({"name", "kind"} & set(self.changed_data)),
                versions_edited=self.formsets["versions"].has_changed(),
            )
        return unit


class KeyedViewSet(ModelViewSet):
    """Rows with a code of the state's: given when they are added, and fixed from then on."""

    copy_view_enabled = False
    fields: tuple[str, ...] = ()
    base_form_class: type[forms.ModelForm] = WagtailAdminModelForm
    edit_form_class: type[forms.ModelForm] = WagtailAdminModelForm
    added_only: tuple[str, ...] = ()
    edited_only: tuple[Panel, ...] = ()

    def get_edit_handler(self) -> Any:
        panels = _panels("code", *self.added_only, *self.fields)
        return ObjectList(panels, base_form_class=self.base_form_class).bind_to_model(self.model)

    def get_edit_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        panels = [*_panels("code", *self.fields, fixed="code"), *self.edited_only]
        handler = ObjectList(panels, base_form_class=self.edit_form_class).bind_to_model(self.model)
        return super().get_edit_view_kwargs(panel=handler, form_class=handler.get_form_class(), **kwargs)


class ProvinceViewSet(KeyedViewSet):
    """The 34 provinces."""

    model = Province
    icon = "globe"
    menu_label = gettext_lazy("Tỉnh, thành phố")
    inspect_view_enabled = True
    list_per_page = 50
    list_display = ["code", "full_name", "former_names"]
    edit_form_class = PlaceForm
    edited_only = (_VERSIONS,)
    fields = ("name", "name_en", "kind", "former_names", "valid_from", "valid_to")


class CommuneViewSet(KeyedViewSet):
    """Communes and wards after July 2025."""

    model = Commune
    icon = "home"
    menu_label = gettext_lazy("Xã, phường")
    inspect_view_enabled = True
    search_fields = ["name", "sort_key", "code"]
    list_filter = ["province"]
    list_per_page = 50
    list_display = ["code", "full_name"]
    edit_form_class = PlaceForm
    edited_only = (_VERSIONS,)
    fields = ("name", "kind", "province", "valid_from", "valid_to")


class FormerUnitIndexView(generic.IndexView):
    """Old units with the commune that each is now in."""

    def get_base_queryset(self) -> Any:
        return super().get_base_queryset().select_related("commune")


class FormerUnitViewSet(ModelViewSet):
    """Communes before July 2025, by which buyers still know where they live."""

    model = FormerUnit
    icon = "history"
    menu_label = gettext_lazy("Đơn vị cũ")
    copy_view_enabled = False
    index_view_class = FormerUnitIndexView
    search_fields = ["name", "district_name", "folded", "code"]
    list_per_page = 50
    list_display = ["code", "name", "district_name", "province_name", "commune"]
    form_fields = ["code", "name", "district_name", "province_name", "commune", "is_split", "is_earlier"]


class CategoryForm(WagtailAdminModelForm):
    """A new category, with its place in the tree."""

    parent = forms.ModelChoiceField(
        Category.objects.filter(depth__lt=LOWEST),
        label=gettext_lazy("Thuộc"),
        required=False,
        help_text=gettext_lazy("Bỏ trống: một ngành mới."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].required = True

    def clean_name(self) -> str:
        """Refuse a name of signs alone: the group's address is made of its letters."""
        name: str = self.cleaned_data["name"]
        if not any(char.isalnum() for char in name):
            raise ValidationError(_("Tên phải có chữ cái."), code="no_letters")
        return name

    def save(self, commit: bool = True) -> Any:
        category, parent = self.instance, self.cleaned_data["parent"]
        category.slug = slugify(strip_marks(category.name))
        return parent.add_child(instance=category) if parent else Category.add_root(instance=category)


class CategoryDeleteView(generic.DeleteView):
    """Deletes a category that nothing names; any other stays."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.user_has_permission("delete") and is_in_use(self.object):
            text = _("Nhóm %(name)s đang được dùng, không xoá được.") % {"name": self.object.local_name}
            messages.error(request, text)
            return redirect(self.get_success_url())
        response: HttpResponse = super().dispatch(request, *args, **kwargs)
        return response


class CategoryViewSet(KeyedViewSet):
    """OCOP's industries, groups and sets of criteria: their names in both languages."""

    model = Category
    icon = "folder-open-inverse"
    menu_label = gettext_lazy("Nhóm sản phẩm OCOP")
    ordering = "path"
    list_per_page = 50
    search_fields = ["name", "name_en", "code"]
    list_display = [
        "code",
        Column("name", label=gettext_lazy("Tên")),
        Column("name_en", label=gettext_lazy("Tên tiếng Anh")),
    ]
    delete_view_class = CategoryDeleteView
    base_form_class = CategoryForm
    added_only = ("parent",)
    fields = ("name", "name_en")
