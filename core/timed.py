"""Timed tasks of the modules, kept in step with the beat's database schedule."""

from django_celery_beat.models import IntervalSchedule, PeriodicTask, PeriodicTasks

from core import modules

OURS = "module: "  # how our rows are told from tasks a person added


def sync_schedule() -> None:
    """Write each module's timed tasks into the beat's schedule, enabled while the module is on; drop those that are gone."""
    wanted = {
        f"{OURS}{entry.task}": (entry, modules.is_on(module.code))
        for module in modules.registry.all()
        for entry in module.timed_tasks
    }
    PeriodicTask.objects.filter(name__startswith=OURS).exclude(name__in=wanted).delete()
    for name, (entry, is_on) in wanted.items():
        interval, _ = IntervalSchedule.objects.get_or_create(every=entry.every_seconds, period=IntervalSchedule.SECONDS)
        PeriodicTask.objects.update_or_create(
            name=name, defaults={"task": entry.task, "interval": interval, "enabled": is_on, "crontab": None}
        )
    PeriodicTasks.update_changed()
