from oscar.apps.payment.admin import *

from shop.core.read_only_admin import freeze

freeze("payment")
