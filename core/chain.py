"""Log tables chained by hash, so that tampering by SQL, past every trigger and right, is found.

A timed task seals what was written since: it hashes the rows of a log table in blocks, and every block together with the
block before, whichever table that was of. A check computes all of it again.

**Which rows may be sealed.** Ids are drawn before the commit, so a row can appear below one that is there already. Whoever
is writing into a table holds ROW EXCLUSIVE on it, from before the id is drawn until the end of the transaction. So: note the
highest id that is committed, then see who holds that lock, wait until those transactions are over, and only then seal up to
the noted id: nothing can appear below it any more, for whoever came later draws a higher id. A table that somebody writes
into for very long is left for the next time. Nobody is ever made to wait for the sealing.

**What the check finds.** A row changed, taken away, put in or exchanged in a sealed block, at its end as well; a block
changed, taken away or put in. The chain's own last blocks are missed by the next block and by what an earlier check noted of
the chain's end. Somebody who owns the database and computes the whole chain anew is found only by a digest kept outside it:
``manage.py check_log`` prints it, and takes it back with ``--kept``.

Rows are hashed as the text PostgreSQL gives them, column after column. A column added later stays out of older blocks. A
migration that removes a column of a log table or changes its type changes that text, and has to ``begin_anew``.
"""

from __future__ import annotations

import hashlib
import time
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from django.db import connection, transaction
from django.utils import timezone

from core.database_roles import append_only_tables
from core.models import LogChain, LogCheck

BLOCK_ROWS = 1000
LOWEST = -(2**63)  # the first block of a table reaches down to the lowest id there can be
LOCK = (1_129_004_878, 0)  # one sealing at a time
WAIT_SECONDS = 20  # for writers that are in the middle of it
CHECKED_AT_ONCE = 200  # blocks in one statement
COUNT_AT_MOST = 100_000  # unsealed rows; beyond that only "at least"

# The text of a row must not depend on who asks.
_SETTINGS = {
    "TimeZone": "UTC",
    "DateStyle": "ISO, YMD",
    "IntervalStyle": "iso_8601",
    "extra_float_digits": "1",
    "bytea_output": "hex",
}
_WRITING = ["RowExclusiveLock", "ShareRowExclusiveLock", "ExclusiveLock", "AccessExclusiveLock"]

Progress = Callable[[int, int], None]  # blocks done, blocks in all


@dataclass(frozen=True)
class Log:
    """A log table: its key and its columns in the table's order."""

    name: str
    key: str
    columns: tuple[str, ...]

    def hashed(self, columns: int) -> str:
        """SQL of a block's two figures, how many rows and the hash of their text, over the first columns of ``t``."""
        row = ", ".join(f't."{column}"' for column in self.columns[:columns])
        return (
            f"count(*), sha256(convert_to(coalesce(string_agg(ROW({row})::text, E'\\n' ORDER BY t.\"{self.key}\"), ''),"
            f" 'UTF8'))"
        )


@dataclass(frozen=True)
class Sealed:
    """What a sealing did; ``left`` are tables somebody was writing into all the time."""

    blocks: int
    rows: int
    left: tuple[str, ...]


@dataclass
class Report:
    """What a check found; empty ``findings`` mean that nothing was tampered with. ``digest`` is the chain's end."""

    findings: list[str] = field(default_factory=list)
    rows: int = 0
    blocks: int = 0
    digest: bytes = b""
    begun_anew: list[str] = field(default_factory=list)

    @property
    def is_good(self) -> bool:
        return not self.findings


@dataclass(frozen=True)
class State:
    """For the system page. ``unsealed`` counts rows up to ``COUNT_AT_MOST``; nothing sealed or checked yet is None."""

    sealed_at: datetime | None
    blocks: int
    unsealed: int
    checked: LogCheck | None


