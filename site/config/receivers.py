"""Who listens to what, and in which order: the one place that connects signals to our receivers.

| what happened | who listens, in this order |
|---|---|
| a page is published | its product is kept in step (catalogue.receivers), a producer's page goes to its producer, pictures are cut; listing rows (catalogue.listing.receivers); header and footer (home.receivers) |
| a page is unpublished, moved, deleted | its product is kept in step; listing rows; header and footer |
| a page is copied for translation | the copy hangs on its product; listing rows |
| a product is deleted | its pages are taken off; listing rows |
| a certificate, mark, group, picture, producer, stock record … is saved or deleted | listing rows |
| settings or a menu item are saved or deleted | header and footer |
| somebody logs in or out | the request's basket (shop.basket.receivers) |
| an account is deleted | its owner and the others of its producers hear of it (shop.partner.receivers); its orders and consents note it (shop.customer.receivers) |
| money moves | the ledger (shop.ledger.receivers; the senders stand in shop.payment.signals) |

Receivers of one signal run in the order in which they are connected. None listens to the deletions of all models.
"""

from catalogue import receivers as catalogue
from catalogue.listing import receivers as listing
from home import receivers as home
from shop.basket import receivers as basket
from shop.customer import receivers as customer
from shop.ledger import receivers as ledger
from shop.partner import receivers as partner

IN_ORDER = (catalogue, listing, home, partner, customer, basket, ledger)


def connect() -> None:
    """Connect all receivers, once, when every model is loaded."""
    for receivers in IN_ORDER:
        receivers.connect()
