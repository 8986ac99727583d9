from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("organization", "0002_user_last_role"),
        ("patients", "0002_patient_archive_reason"),
        ("billing", "0003_workorder_is_invoiced"),
    ]

    operations = [
        migrations.RemoveIndex(model_name="invoice", name="billing_invoice_patient"),
        migrations.AddIndex(
            model_name="invoice",
            index=models.Index(
                fields=["patient", "-issued_on"], include=("state", "total", "paid"), name="billing_invoice_card"
            ),
        ),
    ]
