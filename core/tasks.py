"""Celery tasks of the kernel: thin, idempotent, found again by a sweep."""

from celery import shared_task

from core import delivery


@shared_task(name="core.deliver_fact")
def deliver_fact(fact_id: int) -> None:
    delivery.deliver(fact_id)


@shared_task(name="core.sweep_facts")
def sweep_facts() -> None:
    delivery.sweep()


@shared_task(name="core.forget_delivered_facts")
def forget_delivered_facts() -> None:
    delivery.forget_delivered()
