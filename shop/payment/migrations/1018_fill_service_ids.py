"""Lines of notices get the service's own number in a column; until now it stood among the other references."""

from django.db import migrations

BATCH = 500
SERVICES = ("SEPAY", "CASSO")  # payOS numbers what was to be paid, not the transaction


def fill(apps, schema_editor):
    lines = apps.get_model("payment", "BankLine").objects.filter(service_id="")
    last = 0
    while rows := list(lines.filter(pk__gt=last).order_by("pk").only("pk", "other_references")[:BATCH]):
        last = rows[-1].pk
        found = []
        for line in rows:
            own = [name for name in line.other_references if str(name).startswith(SERVICES)]
            if own:
                line.service_id = own[-1]
                found.append(line)
        lines.model.objects.bulk_update(found, ["service_id"])


class Migration(migrations.Migration):
    dependencies = [("payment", "1017_bank_service_ids")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
