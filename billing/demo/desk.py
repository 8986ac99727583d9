"""How people pay in the demo: at once mostly; some in parts, some later, some ahead; a few get money back."""

import heapq
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import count
from random import Random

from billing.demo.books import Bill, Books, Order, Purse
from billing.demo.lines import BY_CANAL, ITEMS, Item, surfaces_for, teeth_for
from billing.demo.till import Act
from billing.enums import Means
from billing.settlement import likely_notes
from core.clock import localdate
from core.demo import MINUTE, Run
from core.dentition import Tooth
from core.money import ZERO
from organization.demo import Clinic, hours_of
from pricelist.demo import PriceList
from pricelist.models import ToothArea
from schedule.demo.visit import Visit
from schedule.enums import AppointmentState

FREE = 0.05  # of visits: a check, a correction, warranty; nothing is written
DISCOUNTED = 0.06
DISCOUNTS = ((Decimal(5), "Постоянный пациент"), (Decimal(10), "Семейная скидка"), (Decimal(10), "Акция месяца"))
LOOK = Item("К-002")  # what is written when nothing else was done
VOIDED = 0.003
VOID_REASONS = ("Ошибка в плательщике", "Забыли скидку", "Счёт выписан дважды")
PAYS_LATER, PAYS_PART = 0.02, 0.075
DEAR, DEAR_PAYS_PART = Decimal(30_000), 0.3
NEVER_PAYS = 0.06  # of those who owe
OLD_DEBT_TOO = 0.7
LEAVES_CHANGE = 0.006  # the rest of the note stays on the advance
PAYS_AHEAD = {
    "braces consult": 0.12,
    "implant": 0.25,
    "crown prep": 0.12,
    "surgery consult": 0.06,
    "crown consult": 0.1,
}
AHEAD = (3_000, 5_000, 5_000, 10_000, 10_000, 15_000, 20_000, 30_000)
WANTS_BACK = 0.05  # of those with an advance
REFUND_REASONS = ("Передумал лечиться", "Переезжает", "Оплачено дважды", "Лечение обошлось дешевле")
MEANS = ((Means.CARD, 60), (Means.CASH, 23), (Means.QR, 16), (Means.TRANSFER, 1))
SPLIT = 0.05  # cash and card together


@dataclass(order=True)
class Later:
    """Something a patient does at the desk on another day."""

    on: date
    order: int
    purse: Purse = field(compare=False)
    is_refund: bool = field(compare=False, default=False)


