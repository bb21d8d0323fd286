import django.core.validators
from django.db import migrations, models


def bar_until_rebuilt(apps, schema_editor):
    """Strengths are unknown as yet: until rows are rebuilt, all goods for adults count as spirits."""
    ListingRow = apps.get_model("catalogue", "ListingRow")
    ListingRow.objects.filter(age_restricted=True).update(is_spirit=True)


class Migration(migrations.Migration):

    dependencies = [
        ('catalogue', '1003_listing_title_language'),
    ]

    operations = [
        migrations.AddField(
            model_name='listingrow',
            name='is_spirit',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='product',
            name='alcohol_percent',
            field=models.DecimalField(blank=True, decimal_places=1, max_digits=3, null=True, validators=[django.core.validators.MinValueValidator(0)], verbose_name='độ cồn, %'),
        ),
        migrations.RunPython(bar_until_rebuilt, migrations.RunPython.noop),
    ]