def logs() -> dict[str, Log]:
    """Every table whose rows never change, as it stands in the database; but for the chain itself."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT c.relname, max(a.attname) FILTER (WHERE a.attnum = k.conkey[1]), array_agg(a.attname ORDER BY a.attnum)
            FROM pg_class c
            JOIN pg_constraint k ON k.conrelid = c.oid AND k.contype = 'p'
            JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
            WHERE c.oid = ANY (SELECT to_regclass(quote_ident(t)) FROM unnest(%s::text[]) t)
            GROUP BY c.relname ORDER BY c.relname
            """,
            [[name for name in append_only_tables() if name != LogChain._meta.db_table]],
        )
        return {name: Log(name, key, tuple(columns)) for name, key, columns in cursor.fetchall()}


def seal(*, wait: float = WAIT_SECONDS) -> Sealed:
    """Chain everything that was written since the last time and can be sealed; each block in a transaction of its own."""
    known = logs()
    tops = _unsealed_tops(known.values())
    held = _still_written(tops, wait)
    blocks = rows = 0
    for name, top in tops.items():
        while name not in held:
            sealed = _seal_block(known[name], top)
            if not sealed:
                break
            blocks, rows = blocks + 1, rows + sealed
    return Sealed(blocks, rows, tuple(sorted(held)))


def begin_anew(name: str, *, wait: float = WAIT_SECONDS) -> int:
    """Hash a table from its first row once more, after a migration took or changed one of its columns.

    Its older blocks stay in the chain and every check says that it began anew. Returns how many rows were sealed.
    Raises: KeyError for a table that is no log; RuntimeError while somebody is writing into it.
    """
    log = logs()[name]
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT max("{log.key}") FROM "{name}"')  # noqa: S608
        top = cursor.fetchone()[0]
    if top is None:
        return 0
    if _still_written([name], wait):
        raise RuntimeError(f"{name} is being written into")
    rows = _seal_block(log, top, after=LOWEST)
    while sealed := _seal_block(log, top):
        rows += sealed
    return rows


def _unsealed_tops(known: Iterable[Log]) -> dict[str, int]:
    """The highest committed id of each table that has something to seal."""
    parts = [
        f'SELECT \'{log.name}\', (SELECT max("{log.key}") FROM "{log.name}"),'  # noqa: S608
        f" (SELECT last_id FROM core_logchain WHERE log = '{log.name}' ORDER BY number DESC LIMIT 1)"
        for log in known
    ]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts))
        return {name: top for name, top, last in cursor.fetchall() if top is not None and (last is None or top > last)}


def _still_written(names: Collection[str], wait: float) -> set[str]:
    """Of these tables, those into which a transaction of now is still writing when the time is over."""
    deadline = time.monotonic() + wait
    writers = _writers(names)
    while writers and time.monotonic() < deadline:
        time.sleep(0.1)
        writers &= _writers(names)
    return {name for name, _transaction in writers}


def _writers(names: Collection[str]) -> set[tuple[str, str]]:
    """Tables with the transactions that have written, or are about to write, into them; one's own does not count."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT c.relname, l.virtualtransaction FROM pg_locks l JOIN pg_class c ON c.oid = l.relation
            WHERE l.locktype = 'relation' AND l.granted AND l.mode = ANY(%s) AND l.pid IS DISTINCT FROM pg_backend_pid()
              AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
              AND l.relation = ANY (SELECT to_regclass(quote_ident(t)) FROM unnest(%s::text[]) t)
            """,
            [_WRITING, list(names)],
        )
        return set(cursor.fetchall())


