"""Give the old units that a shop already has the keys they are found by."""

from django.db import migrations

from catalogue.place_names import place_key

BATCH = 1000


def fill(apps, schema_editor):
    units = apps.get_model("catalogue", "FormerUnit").objects.using(schema_editor.connection.alias)
    rows = list(units.only("pk", "name", "district_name"))
    for row in rows:
        row.name_key, row.district_key = place_key(row.name), place_key(row.district_name)
    units.bulk_update(rows, ["name_key", "district_key"], batch_size=BATCH)


class Migration(migrations.Migration):
    dependencies = [("catalogue", "1008_former_unit_keys")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop, elidable=True)]
