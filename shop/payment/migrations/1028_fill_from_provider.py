"""What staff explained as money from Stripe stood in the words of its note until now."""

from typing import Any

from django.db import migrations


def fill(apps: Any, _schema_editor: Any) -> None:
    lines = apps.get_model("payment", "BankLine").objects
    lines.filter(state="set_aside", note__startswith="Stripe: ").update(from_provider=True)


class Migration(migrations.Migration):
    dependencies = [("payment", "1027_from_provider")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