def _seal_block(log: Log, top: int, after: int | None = None) -> int:
    """Seal the next block up to ``top``; returns its rows, 0 when there are none or another process is sealing."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", LOCK)
        if not cursor.fetchone()[0]:
            return 0
        _fix_text(cursor)
        if after is None:
            last = LogChain.objects.filter(log=log.name).order_by("-number").values_list("last_id", flat=True).first()
            after = LOWEST if last is None else last
        cursor.execute(
            f'SELECT max(t."{log.key}"), {log.hashed(len(log.columns))} FROM (SELECT * FROM "{log.name}"'  # noqa: S608
            f' WHERE "{log.key}" > %s AND "{log.key}" <= %s ORDER BY "{log.key}" LIMIT %s) t',
            [after, top, BLOCK_ROWS],
        )
        last_id, rows, content = cursor.fetchone()
        if not rows:
            return 0
        before = LogChain.objects.order_by("-number").first()
        block = LogChain(
            number=before.number + 1 if before else 1,
            log=log.name,
            after_id=after,
            last_id=last_id,
            rows=rows,
            columns=len(log.columns),
            content=content,
            at=timezone.now(),
        )
        block.digest = digest_of(block, bytes(before.digest) if before else b"")
        block.save(force_insert=True)
        return int(rows)


def digest_of(block: LogChain, before: bytes) -> bytes:
    """The hash of a block over all that is in it and the digest of the block before."""
    parts = (
        block.number,
        block.log,
        block.after_id,
        block.last_id,
        block.rows,
        block.columns,
        bytes(block.content).hex(),
        block.at.astimezone(UTC).isoformat(timespec="microseconds"),
        before.hex(),
    )
    return hashlib.sha256("|".join(str(part) for part in parts).encode()).digest()


def _fix_text(cursor: object) -> None:
    settings = ", ".join("set_config(%s, %s, true)" for _ in _SETTINGS)
    cursor.execute(f"SELECT {settings}", [text for pair in _SETTINGS.items() for text in pair])  # type: ignore[attr-defined]


def check(
    *,
    only: Collection[str] | None = None,
    kept: Mapping[int, bytes] | None = None,
    progress: Progress | None = None,
) -> Report:
    """Compute the chain again and say what is wrong, the first wrong block of each table.

    ``only``: tables whose rows are read; the chain itself is always walked whole. ``kept``: digests of blocks by their
    number, kept outside the database.
    """
    known, report, starts = logs(), Report(), _starts()
    total = LogChain.objects.count()
    walk = _Walk(report, kept or {})
    for part in _chain():
        walk.take(part)
        by_shape: dict[tuple[str, int], list[LogChain]] = defaultdict(list)
        for block in part:
            is_wanted = only is None or block.log in only
            if is_wanted and block.number >= starts.get(block.log, 0) and block.log not in walk.wrong:
                by_shape[block.log, block.columns].append(block)
        for (name, columns), blocks in by_shape.items():
            finding = _first_wrong(known.get(name), columns, blocks)
            report.rows += sum(block.rows for block in blocks)
            if finding:
                walk.wrong.add(name)
                report.findings.append(finding)
        if progress:
            progress(report.blocks, total)
    walk.finish()
    report.begun_anew = sorted(name for name, number in starts.items() if number != walk.first.get(name))
    return report


def _starts() -> dict[str, int]:
    """The block each table's chain begins with: the last that reaches down to the lowest id."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT log, max(number) FROM core_logchain WHERE after_id = %s GROUP BY log", [LOWEST])
        return dict(cursor.fetchall())


def _chain() -> Iterator[list[LogChain]]:
    last = LOWEST
    while part := list(LogChain.objects.filter(number__gt=last).order_by("number")[:CHECKED_AT_ONCE]):
        yield part
        last = part[-1].number


class _Walk:
    """Follows the chain block by block: numbers, digests, and that each table's blocks join without a gap."""

    def __init__(self, report: Report, kept: Mapping[int, bytes]) -> None:
        self.report = report
        self.kept = dict(kept)
        noted = LogCheck.objects.exclude(blocks=0).values_list("blocks", "digest", "at")
        self.noted = {number: (bytes(digest), at) for number, digest, at in noted}
        self.wrong: set[str] = set()
        self.first: dict[str, int] = {}
        self._last: dict[str, int] = {}
        self._is_broken = False

    def take(self, blocks: Sequence[LogChain]) -> None:
        for block in blocks:
            finding = self._finding(block)
            if finding and not self._is_broken:
                self._is_broken = True  # what follows is wrong because of it
                self.report.findings.append(finding)
            self.first.setdefault(block.log, block.number)
            self._last[block.log] = block.last_id
            self.report.blocks, self.report.digest = block.number, bytes(block.digest)
            digest = self.kept.pop(block.number, None)
            if digest is not None and digest != self.report.digest:
                self.report.findings.append(f"block {block.number}: its digest is not the one kept outside")
            noted = self.noted.pop(block.number, None)
            if noted is not None and noted[0] != self.report.digest:
                self.report.findings.append(
                    f"block {block.number}: not the one the check of {noted[1]:%d.%m.%Y %H:%M} saw"
                )

    def _finding(self, block: LogChain) -> str:
        if block.number != self.report.blocks + 1:
            return f"block {self.report.blocks + 1}: missing from the chain"
        if bytes(block.digest) != digest_of(block, self.report.digest):
            return f"block {block.number} ({block.log}): the chain is broken here, the block was changed or put in"
        if block.after_id not in {LOWEST, self._last.get(block.log, LOWEST)}:
            return f"block {block.number} ({block.log}): does not begin where the one before it ended"
        return ""

    def finish(self) -> None:
        """What was known of the chain's end and did not come."""
        for number in sorted(self.kept):
            self.report.findings.append(f"block {number}: missing from the chain, its digest is kept outside")
        for number in sorted(self.noted):
            self.report.findings.append(f"block {number}: missing from the end of the chain, an earlier check saw it")


