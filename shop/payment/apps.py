from oscar.apps.payment import apps


class PaymentConfig(apps.PaymentConfig):
    name = "shop.payment"

    def ready(self) -> None:
        super().ready()
        from shop.order import mails
        from shop.payment import checks, mail_facts  # noqa: F401 - checks register themselves

        mails.add_context(mail_facts.facts)
