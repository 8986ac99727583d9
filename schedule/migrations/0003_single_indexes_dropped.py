"""What is indexed together with the time needs no index of its own: each write kept five of them for nobody."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("organization", "0002_user_last_role"),
        ("patients", "0002_patient_archive_reason"),
        ("schedule", "0002_appointment_card_index"),
    ]

    operations = [
        migrations.AlterField(
            model_name="appointment",
            name="branch",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="appointments",
                to="organization.branch",
            ),
        ),
        migrations.AlterField(
            model_name="appointment",
            name="doctor",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="appointments",
                to="organization.employee",
            ),
        ),
        migrations.AlterField(
            model_name="appointment",
            name="patient",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="appointments",
                to="patients.patient",
            ),
        ),
        migrations.AlterField(
            model_name="workshift",
            name="branch",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="shifts",
                to="organization.branch",
            ),
        ),
        migrations.AlterField(
            model_name="workshift",
            name="doctor",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="shifts",
                to="organization.employee",
            ),
        ),
    ]
