"""Celery tasks of the kernel: thin, idempotent, found again by a sweep."""

import logging

from celery import shared_task

from core import chain, delivery

logger = logging.getLogger("core.chain")


@shared_task(name="core.deliver_fact")
def deliver_fact(fact_id: int) -> None:
    delivery.deliver(fact_id)


@shared_task(name="core.sweep_facts")
def sweep_facts() -> None:
    delivery.sweep()


@shared_task(name="core.forget_delivered_facts")
def forget_delivered_facts() -> None:
    delivery.forget_delivered()


@shared_task(name="core.seal_logs")
def seal_logs() -> None:
    chain.seal()


@shared_task(name="core.check_logs")
def check_logs() -> None:
    report = chain.check_and_note()
    if report.is_good:
        logger.info("the logs are as they were written; end of the chain %s:%s", report.blocks, report.digest.hex())
    else:
        logger.error("the logs were tampered with: %s", "; ".join(report.findings))
