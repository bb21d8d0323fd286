"""The notification services the shop knows, by the name in their address."""

from typing import cast

from shop.payment.bank.services import Service, casso, payos, sepay

SERVICES: dict[str, Service] = {
    "sepay": cast(Service, sepay),
    "casso": cast(Service, casso),
    "payos": cast(Service, payos),
}
