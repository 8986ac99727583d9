"""The system page asks every ten seconds which deliveries keep failing."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("core", "0004_log_chain")]

    operations = [
        migrations.AddIndex(
            model_name="factdelivery",
            index=models.Index(
                fields=["next_try_at"],
                condition=models.Q(("attempts__gt", 0), ("done_at", None)),
                name="core_delivery_failing",
            ),
        ),
    ]