class Desk:
    """One day after another at the desk: orders come from the chairs, patients pay."""

    def __init__(self, run: Run, clinic: Clinic, prices: PriceList, books: Books) -> None:
        self.run, self.clinic, self.prices, self.books = run, clinic, prices, books
        self.rng: Random = run.rng("desk")
        self.later: list[Later] = []
        self.counting = count()

    def live(self, day: date, visits: list[Visit]) -> None:
        """Everything of one day: orders by the time they were opened, money by the time it was taken."""
        orders = [order for visit in sorted(visits, key=_seated_at) if (order := self._order_of(visit)) is not None]
        moments = list(self._moments(day, orders))
        if self.books.till.shift is None and (moments or day == self.run.today):
            self._open(day, moments)
        for at, _, what in sorted(moments, key=lambda moment: moment[:2]):
            act = Act(self.rng.choice(self.clinic.desk), at, localdate(self.run.zone, at))
            if isinstance(what, Order):
                self._settle(what, act)
            elif what.is_refund:
                self._refund(what.purse, act)
            else:
                self._pay_debts(what.purse, act)
        for order in orders:
            self.books.write_order(order)
        if self.books.till.shift is not None and day != self.run.today:
            self._close(day, moments)

    def _open(self, day: date, moments: list[tuple[datetime, int, object]]) -> None:
        opens = self.run.midnight(day) + timedelta(hours=hours_of(day)[0].hour) - 8 * MINUTE
        first = min([opens, *(at for at, _, _ in moments)])
        at = max(min(first, self.run.now) - 3 * MINUTE, self.run.midnight(day))
        self.books.till.open(Act(self.rng.choice(self.clinic.desk), at, day))

    def _close(self, day: date, moments: list[tuple[datetime, int, object]]) -> None:
        closes = self.run.midnight(day) + timedelta(hours=hours_of(day)[1].hour) + self.rng.randrange(8, 20) * MINUTE
        at = max([closes, *(at + 4 * MINUTE for at, _, _ in moments)])
        self.books.till.close(Act(self.rng.choice(self.clinic.desk), at, day))

    def _moments(self, day: date, orders: list[Order]) -> Iterator[tuple[datetime, int, object]]:
        """When each closed order and each old debt of the day comes to the desk."""
        now = self.run.now
        for order in orders:
            visit = order.visit
            if not order.is_closed or visit.waits_at_desk or visit.finished_at is None:
                continue
            at = visit.finished_at + self.rng.randrange(60, 540) * MINUTE / 60
            yield min(at, max(now - MINUTE / 2, visit.finished_at)), next(self.counting), order
        while self.later and self.later[0].on <= day:
            what = heapq.heappop(self.later)
            at = self.run.midnight(day) + self.rng.randrange(10 * 60, 17 * 60) * MINUTE
            if at < now:
                yield at, next(self.counting), what

    def _order_of(self, visit: Visit) -> Order | None:
        """The order the doctor writes; None when there was nothing to write."""
        is_draft = visit.state == AppointmentState.IN_CHAIR
        is_needed = is_draft or visit.waits_at_desk
        if not (visit.is_done or is_draft) or (self.rng.random() < FREE and not is_needed):
            return None
        chosen = [(item, code) for item in ITEMS[visit.kind.code] if (code := item.chosen(self.rng)) is not None]
        if is_draft:
            chosen = chosen[: max(1, len(chosen) - 1)]
        if not chosen and is_needed:
            chosen = [(LOOK, "К-002")]
        if not chosen:
            return None
        order = self.books.open_order(visit)
        order.is_closed = not is_draft
        percent = ZERO
        if not is_draft and self.rng.random() < DISCOUNTED:
            percent, order.discount_reason = self.rng.choice(DISCOUNTS)
        for item, code in chosen:
            self._write_line(order, code, self.rng.randint(*item.quantity), percent)
        return order

    def _write_line(self, order: Order, code: str, quantity: int, percent: Decimal) -> None:
        service, tooth = self.prices[code], order.visit.tooth
        teeth: list[str] = []
        surfaces = ""
        if service.tooth_area in {ToothArea.TOOTH, ToothArea.SURFACE}:
            is_by_canal = code in BY_CANAL
            teeth = teeth_for(self.rng, tooth, 1 if is_by_canal else quantity)
            quantity = max(Tooth(teeth[0]).canals, 1) if is_by_canal else len(teeth)
            if service.tooth_area == ToothArea.SURFACE:
                surfaces = surfaces_for(self.rng, code, teeth[0])
        self.books.add_line(order, service, teeth=teeth, surfaces=surfaces, quantity=quantity, percent=percent)

    def _settle(self, order: Order, act: Act) -> None:
        """The patient is at the desk with a fresh order."""
        books, rng = self.books, self.rng
        purse = books.purse(order.visit.guest)
        bill = books.issue(order, act)
        if rng.random() < VOIDED:
            books.void(bill, act, rng.choice(VOID_REASONS))
            act = Act(act.clerk, min(act.at + MINUTE, max(self.run.now, act.at)), act.on)
            bill = books.issue(order, act)
        old = [known for known in purse.bills if known is not bill]
        bills = [*old, bill] if old and rng.random() < OLD_DEBT_TOO else [bill]
        self._pay(purse, bills, order, act)
        ahead = PAYS_AHEAD.get(order.visit.kind.code, 0.0)
        if rng.random() < ahead and not purse.debt:
            amount = Decimal(rng.choice(AHEAD))
            books.pay(purse, act, {rng.choice((Means.CARD, Means.CASH)): amount}, rest_to_advance=True)
            if rng.random() < WANTS_BACK:
                self._put(purse, act.on, 20, 70, is_refund=True)

    def _pay(self, purse: Purse, bills: list[Bill], order: Order, act: Act) -> None:
        rng = self.rng
        due = sum((bill.due for bill in bills), ZERO)
        in_parts = DEAR_PAYS_PART if due > DEAR else PAYS_PART
        chance = rng.random()
        if purse.advance:
            chance = 1.0  # whoever has paid ahead pays
        if chance < PAYS_LATER:
            self._owe(purse, act)
            return
        amount = due
        if chance < PAYS_LATER + in_parts and due > 1_000:
            amount = max(Decimal(int(due * rng.randrange(30, 75) / 100) // 500 * 500), Decimal(500))
        self._take(purse, bills, amount, act)
        if amount < due:
            self._owe(purse, act)

    def _take(self, purse: Purse, bills: list[Bill], amount: Decimal, act: Act) -> None:
        """Take so much by the means this patient prefers, what was paid ahead first."""
        rng = self.rng
        parts: dict[Means, Decimal] = {}
        set_off = min(purse.advance, amount)
        if set_off:
            parts[Means.ADVANCE] = set_off
        rest = amount - set_off
        if rest:
            means = rng.choices([means for means, _ in MEANS], [weight for _, weight in MEANS])[0]
            if rng.random() < SPLIT and rest > 2_000:
                cash = Decimal(int(rest) // 2 // 1000 * 1000) or Decimal(500)
                parts |= {Means.CASH: cash, Means.CARD: rest - cash}
            else:
                parts[means] = rest
        cash = parts.get(Means.CASH, ZERO)
        notes = likely_notes(cash)
        received = rng.choice(notes) if notes and rng.random() < 0.6 else None
        if received is not None and rng.random() < LEAVES_CHANGE * 4 and amount == sum(b.due for b in bills):
            parts[Means.CASH] = received
            self.books.pay(purse, act, parts, bills=bills, rest_to_advance=True)
            return
        self.books.pay(purse, act, parts, bills=bills, cash_received=received)

    def _pay_debts(self, purse: Purse, act: Act) -> None:
        bills = list(purse.bills)
        if bills:
            self._take(purse, bills, sum((bill.due for bill in bills), ZERO), act)

    def _refund(self, purse: Purse, act: Act) -> None:
        amount = purse.advance
        if not amount:
            return
        drawer = self.books.till.open_shift.cash
        means = Means.CASH if amount <= drawer and self.rng.random() < 0.4 else Means.CARD
        self.books.refund(purse, act, means, amount, self.rng.choice(REFUND_REASONS))

    def _owe(self, purse: Purse, act: Act) -> None:
        """Most bring the rest within some weeks."""
        if self.rng.random() >= NEVER_PAYS:
            self._put(purse, act.on, 2, 45)

    def _put(self, purse: Purse, on: date, soonest: int, latest: int, *, is_refund: bool = False) -> None:
        day = on + timedelta(days=self.rng.randint(soonest, latest))
        heapq.heappush(self.later, Later(day, next(self.counting), purse, is_refund))


def _seated_at(visit: Visit) -> tuple[bool, datetime]:
    return visit.seated_at is None, visit.seated_at or visit.starts_at
