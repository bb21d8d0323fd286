"""Orders that came with a tick for news before consents were rows get theirs, with the words of that time."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import F

WORDS = {
    "vi": "Gửi tôi tin mùa vụ và ưu đãi qua email. Bỏ lúc nào cũng được.",
    "en": "E-mail me season news and offers. I can stop it any time.",
}


def write(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Write one row for each order with the tick."""
    Order, Consent = apps.get_model("order", "Order"), apps.get_model("order", "Consent")
    rows = Order.objects.filter(marketing_consent=True).annotate(account_mail=F("user__email"))
    Consent.objects.bulk_create(
        [
            Consent(
                order=order,
                user_id=order.user_id,
                purpose="news",
                email=order.guest_email or order.account_mail or "",
                wording=WORDS.get(order.language, WORDS["vi"]),
                language=order.language,
                given_at=order.date_placed,
            )
            for order in rows.iterator()
        ],
        batch_size=500,
        ignore_conflicts=True,
    )


class Migration(migrations.Migration):
    dependencies = [("order", "1022_consent")]

    operations = [migrations.RunPython(write, migrations.RunPython.noop)]
