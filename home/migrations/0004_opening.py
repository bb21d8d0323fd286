from django.db import migrations, models
from django.utils import timezone


def shops_that_sell_are_open(apps, schema_editor):
    """A shop that has taken orders opened long ago."""
    if not apps.get_model("order", "Order").objects.exists():
        return
    settings = apps.get_model("home", "MarketSettings").objects
    site = apps.get_model("wagtailcore", "Site").objects.filter(is_default_site=True).first()
    if site:
        settings.get_or_create(site=site)
    settings.update(opened_at=timezone.now())


class Migration(migrations.Migration):

    dependencies = [
        ("home", "0003_purchase_pages"),
        ("order", "1000_market"),
    ]

    operations = [
        migrations.AddField(
            model_name="marketsettings",
            name="mail_tested_at",
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name="gửi thư thử lúc"),
        ),
        migrations.AddField(
            model_name="marketsettings",
            name="opened_at",
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name="mở cửa lúc"),
        ),
        migrations.RunPython(shops_that_sell_are_open, migrations.RunPython.noop),
    ]
