"""What the pages about money in the bank share."""

from django.utils.translation import gettext_lazy as _

from shop.backoffice.pages import StaffPage
from shop.backoffice.policies import MoneyPolicy
from shop.payment.models import BankLine

INDEX = "shop_bank_lines:index"


class MoneyView(StaffPage):
    """A page for staff who may see money in the bank."""

    model = BankLine
    permission_policy = MoneyPolicy(BankLine, actions={"view", "change"})
    header_icon = "history"
    start = (INDEX, _("Tiền ở ngân hàng"))
