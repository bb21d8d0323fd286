from oscar.apps.order.admin import *  # noqa: F403

from shop.read_only_admin import freeze

freeze("order")
