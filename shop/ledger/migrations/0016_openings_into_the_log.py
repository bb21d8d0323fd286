"""The first balances that stand are the first lines of their log."""

from typing import Any

from django.db import migrations


def fill(apps: Any, _schema_editor: Any) -> None:
    Log = apps.get_model("ledger", "OpeningLog")
    rows = apps.get_model("ledger", "OpeningBalance").objects.order_by("pk")
    Log.objects.bulk_create(
        Log(account_id=row.account_id, day=row.day, amount=row.amount, at=row.at, actor_name=row.by_name)
        for row in rows
    )


class Migration(migrations.Migration):
    dependencies = [("ledger", "0015_logs_and_undoing")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
