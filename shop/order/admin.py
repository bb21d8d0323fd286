from oscar.apps.order.admin import *

from shop.core.read_only_admin import freeze

freeze("order")
