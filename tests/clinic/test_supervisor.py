"""Services end together, come back alone, and never outlive who started them."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from clinic.embedded.processes import spawn
from clinic.embedded.supervisor import Program, Supervisor

ROOT = Path(__file__).resolve().parents[2]


def wait_for(condition: Callable[[], object], seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state not in "ZX"


def program(folder: Path, script: str, *, name: str = "web", stop_seconds: float = 5) -> Program:
    command = [sys.executable, "-u", "-c", script]
    return Program(name, command, folder / f"{name}.log", dict(os.environ), folder, stop_seconds=stop_seconds)


def test_a_service_that_ends_is_started_again_and_its_last_words_are_told(tmp_path, capsys):
    supervisor = Supervisor()
    (tmp_path / "starts").write_text("")
    script = "open('starts', 'a').write('x'); print('no such table'); raise SystemExit(3)"
    supervisor.start(program(tmp_path, script))

    wait_for(lambda: supervisor.look() or len((tmp_path / "starts").read_text()) >= 2)
    supervisor.stop()

    first = capsys.readouterr().out.splitlines()[0]
    assert first == "zubr: web ended (exit status 3): no such table. Starting it again in 1 s."


def test_a_service_that_keeps_ending_is_tried_less_and_less_often(tmp_path, capsys, monkeypatch):
    now = [0.0]
    monkeypatch.setattr("clinic.embedded.supervisor.time.monotonic", lambda: now[0])
    supervisor = Supervisor()
    broken = _Broken()
    supervisor.start(broken)

    for _ in range(200):
        supervisor.look()
        now[0] += 1

    pauses = [line.split(" in ")[1] for line in capsys.readouterr().out.splitlines()]
    assert pauses[:8] == ["1 s.", "2 s.", "4 s.", "8 s.", "16 s.", "32 s.", "60 s.", "60 s."]
    assert broken.starts == len(pauses)


class _Broken:
    """A service that ends the moment it has started."""

    name = "worker"
    starts = 0

    def start(self) -> None:
        self.starts += 1

    def stop(self) -> None:
        pass

    def exit_status(self) -> int | None:
        return 1

    def reason(self) -> str:
        return "broken"


def test_stop_ends_a_program_that_does_not_listen_and_its_children(tmp_path):
    script = (
        "import signal, subprocess, sys; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)']);"
        "open('child', 'w').write(str(child.pid)); print('ready'); child.wait()"
    )
    deaf = program(tmp_path, script, stop_seconds=0.3)
    deaf.start()
    wait_for(lambda: deaf.log.exists() and "ready" in deaf.log.read_text())
    child = int((tmp_path / "child").read_text())

    deaf.stop()

    wait_for(lambda: not is_alive(child))
    assert deaf.exit_status() is None


def test_services_are_stopped_last_started_first(tmp_path):
    order: list[str] = []
    supervisor = Supervisor()
    for name in ("database", "web"):
        service = _Broken()
        service.name = name
        service.stop = lambda name=name: order.append(name)  # type: ignore[method-assign]
        supervisor.start(service)

    supervisor.stop()

    assert order == ["web", "database"]


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_children_do_not_outlive_their_parent_however_it_ends(tmp_path, number):
    script = (
        "import sys, time; from pathlib import Path; from clinic.embedded.processes import spawn;"
        "child = spawn([sys.executable, '-c', 'import time; time.sleep(600)'], output=Path(sys.argv[1]));"
        "print(child.pid, flush=True); time.sleep(600)"
    )
    command = [sys.executable, "-c", script, str(tmp_path / "log")]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        assert is_alive(child)

        parent.send_signal(number)

    wait_for(lambda: not is_alive(child))


def test_ctrl_c_in_the_terminal_does_not_reach_children_behind_the_launchers_back(tmp_path):
    child = spawn([sys.executable, "-c", "import time; time.sleep(600)"], output=tmp_path / "log")
    try:
        assert os.getpgid(child.pid) != os.getpgrp()
        assert os.getsid(child.pid) == child.pid
    finally:
        child.kill()
        child.wait()
