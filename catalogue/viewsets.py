"""The registers that hub staff keep in the admin: certificates, claims, sales points, places."""

from typing import Any

import django_filters
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.menus import MenuItem
from wagtail.admin.ui.tables import Column
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet, ModelViewSetGroup
from wagtail.log_actions import log

from catalogue.models import (
    Certificate,
    Certification,
    GeographicalIndication,
    IndicationRight,
    ProductCertification,
    SalesPoint,
)
from catalogue.reference_viewsets import (
    CategoryViewSet,
    CommuneViewSet,
    FormerUnitViewSet,
    ProvinceViewSet,
)

_FACTS = [
    "product",
    "holder",
    "holder_note",
    "stars",
    "certificate_no",
    "decision_no",
    "issued_on",
    "expires_on",
    "supersedes",
]
_ISSUER = ["issuer_level", "issuer_name", "issuer_name_en", "legal_basis"]
WITHDRAWAL = {"withdrawn_on", "withdrawal_reason"}
_PROOF = ["document", "source_url", "is_illustrative"]


def _state(certificate: Certificate) -> str:
    return str(Certificate.State(certificate.state).label)


class CertificateFilterSet(WagtailFilterSet):
    """Certificates by stars and by what they are worth today."""

    valid_today = django_filters.BooleanFilter(label=_("Còn hiệu lực hôm nay"), method="filter_valid")

    class Meta:
        model = Certificate
        fields = ["stars", "issuer_level"]

    def filter_valid(
        self, certificates: QuerySet[Certificate], _name: str, wanted: bool
    ) -> QuerySet[Certificate]:
        """Keep those that carry a star today, or those that do not."""
        valid = Certificate.objects.valid_on(timezone.localdate()).values("pk")
        return certificates.filter(pk__in=valid) if wanted else certificates.exclude(pk__in=valid)


class CertificateIndexView(generic.IndexView):
    """The register, newest first; what waits for a second person leads to its page."""

    def get_list_more_buttons(self, instance: Certificate) -> list[Any]:
        buttons: list[Any] = super().get_list_more_buttons(instance)
        if not instance.is_checked:
            url = reverse("certificate:check", args=[instance.pk])
            buttons.append(MenuItem(_("Xem và xác nhận"), url=url, icon_name="check", priority=5))
        return buttons

    def get_base_queryset(self) -> QuerySet[Certificate]:
        return super().get_base_queryset().select_related("product", "holder")


class CertificateAddView(generic.CreateView):
    """Enter a certificate."""

    def save_instance(self) -> Certificate:
        self.form.instance.changed(by=self.request.user)
        entered: Certificate = super().save_instance()
        return entered


class CertificateEditView(generic.EditView):
    """Withdraw it at once; another scan, source or term waits for a second person."""

    def save_instance(self) -> Certificate:
        if set(self.form.changed_data) - WITHDRAWAL:
            self.form.instance.changed(by=self.request.user)
        edited: Certificate = super().save_instance()
        return edited


