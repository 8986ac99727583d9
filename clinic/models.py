"""Tables of the installation itself."""

import pgtrigger
from django.db import models
from django.utils import timezone


class SystemAct(models.Model):
    """What a person did on the system page: the row is its own history, for neither jobs nor deliveries keep one."""

    class Kind(models.TextChoices):
        RETRY = "retry"
        BACKUP = "backup"
        SAMPLE = "sample"

    append_only = True

    kind = models.CharField(max_length=10, choices=Kind.choices)
    at = models.DateTimeField(default=timezone.now)
    employee_id = models.BigIntegerField(null=True)
    person = models.CharField(max_length=200)
    role_name = models.CharField(max_length=80)
    job_id = models.BigIntegerField(null=True, help_text="Progress row of a backup")
    fact_id = models.BigIntegerField(null=True, help_text="Fact that was retried")
    subject = models.CharField(max_length=300, blank=True, help_text="Receiver that was retried, with its last error")

    class Meta:
        indexes = [models.Index(fields=["kind", "-id"], name="clinic_act_newest")]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]


class SampleClinic(models.Model):
    """The mark of a sample clinic: one row, written when it is loaded, gone when it is removed.

    Only the tables' owner writes it: while it is there, the application may have every table emptied.
    """

    loaded_at = models.DateTimeField(default=timezone.now)
