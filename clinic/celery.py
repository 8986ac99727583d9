"""The Celery application: deliveries of facts, outboxes, long work."""

import os
from typing import Any

from celery import Celery
from celery.signals import heartbeat_sent

from clinic import alive

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic.settings")

app = Celery("zubr", task_cls="core.doorbell:ClinicTask")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@heartbeat_sent.connect
def worker_is_alive(sender: Any, **_: Any) -> None:
    """Celery sends this from the worker's main loop, and only while it is connected to the broker."""
    alive.say("worker", host=sender.eventer.hostname)
