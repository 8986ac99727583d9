"""Start a real Chromium 109, the last one for Windows 7, and drive it with Playwright."""

import re
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Playwright

from tests.browser.install import install_chromium109

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--no-zygote",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
    "--remote-debugging-port=0",
)
START_SECONDS = 30


class DidNotStart(RuntimeError):
    """Chromium 109 said nothing about its debugging port in time."""


@contextmanager
def chromium109(playwright: Playwright) -> Iterator[Browser]:
    """A running Chromium 109, ended with the block. Playwright cannot launch one so old; it connects to it."""
    program = install_chromium109()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        process = subprocess.Popen(
            [str(program), *FLAGS, f"--user-data-dir={profile}"],
            cwd=program.parent,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            browser = playwright.chromium.connect_over_cdp(debugging_address(process, Path(profile)))
            try:
                yield browser
            finally:
                browser.close()
        finally:
            process.terminate()
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            if process.stderr:
                process.stderr.close()


def debugging_address(process: "subprocess.Popen[str]", profile: Path) -> str:
    """Read the port the browser chose, and go on emptying its error stream, or it would block."""
    found = threading.Event()
    address: list[str] = []

    def listen() -> None:
        for line in process.stderr or ():
            match = re.search(r"DevTools listening on (ws://\S+)", line)
            if match:
                address.append(match.group(1))
                found.set()
        found.set()

    threading.Thread(target=listen, daemon=True, name=f"chromium109 {profile.name}").start()
    if not found.wait(START_SECONDS) or not address:
        raise DidNotStart(f"exit code {process.poll()}")
    return address[0]
