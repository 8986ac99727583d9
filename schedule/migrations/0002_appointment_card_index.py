from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("organization", "0002_user_last_role"),
        ("patients", "0002_patient_archive_reason"),
        ("schedule", "0001_initial"),
    ]

    operations = [
        migrations.RemoveIndex(model_name="appointment", name="schedule_appt_patient"),
        migrations.AddIndex(
            model_name="appointment",
            index=models.Index(
                fields=["patient", "-starts_at"], include=("state", "doctor", "branch"), name="schedule_appt_card"
            ),
        ),
    ]
