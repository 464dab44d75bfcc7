from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [('tracking', '0007_sales_totals_kept')]

    operations = [
        migrations.AddField(
            model_name='customer',
            name='is_disposable',
            field=models.BooleanField(db_default=False, default=False),
        ),
    ]
