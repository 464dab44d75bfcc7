import django.db.models.deletion
import prm.fields
import prm.ids
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("campaigns", "0001_initial"),
        ("sellers", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="tierclock",
            name="error",
            field=models.CharField(blank=True, max_length=500),
        ),
        migrations.CreateModel(
            name="GroupMove",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=prm.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("at", models.DateTimeField()),
                (
                    "after",
                    prm.fields.TenantForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="campaigns.group",
                    ),
                ),
                (
                    "before",
                    prm.fields.TenantForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="campaigns.group",
                    ),
                ),
                (
                    "enrollment",
                    prm.fields.TenantForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="group_moves",
                        to="campaigns.enrollment",
                    ),
                ),
                (
                    "seller",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="sellers.seller",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["seller", "enrollment", "at"], name="group_move_place")
                ],
            },
        ),
    ]
