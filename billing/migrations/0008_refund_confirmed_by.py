import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0007_desk_grants"),
        ("organization", "0004_substitutions_and_report_grants"),
    ]

    operations = [
        migrations.AddField(
            model_name="refund",
            name="confirmed_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organization.employee"
            ),
        ),
    ]
