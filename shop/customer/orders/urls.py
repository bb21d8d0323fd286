"""A buyer's orders: look-up by code, and the page behind the unguessable link."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from shop.customer.orders import views
from shop.payment.providers.vietqr.views import picture_to_save, status
from shop.payment.views import paid, pay

app_name = "order"
urlpatterns = [
    path("", views.lookup, name="lookup"),
    path("<slug:token>/", views.detail, name="detail"),
    path(_("<slug:token>/huy/"), views.cancel, name="cancel"),
    path(_("<slug:token>/tra-hang/<int:parcel>/"), views.ask_return, name="ask_return"),
    path(_("<slug:token>/tai-khoan-nhan-hoan/"), views.refund_account, name="refund_account"),
    path(_("<slug:token>/thoi-nhan-tin/"), views.stop_news, name="stop_news"),
    path(_("<slug:token>/tra-tien/"), pay, name="pay"),
    path(_("<slug:token>/thanh-toan/xong/"), paid, name="paid"),
    path(_("<slug:token>/tien-ve/"), status, name="money"),
    path("<slug:token>/vietqr.png", picture_to_save, name="qr"),
]
