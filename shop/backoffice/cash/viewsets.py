"""Cash in the admin's menu."""

from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from wagtail.admin.viewsets.base import ViewSet

from shop.backoffice.cash import remittance_lines, remittances, views
from shop.backoffice.menu import shown_by


class CashViewSet(ViewSet):
    """Who has the buyers' cash."""

    name = "shop_cash"
    url_prefix = "tien-mat"
    icon = "decimal"
    menu_label = _("Tiền mặt")
    menu_item_class = shown_by(views.CashIndexView.permission_policy)

    def get_urlpatterns(self) -> list[URLPattern]:
        """List, look, act."""
        return [
            path("", views.CashIndexView.as_view(), name="index"),
            path("bang-ke/", remittances.RemittancesView.as_view(), name="remittances"),
            path("bang-ke/nhap/", remittances.UploadView.as_view(), name="upload"),
            path("bang-ke/cho-xem/", remittance_lines.WaitingView.as_view(), name="waiting"),
            path("bang-ke/<int:pk>/", remittances.RemittanceView.as_view(), name="remittance"),
            path("bang-ke/<int:pk>/xac-nhan/", remittances.ConfirmView.as_view(), name="confirm"),
            path("bang-ke/<int:pk>/bo/", remittances.TakeBackView.as_view(), name="take_back_list"),
            path("bang-ke/dong/<int:pk>/", remittance_lines.LineView.as_view(), name="remittance_line"),
            *(
                path(
                    f"bang-ke/dong/<int:pk>/{what}/",
                    remittance_lines.DecideView.as_view(),
                    {"what": what},
                    name=what,
                )
                for what in remittance_lines.DecideView.FORMS
            ),
            path("<int:pk>/", views.ParcelCashView.as_view(), name="parcel"),
            path("<int:pk>/da-nop/", views.RemitView.as_view(), name="remit"),
            path("<int:pk>/ai-giu/", views.MoveView.as_view(), name="move"),
            path("<int:pk>/bo/<int:entry>/", views.UndoView.as_view(), name="undo"),
            path("<int:pk>/chenh-lech/", views.DifferenceView.as_view(), name="difference"),
        ]
