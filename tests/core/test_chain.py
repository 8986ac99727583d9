"""The log tables are chained: whatever is done to them by SQL, past triggers and rights, is found."""

import random
import re
from collections.abc import Callable

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from core import chain
from core.database_roles import append_only_tables
from core.models import LogChain, LogCheck
from organization.models import Branch
from patients.models import CardOpening, Patient
from tests.factories.organization import BranchFactory
from tests.factories.patients import PatientFactory

TAMPERINGS = 1000
LOGS = ("patients_patientevent", "organization_branchevent", "patients_cardopening")


def run(statement: str, *parameters: object) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchall() if cursor.description else []


@pytest.fixture
def small_blocks(monkeypatch) -> None:
    monkeypatch.setattr(chain, "BLOCK_ROWS", 15)


@pytest.fixture
def written(db, director, branch, small_blocks) -> None:
    """A few hundred rows of real history and of card openings, with ids that were drawn and not used among them."""
    for number in range(40):
        patient = PatientFactory()
        Patient.objects.filter(pk=patient.pk).update(comment=f"первый {number}", name=f"Имя{number}")
        Branch.objects.filter(pk=branch.pk).update(address=f"Улица, {number}")
        CardOpening.objects.create(patient=patient, employee=director, role_name="Директор", page="card")
        for log in chain.logs().values():
            if number % 5 == 0 and log.name in LOGS:
                run(f"SELECT nextval(pg_get_serial_sequence('{log.name}', '{log.key}'))")


@pytest.fixture
def sealed(written) -> None:
    chain.seal(wait=0)
    assert chain.check_and_note().is_good


