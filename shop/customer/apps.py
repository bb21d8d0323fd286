from typing import Any

from django.contrib.auth.decorators import login_required
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from oscar.apps.customer import apps


class CustomerConfig(apps.CustomerConfig):
    name = "shop.customer"

    def ready(self) -> None:
        """Connect nothing: Oscar would write a cookie with every product looked at."""

    def get_urls(self) -> list[URLPattern]:
        """Return the account's addresses, under the names that Oscar's own code reverses."""
        from shop.customer import address_views, invitation_views, session_views, views
        from shop.customer.personal_data import views as data_views

        def own(route: Any, view: Any, name: str) -> URLPattern:
            return path(route, login_required(view.as_view()), name=name)

        return self.post_process_urls(
            [
                path(_("dang-nhap/"), views.AccountAuthView.as_view(), name="login"),
                path(_("dang-ky/"), views.AccountAuthView.as_view(), name="register"),
                path(_("dang-ky/da-gui/"), views.register_sent, name="register-sent"),
                path(_("dang-ky/<str:token>/"), views.RegisterConfirmView.as_view(), name="register-confirm"),
                path(_("dia-chi-thu/<str:token>/"), views.EmailConfirmView.as_view(), name="email-confirm"),
                path(
                    _("gian-hang/<str:token>/"),
                    invitation_views.ProducerInvitationView.as_view(),
                    name="producer-invitation",
                ),
                path(_("dang-xuat/"), views.LogoutView.as_view(), name="logout"),
                own("", views.AccountView, "summary"),
                own(_("don-hang/"), views.OrderListView, "order-list"),
                own(_("don-hang/<str:order_number>/"), views.OrderView, "order"),
                own(_("ho-so/"), views.ProfileView, "profile-view"),
                own(_("ho-so/"), views.ProfileView, "profile-update"),
                own(_("so-dia-chi/"), address_views.AddressListView, "address-list"),
                own(_("so-dia-chi/them/"), address_views.AddressEditView, "address-create"),
                own(_("so-dia-chi/<int:pk>/"), address_views.AddressEditView, "address-detail"),
                own(_("so-dia-chi/<int:pk>/xoa/"), address_views.AddressDeleteView, "address-delete"),
                own(_("so-dia-chi/<int:pk>/mac-dinh/"), address_views.AddressDefaultView, "address-default"),
                own(_("doi-mat-khau/"), views.ChangePasswordView, "change-password"),
                own(_("phien/"), session_views.SessionsView, "sessions"),
                own(_("xoa/"), views.DeleteView, "profile-delete"),
                own(_("du-lieu/"), data_views.PersonalDataView, "personal-data"),
                own(_("du-lieu/<int:pk>/rut-lai/"), data_views.WithdrawView, "withdraw-consent"),
            ]
        )
