from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0005_refund_branch_day"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="invoice",
            index=models.Index(fields=["-year", "-number"], name="billing_invoice_newest"),
        ),
    ]
