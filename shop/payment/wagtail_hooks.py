"""Who may see and handle money in the admin; its lists stand beside the orders (shop.order.desk)."""

from wagtail.permissions import register_permission_policy

from shop.payment.desk.policies import MoneyPolicy
from shop.payment.desk.refunds import POLICY as REFUND_POLICY
from shop.payment.models import BankAccount, Inbox, Payment, Refund

register_permission_policy(BankAccount, MoneyPolicy(BankAccount, actions={"add", "change", "view"}))
register_permission_policy(Inbox, MoneyPolicy(Inbox, actions={"change", "view"}))
register_permission_policy(Payment, MoneyPolicy(Payment, actions={"view"}))
register_permission_policy(Refund, REFUND_POLICY)