@pytest.fixture
def unguarded(sealed) -> None:
    """As the owner, with the triggers off and nothing checked before the commit."""
    run("SET CONSTRAINTS ALL IMMEDIATE")
    for table in (*LOGS, "core_logchain", "core_logcheck"):
        run(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    run("SET CONSTRAINTS ALL DEFERRED")


class Forger:
    """Does one thing at random to a log table or to the chain; answers what it was."""

    OTHER_VALUE = {
        "int8": "coalesce({0} + 1, 1)", "int4": "coalesce({0} + 1, 1)", "int2": "coalesce({0} + 1, 1)",
        "numeric": "coalesce({0} + 1, 1)", "bool": "{0} IS NOT TRUE", "date": "coalesce({0} + 1, '2020-01-01')",
        "timestamptz": "coalesce({0} + interval '1 microsecond', '2020-01-01')",
        "text": "CASE {0} WHEN 'x' THEN 'y' ELSE 'x' END", "varchar": "CASE {0} WHEN 'x' THEN 'y' ELSE 'x' END",
        "jsonb": "'{{\"person\": \"forged\"}}'", "inet": "'10.9.8.7'", "tsvector": "'forged'",
        "bytea": "sha256(coalesce({0}, ''))", "uuid": "gen_random_uuid()", "time": "'03:14'",
        "_text": "'{{forged}}'", "_varchar": "'{{forged}}'", "_int8": "'{{1}}'", "_int2": "'{{1}}'",
    }  # fmt: skip

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.logs = [log for log in chain.logs().values() if log.name in LOGS]
        self.types = {
            (table, column): kind
            for table, column, kind in run("SELECT table_name, column_name, udt_name FROM information_schema.columns")
        }

    def ids(self, log: chain.Log) -> list[int]:
        return [row[0] for row in run(f'SELECT "{log.key}" FROM "{log.name}" ORDER BY 1')]

    def tamper(self) -> tuple[chain.Log, str]:
        log = self.chance.choice(self.logs)
        deeds: list[Callable[[chain.Log], str]] = [self.edit, self.delete, self.insert, self.swap, self.cut, self.forge]
        return log, self.chance.choice(deeds)(log)

    def _edit(self, table: str, key: str, row: int, column: str) -> str:
        value = self.OTHER_VALUE[self.types[table, column]].format(f'"{column}"')
        run(f'UPDATE "{table}" SET "{column}" = {value} WHERE "{key}" = {row}')
        return f"edited {column} of {table} {row}"

    def edit(self, log: chain.Log) -> str:
        column = self.chance.choice([name for name in log.columns if name != log.key])
        return self._edit(log.name, log.key, self.chance.choice(self.ids(log)), column)

    def delete(self, log: chain.Log) -> str:
        row = self.chance.choice(self.ids(log))
        run(f'DELETE FROM "{log.name}" WHERE "{log.key}" = {row}')
        return f"deleted {log.name} {row}"

    def insert(self, log: chain.Log) -> str:
        taken = self.ids(log)
        free = sorted(set(range(-3, max(taken))) - set(taken))
        row = self.chance.choice(free)
        rest = ", ".join(f'"{name}"' for name in log.columns if name != log.key)
        source = self.chance.choice(taken)
        run(
            f'INSERT INTO "{log.name}" ("{log.key}", {rest}) SELECT {row}, {rest} FROM "{log.name}" '
            f'WHERE "{log.key}" = {source}'
        )
        return f"inserted {log.name} {row}"

    def swap(self, log: chain.Log) -> str:
        rest = ", ".join(f'"{name}"' for name in log.columns if name != log.key)
        one, two = self.chance.sample(self.ids(log), 2)
        pair = [
            row[0] for row in run(f'SELECT ROW({rest})::text FROM "{log.name}" WHERE "{log.key}" IN ({one}, {two})')
        ]
        assert len(set(pair)) == 2, "two rows alike cannot be exchanged"
        run(
            f'UPDATE "{log.name}" t SET ({rest}) = (SELECT {rest} FROM "{log.name}" o WHERE o."{log.key}" = '
            f'CASE t."{log.key}" WHEN {one} THEN {two} ELSE {one} END) WHERE "{log.key}" IN ({one}, {two})'
        )
        return f"exchanged {log.name} {one} and {two}"

    def cut(self, log: chain.Log) -> str:
        tail = self.ids(log)[-self.chance.randint(1, 30) :]
        run(f'DELETE FROM "{log.name}" WHERE "{log.key}" >= {tail[0]}')
        return f"cut {len(tail)} off {log.name}"

    def forge(self, log: chain.Log) -> str:
        """The chain itself: a block edited, taken away, or the last ones cut off."""
        numbers = [row[0] for row in run("SELECT number FROM core_logchain ORDER BY 1")]
        number, deed = self.chance.choice(numbers), self.chance.choice(["edit", "delete", "cut"])
        if deed == "edit":
            columns = [field.column for field in LogChain._meta.concrete_fields if not field.primary_key]
            return self._edit("core_logchain", "number", number, self.chance.choice(columns))
        sign = "=" if deed == "delete" else ">="
        run(f"DELETE FROM core_logchain WHERE number {sign} {number}")
        return f"{deed} of block {number}"


def test_a_thousand_tamperings_are_all_found(unguarded):
    chance = random.Random(20261127)
    forger = Forger(chance)
    unfound, deeds = [], set()
    for _ in range(TAMPERINGS):
        mark = transaction.savepoint()
        log, deed = forger.tamper()
        if chain.check(only={log.name}).is_good:
            unfound.append(deed)
        deeds.add(deed.split()[0])
        transaction.savepoint_rollback(mark)

    assert unfound == []
    assert deeds == {"edited", "deleted", "inserted", "exchanged", "cut", "delete"}
    assert chain.check().is_good


def test_the_finding_names_the_block_and_what_is_wrong(unguarded):
    last = run("SELECT max(id) FROM patients_cardopening")[0][0]
    for statement, wrong in (
        (f"DELETE FROM patients_cardopening WHERE id > {last - 4}", "4 of 10 rows missing"),
        (f"UPDATE patients_cardopening SET page = 'x' WHERE id = {last}", "rows changed or exchanged"),
        (f"UPDATE patients_cardopening SET id = -id WHERE id = {last}", "1 rows added to 15"),
    ):
        mark = transaction.savepoint()
        run(statement)
        (finding,) = chain.check().findings
        assert re.match(r"block \d+ \(patients_cardopening, ids up to \d+.*sealed .* UTC\): ", finding), finding
        assert finding.endswith(wrong)
        transaction.savepoint_rollback(mark)


def test_a_chain_made_up_anew_is_found_by_the_digest_kept_outside(unguarded):
    end = chain.check()
    run("DELETE FROM core_logcheck")
    run("DELETE FROM core_logchain")
    run("UPDATE patients_cardopening SET employee_id = NULL")
    chain.seal(wait=0)

    assert chain.check().is_good
    assert not chain.check(kept={end.blocks: end.digest}).is_good


def test_sealing_goes_on_where_it_ended(sealed, branch):
    assert chain.seal(wait=0).rows == 1, "the check itself left a row"
    Branch.objects.filter(pk=branch.pk).update(address="Новый адрес")
    assert chain.seal(wait=0).rows == 1
    assert chain.seal(wait=0) == chain.Sealed(0, 0, ())
    assert chain.check().is_good


def test_a_column_added_later_leaves_older_blocks_right_and_one_taken_away_begins_anew(written, monkeypatch):
    chain.seal(wait=0)
    run("SET CONSTRAINTS ALL IMMEDIATE")
    run("ALTER TABLE patients_cardopening ADD COLUMN device text")
    assert chain.check().is_good

    run("ALTER TABLE patients_cardopening DROP COLUMN page, DROP COLUMN device")
    assert ["has lost a column" in finding for finding in chain.check().findings] == [True]

    assert chain.begin_anew("patients_cardopening", wait=0) == 40
    report = chain.check()
    assert (report.findings, report.begun_anew) == ([], ["patients_cardopening"])


def test_every_log_is_chained_but_the_chain():
    assert set(append_only_tables()) - {"core_logchain"} >= set(LOGS) | {
        "billing_ledgerentry", "billing_payment", "schedule_appointmentevent", "core_logcheck", "core_exportrecord",
    }  # fmt: skip


@pytest.mark.django_db
def test_every_log_is_known_to_the_database():
    assert set(chain.logs()) == set(append_only_tables()) - {"core_logchain"}


@pytest.mark.django_db
def test_the_application_role_may_add_blocks_and_change_none():
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = 'zubr_app'")
        if cursor.fetchone() is None:
            pytest.skip("an outside server without the application role")
        cursor.execute("SET LOCAL ROLE zubr_app")
        for table in (
            "core_logchain",
            "core_logcheck",
            "core_exportrecord",
            "patients_cardopening",
            "patients_patientevent",
        ):
            for statement in (
                f"DELETE FROM {table}",
                f"UPDATE {table} SET {first_column(table)} = NULL",
                f"TRUNCATE {table}",
            ):
                with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
                    cursor.execute(statement)
        cursor.execute("RESET ROLE")


def first_column(table: str) -> str:
    return "number" if table == "core_logchain" else chain.logs()[table].columns[0]


@pytest.mark.django_db
def test_the_command_prints_the_end_and_fails_when_something_is_wrong(unguarded, capsys):
    call_command("check_log", "--seal")
    end = re.search(r"\d+:[0-9a-f]{64}", capsys.readouterr().out).group()
    call_command("check_log", "--kept", end)
    assert LogCheck.objects.latest("pk").is_good

    run("DELETE FROM patients_cardopening WHERE id = (SELECT min(id) FROM patients_cardopening)")
    with pytest.raises(CommandError, match="tampered"):
        call_command("check_log")
    assert "1 of 15 rows missing" in capsys.readouterr().out
    assert "1 of 15 rows missing" in chain.state().checked.finding


def test_the_state_for_the_system_page_costs_the_same_however_long_the_logs(sealed, django_assert_max_num_queries):
    with django_assert_max_num_queries(4):
        state = chain.state()
    assert (state.unsealed, state.checked.is_good, state.blocks) == (1, True, LogChain.objects.count())


@pytest.mark.django_db(transaction=True)
def test_a_row_still_being_written_below_is_waited_for_and_sealed():
    """Ids are drawn in one order and committed in another: the row that comes late is in the chain, too."""
    branch, other = BranchFactory(), BranchFactory()
    chain.seal(wait=0)
    settings = connection.get_connection_params()
    with psycopg.connect(
        **{name: settings[name] for name in ("dbname", "user", "password", "host", "port") if name in settings}
    ) as slow:
        slow.execute("UPDATE organization_branch SET address = 'медленно' WHERE id = %s", [branch.pk])
        Branch.objects.filter(pk=other.pk).update(address="быстро")

        held = chain.seal(wait=0.2)
        assert (held.rows, held.left) == (0, ("organization_branchevent",))

        slow.commit()
    assert chain.seal(wait=5).rows == 2
    assert chain.check().is_good
