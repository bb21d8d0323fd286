"""A refund or payout that two lines of money out claim keeps the first; the other is only recorded."""

from django.db import migrations
from django.db.models import Exists, OuterRef


def free(apps, schema_editor):
    lines = apps.get_model("payment", "BankLine").objects.using(schema_editor.connection.alias)
    for claimed, none in (("settles", ""), ("refund", None)):
        claims = lines.filter(state="matched", direction="out").exclude(**{claimed: none})
        earlier = lines.filter(**{claimed: OuterRef(claimed)}, pk__lt=OuterRef("pk"))
        later = claims.filter(Exists(earlier)).values_list("pk", flat=True)
        lines.filter(pk__in=list(later)).update(**{claimed: none, "state": "recorded"})


class Migration(migrations.Migration):
    dependencies = [("payment", "1020_bank_poll")]
    operations = [migrations.RunPython(free, migrations.RunPython.noop)]