class CertificateCheckView(generic.InspectView):
    """All of a certificate, and the button by which a second person confirms it."""

    permission_required = "change"
    any_permission_required = None
    page_title = _("Xem và xác nhận")
    template_name = "catalogue/admin/check_certificate.html"

    def post(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponse:
        """Confirm, or say why this person cannot."""
        try:
            with transaction.atomic():
                self.object.check_by(user=request.user)
                log(self.object, "wagtail.edit", user=request.user)
        except ValidationError as own:
            messages.error(request, own.messages[0])
            return redirect("certificate:check", self.object.pk)
        words = _("Giấy %(number)s đã được xác nhận.") % {"number": self.object.certificate_no}
        messages.success(request, words)
        return redirect("certificate:index")


class CertificateViewSet(ModelViewSet):
    """Certificates are entered once; later only withdrawn, or given their scan and source.

    What is entered or changed counts once a second person has seen it (CERTIFICATE_SECOND_PERSON).
    A renewal is a new certificate that names the one it supersedes. What was entered by mistake is
    withdrawn on its day of issue and entered again.
    """

    model = Certificate
    icon = "pick"
    menu_label = _("Giấy chứng nhận OCOP")
    copy_view_enabled = False
    inspect_view_enabled = True
    index_view_class = CertificateIndexView
    add_view_class = CertificateAddView
    edit_view_class = CertificateEditView
    filterset_class = CertificateFilterSet
    search_fields = ["certificate_no", "decision_no", "product__title", "holder__name"]
    list_display = [
        "certificate_no",
        Column("product", label=_("Sản phẩm")),
        Column("stars", label=_("Sao")),
        Column("state", label=_("Hôm nay"), accessor=_state),
        Column("holder", label=_("Chủ thể")),
        "issued_on",
        "expires_on",
    ]
    edit_handler = ObjectList(
        [
            MultiFieldPanel([FieldPanel(name) for name in _FACTS], heading=_("Giấy chứng nhận")),
            MultiFieldPanel([FieldPanel(name) for name in _ISSUER], heading=_("Cơ quan cấp")),
            MultiFieldPanel([FieldPanel(name) for name in _PROOF], heading=_("Bản quét và nguồn")),
        ]
    )
    correction_handler = ObjectList(
        [
            MultiFieldPanel(
                [FieldPanel("withdrawn_on"), FieldPanel("withdrawal_reason")], heading=_("Thu hồi")
            ),
            MultiFieldPanel(
                [FieldPanel("extended_until"), FieldPanel("extension_decision_no")], heading=_("Gia hạn")
            ),
            MultiFieldPanel([FieldPanel(name) for name in _PROOF], heading=_("Bản quét và nguồn")),
            MultiFieldPanel(
                [FieldPanel(name, read_only=True) for name in _FACTS + _ISSUER], heading=_("Giấy chứng nhận")
            ),
        ]
    ).bind_to_model(Certificate)

    @property
    def check_view(self) -> Any:
        """The page on which a second person confirms."""
        given = {**self.get_inspect_view_kwargs(), "template_name": CertificateCheckView.template_name}
        return self.construct_view(CertificateCheckView, **given)

    def get_urlpatterns(self) -> list[Any]:
        return [*super().get_urlpatterns(), path("check/<int:pk>/", self.check_view, name="check")]

    def get_edit_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        form = self.correction_handler.get_form_class()
        return super().get_edit_view_kwargs(panel=self.correction_handler, form_class=form, **kwargs)


class GeographicalIndicationViewSet(ModelViewSet):
    """Protected names and who may carry them."""

    model = GeographicalIndication
    icon = "globe"
    menu_label = _("Chỉ dẫn địa lý")
    copy_view_enabled = False
    list_display = ["name", "register_no", "registered_on"]
    form_fields = [
        "name",
        "register_no",
        "decision_no",
        "registered_on",
        "is_illustrative",
    ]


class IndicationRightViewSet(ModelViewSet):
    """Which producer may carry which protected name, from when and until when."""

    model = IndicationRight
    icon = "key"
    menu_label = _("Quyền dùng chỉ dẫn địa lý")
    copy_view_enabled = False
    list_display = ["geographicalindication", "partner", "granted_on", "expires_on"]
    form_fields = ["geographicalindication", "partner", "decision_no", "granted_on", "expires_on"]


class CertificationViewSet(ModelViewSet):
    """Quality schemes."""

    model = Certification
    icon = "check"
    menu_label = _("Chứng nhận chất lượng")
    copy_view_enabled = False
    list_display = ["name", "code"]
    form_fields = ["code", "name", "name_en"]


class ProductCertificationViewSet(ModelViewSet):
    """Which product has which quality scheme's certificate, and until when."""

    model = ProductCertification
    icon = "clipboard-list"
    menu_label = _("Chứng nhận của sản phẩm")
    copy_view_enabled = False
    list_display = ["product", "certification", "number", "expires_on"]
    form_fields = [
        "product",
        "certification",
        "number",
        "issuer",
        "scope",
        "issued_on",
        "expires_on",
        "document",
    ]


class SalesPointViewSet(ModelViewSet):
    """Shops and show-rooms."""

    model = SalesPoint
    icon = "site"
    menu_label = _("Điểm bán")
    copy_view_enabled = False
    search_fields = ["name", "address"]
    list_filter = ["kind", "pickup"]
    list_display = ["name", "kind", "address", "pickup"]
    exclude_form_fields: list[str] = []


class Registers(ModelViewSetGroup):
    """All of them under one heading of the menu."""

    menu_label = _("Sổ đăng ký")
    menu_icon = "list-ul"
    menu_order = 210
    items = (
        CertificateViewSet,
        GeographicalIndicationViewSet,
        IndicationRightViewSet,
        CertificationViewSet,
        ProductCertificationViewSet,
        SalesPointViewSet,
        CategoryViewSet,
        CommuneViewSet,
        FormerUnitViewSet,
        ProvinceViewSet,
    )
