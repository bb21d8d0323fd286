"""Django's own admin, for superusers: which door it has, and what in it may only be looked at."""

from django.contrib import admin

from shop.core.read_only_admin import freeze
from shop.users.forms import DjangoAdminLoginForm

# Rows that the shop or Oscar's dashboard makes whole; made here by hand they break the pages that show them.
# A producer's people and bank account are changed in the CMS alone, which tells those they concern.
LOOKED_AT_ONLY = ("address", "basket", "offer", "partner", "reviews", "voucher")


def prepare() -> None:
    """Give the admin its log-in form and freeze what is made elsewhere."""
    admin.site.login_form = DjangoAdminLoginForm
    for label in LOOKED_AT_ONLY:
        freeze(label)
