import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """The model's new name; the table keeps its old one, which the release before still writes while this one starts."""

    dependencies = [
        ('order', '1009_called_off'),
    ]

    operations = [
        migrations.AlterModelTable(name='stallmail', table='order_stallmail'),
        migrations.RenameModel(old_name='StallMail', new_name='ProducerMail'),
        migrations.AlterField(
            model_name='producermail',
            name='parcel',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='producer_mails', to='order.parcel', verbose_name='kiện'),
        ),
    ]