def _first_wrong(log: Log | None, columns: int, blocks: Sequence[LogChain]) -> str:
    """What is wrong with the rows of the first wrong one among these blocks of a table."""
    if log is None:
        return f"block {blocks[0].number}: the table {blocks[0].log} is gone"
    if columns > len(log.columns):
        return f"block {blocks[0].number}: {log.name} has lost a column; see --begin-anew"
    with transaction.atomic(), connection.cursor() as cursor:
        _fix_text(cursor)
        cursor.execute(
            f"SELECT c.number, b.* FROM core_logchain c CROSS JOIN LATERAL (SELECT {log.hashed(columns)}"  # noqa: S608
            f' FROM "{log.name}" t WHERE t."{log.key}" > c.after_id AND t."{log.key}" <= c.last_id) b'
            " WHERE c.number = ANY(%s)",
            [[block.number for block in blocks]],
        )
        found = {number: (rows, bytes(content)) for number, rows, content in cursor.fetchall()}
    for block in blocks:
        rows, content = found.get(block.number, (0, b""))
        if rows == block.rows and content == bytes(block.content):
            continue
        reach = f"{log.name}, ids up to {block.last_id}" + (
            "" if block.after_id == LOWEST else f" from {block.after_id + 1}"
        )
        where = f"block {block.number} ({reach}, sealed {block.at:%d.%m.%Y %H:%M} UTC)"
        if rows < block.rows:
            return f"{where}: {block.rows - rows} of {block.rows} rows missing"
        if rows > block.rows:
            return f"{where}: {rows - block.rows} rows added to {block.rows}"
        return f"{where}: rows changed or exchanged"
    return ""


def check_and_note(*, kept: Mapping[int, bytes] | None = None, progress: Progress | None = None) -> Report:
    """Check everything and write down what was found, and where the chain ended, for the next check and the system page."""
    report = check(kept=kept, progress=progress)
    LogCheck.objects.create(
        rows=report.rows,
        blocks=report.blocks,
        digest=report.digest,
        is_good=report.is_good,
        finding="\n".join(report.findings),
    )
    return report


def state() -> State:
    """How far the logs are sealed and what the last check said: three statements, whatever the size of the logs."""
    newest = LogChain.objects.order_by("-number").only("number", "at").first()
    parts = [
        f'(SELECT 1 FROM "{log.name}" WHERE "{log.key}" > coalesce((SELECT last_id FROM core_logchain'  # noqa: S608
        f" WHERE log = '{log.name}' ORDER BY number DESC LIMIT 1), {LOWEST}) LIMIT {COUNT_AT_MOST})"
        for log in logs().values()
    ]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM (SELECT * FROM ({' UNION ALL '.join(parts)}) u LIMIT {COUNT_AT_MOST}) n")  # noqa: S608
        unsealed = cursor.fetchone()[0]
    return State(
        sealed_at=newest.at if newest else None,
        blocks=newest.number if newest else 0,
        unsealed=unsealed,
        checked=LogCheck.objects.order_by("-pk").first(),
    )
