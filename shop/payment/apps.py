from oscar.apps.payment import apps


class PaymentConfig(apps.PaymentConfig):
    name = "shop.payment"

    def ready(self) -> None:
        super().ready()
        from shop.payment import checks  # noqa: F401 - registers them
