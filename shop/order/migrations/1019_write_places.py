"""Keep in the addresses there are what their commune and province are called until now."""

from django.db import migrations

KINDS = {
    "tinh": "tỉnh",
    "thanh_pho": "thành phố",
    "xa": "xã",
    "phuong": "phường",
    "dac_khu": "đặc khu",
}
COLUMNS = ("commune_id", "commune__kind", "commune__name", "commune_name", "province_id", "province__kind", "province__name")


def write(apps, schema_editor):
    addresses = apps.get_model("order", "ShippingAddress").objects.using(schema_editor.connection.alias)
    empty = addresses.filter(place_as_written="").exclude(province=None)
    for place in list(empty.order_by().values(*COLUMNS).distinct()):
        rows = addresses.filter(
            place_as_written="",
            commune=place["commune_id"],
            commune_name=place["commune_name"],
            province=place["province_id"],
        )
        rows.update(place_as_written=", ".join(part for part in names(place) if part))


def names(place):
    commune = f"{KINDS[place['commune__kind']]} {place['commune__name']}" if place["commune_id"] else ""
    return commune or place["commune_name"], f"{KINDS[place['province__kind']]} {place['province__name']}"


class Migration(migrations.Migration):
    dependencies = [("order", "1018_place_as_written"), ("catalogue", "1010_place_versions")]

    operations = [migrations.RunPython(write, migrations.RunPython.noop, elidable=True)]
