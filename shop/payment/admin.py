from oscar.apps.payment.admin import *  # noqa: F403

from shop.read_only_admin import freeze

freeze("payment")
