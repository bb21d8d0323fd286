from oscar.apps.dashboard.partners import views

from shop.dashboard.partners.forms import NewUserForm


class PartnerUserCreateView(views.PartnerUserCreateView):
    """Makes a user of a partner, with a password that staff hand over."""

    form_class = NewUserForm
