import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalogue', '1004_alcohol'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='certificate',
            name='certificate_number_once_per_issuer',
        ),
        migrations.AlterField(
            model_name='certificate',
            name='supersedes',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='superseded_by', to='catalogue.certificate', verbose_name='thay cho giấy'),
        ),
        migrations.AlterField(
            model_name='certificate',
            name='withdrawn_on',
            field=models.DateField(blank=True, help_text='Giấy nhập nhầm: ghi ngày cấp, rồi nhập lại; giấy ấy coi như chưa từng có.', null=True, verbose_name='ngày thu hồi'),
        ),
        migrations.AddConstraint(
            model_name='certificate',
            constraint=models.UniqueConstraint(condition=models.Q(('withdrawn_on', None), ('withdrawn_on__gt', models.F('issued_on')), _connector='OR'), fields=('issuer_name', 'certificate_no'), name='certificate_number_once_per_issuer'),
        ),
        migrations.AddConstraint(
            model_name='certificate',
            constraint=models.UniqueConstraint(condition=models.Q(('withdrawn_on', None), ('withdrawn_on__gt', models.F('issued_on')), _connector='OR'), fields=('supersedes',), name='certificate_superseded_once'),
        ),
    ]
