from django.db import migrations
from django.db.models import Sum


def leave_out(apps, schema_editor):
    """Cash that was booked and not collected after all no longer counts as received."""
    receipts, refunds, payments = (
        apps.get_model("payment", name).objects.using(schema_editor.connection.alias)
        for name in ("Receipt", "Refund", "Payment")
    )
    sums = refunds.filter(uncollected=True, state="done").order_by().values("payment").annotate(sum=Sum("amount"))
    for payment, amount in list(sums.values_list("payment", "sum")):
        booked = receipts.filter(payment=payment).aggregate(sum=Sum("amount"))["sum"] or 0
        payments.filter(pk=payment).update(received=booked - amount)


class Migration(migrations.Migration):

    dependencies = [
        ("payment", "1024_hub_accounts"),
    ]

    operations = [
        migrations.RunPython(leave_out, migrations.RunPython.noop),
    ]
