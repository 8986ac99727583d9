"""Facts, vetoes and ports: how apps meet without importing upwards."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import Any, ClassVar, Generic, TypeVar

from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string

from core import modules

Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Fact:
    """Something happened. Subclasses are frozen dataclasses of ids and primitives, named in the past tense."""

    names: ClassVar[dict[str, type[Fact]]] = {}

    def __init_subclass__(cls) -> None:
        Fact.names[f"{cls.__module__}.{cls.__name__}"] = cls

    @classmethod
    def dotted_name(cls) -> str:
        return f"{cls.__module__}.{cls.__name__}"


def publish(fact: Fact) -> None:
    """Write the fact in the current transaction; after the commit it is delivered to each subscriber, at least once.

    Raises: RuntimeError outside a transaction, where "in the same transaction" would mean nothing.
    """
    from core.models import PublishedFact  # models load after this file

    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError(f"{fact.dotted_name()} must be published inside a transaction")
    receivers = list(receivers_of(type(fact)))
    row = PublishedFact.objects.create(
        name=fact.dotted_name(), payload=asdict(fact), delivered_at=None if receivers else timezone.now()
    )
    if receivers:
        transaction.on_commit(lambda: _announce(row.pk, receivers))


def _announce(fact_id: int, receivers: list[str]) -> None:
    """After the commit: quick receivers at once in this process, the others by the worker."""
    from core import delivery, tasks  # both import this file

    quick = [name for name in receivers if delivery.is_quick(import_string(name))]
    if quick:
        delivery.deliver(fact_id, only_quick=True)
    if len(quick) < len(receivers):
        tasks.deliver_fact.ring(fact_id)


def receivers_of(fact_type: type[Fact]) -> Iterator[str]:
    """Dotted names of the receivers in modules that are on."""
    for module in modules.registry.switched_on():
        listed = module.listens.get(fact_type, ())
        yield from [listed] if isinstance(listed, str) else listed


class Veto:
    """A check add-ons run inside the base's transaction. A receiver raises a DomainError to refuse; it returns nothing.

    ``contract`` says when it is asked and with which arguments.
    """

    def __init__(self, name: str, contract: str) -> None:
        self.name = name
        self.contract = contract

    def ask(self, **subject: Any) -> None:
        for module in modules.registry.switched_on():
            if self in module.vetoes:
                import_string(module.vetoes[self])(**subject)


class Port(Generic[Answer]):
    """A typed question with a harmless default, answered by at most one module (the first that is on).

    A data duty is asked of every module, of those that are off too, or their rows would be orphaned.
    """

    def __init__(self, name: str, contract: str, *, default: Callable[..., Answer], is_data_duty: bool = False) -> None:
        self.name = name
        self.contract = contract
        self.default = default
        self.is_data_duty = is_data_duty

    def answer(self, **question: Any) -> Answer:
        for module in modules.registry.switched_on():
            if self in module.ports:
                return import_string(module.ports[self])(**question)
        return self.default(**question)

    def answers(self, **question: Any) -> list[Answer]:
        """Every module's answer, in the order of registration; empty when nobody answers."""
        asked = modules.registry.all() if self.is_data_duty else modules.registry.switched_on()
        return [import_string(module.ports[self])(**question) for module in asked if self in module.ports]
