from oscar.apps.shipping import apps


class ShippingConfig(apps.ShippingConfig):
    name = "shop.shipping"

    def ready(self) -> None:
        super().ready()
        from shop.shipping import checks  # noqa: F401 - registers them
