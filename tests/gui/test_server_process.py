"""The server as a process: it is started for a window, says why it does not start, and is ended."""

import sys
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest
from PyQt6.QtCore import Qt
from pytestqt.qtbot import QtBot

from gui.__main__ import SERVER, _command
from gui.host import server_process
from gui.host.host_strip import START, HostStrip
from gui.host.server_process import SAYS_NOTHING, ServerProcess
from gui.state import State
from gui.window import Window
from gui.wire import Wire
from server import library as libraries

from .conftest import PATIENCE_MS, Companion

LEFT = Qt.MouseButton.LeftButton
WAITS = [sys.executable, "-c", "input()"]


def refuses(words: str) -> list[str]:
    return [sys.executable, "-c", f"import sys; sys.exit({words!r})"]


def gone(pid: int) -> bool:
    return not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


def test_it_is_started_where_it_does_not_answer(
    companion: Companion, library: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    companion.stop()
    (tmp_path / "server.log").write_text("what the last one said\n")
    wire = Wire("127.0.0.1", companion.port)
    state = State(wire)
    words = ["-P", "-m", "server", "--headless", "--library", str(library), "--log-level", "info"]
    server = ServerProcess(
        [sys.executable, *words, "--port", str(companion.port)], log=tmp_path / "server.log"
    )
    strip = HostStrip(wire, state, server)
    qtbot.addWidget(strip)
    strip.show()
    assert not strip.start.isVisible()  # it is still being sought
    qtbot.waitUntil(strip.start.isVisible, timeout=PATIENCE_MS)
    qtbot.mouseClick(strip.start, LEFT)
    assert not strip.start.isEnabled()
    qtbot.waitUntil(lambda: state.transport is not None, timeout=2 * PATIENCE_MS)
    assert not strip.start.isVisible()
    assert server.is_ours
    assert server.can_end
    holder = libraries.holder(library)
    assert holder
    server.end()
    qtbot.waitUntil(lambda: gone(holder.pid), timeout=PATIENCE_MS)
    first, *others = (tmp_path / "server.log").read_text().splitlines()
    assert first == "what the last one said"
    assert any("listening on" in line for line in others)
    qtbot.waitUntil(lambda: server._child is not None and server._child.poll() is not None)
    wire.close()


def test_why_it_does_not_start_is_told(companion: Companion, tmp_path: Path, qtbot: QtBot) -> None:
    companion.stop()
    wire = Wire("127.0.0.1", companion.port)
    server = ServerProcess(refuses("melfusion-live: library: is full"), log=tmp_path / "a" / "log")
    strip = HostStrip(wire, State(wire), server)
    qtbot.addWidget(strip)
    strip.show()
    qtbot.waitUntil(strip.start.isVisible, timeout=PATIENCE_MS)
    with qtbot.waitSignal(strip.refused, timeout=PATIENCE_MS) as refused:
        qtbot.mouseClick(strip.start, LEFT)
    assert refused.args == ["library: is full"]
    assert (strip.start.isEnabled(), strip.start.text()) == (True, START)
    assert not server.can_end
    wire.close()


@pytest.mark.parametrize(
    ("command", "why"), [([sys.executable, "-c", ""], SAYS_NOTHING), (["/no/such"], "No such file")]
)
def test_one_that_says_nothing(command: list[str], why: str, qtbot: QtBot) -> None:
    server = ServerProcess(command)
    failed: list[str] = []
    server.failed.connect(failed.append)
    server.start()
    qtbot.waitUntil(lambda: bool(failed), timeout=PATIENCE_MS)
    assert why in failed[0]
    assert server.can_start


def test_one_that_never_answers_is_given_up(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server_process, "PATIENCE_MS", 300)
    server = ServerProcess([sys.executable, "-c", "import time; time.sleep(60)"])
    with qtbot.waitSignal(server.failed, timeout=PATIENCE_MS):
        server.start()
    child = server._child
    assert child
    assert child.wait(10) != 0


def test_a_process_that_has_ended_is_not_mistaken_for_another() -> None:
    with psutil.Popen(WAITS, stdin=-1) as child:
        server = ServerProcess(process=child.pid)
        assert server.can_end
        child.kill()
    assert not server.can_end
    server.end()
    assert not ServerProcess(process=child.pid).can_end


@pytest.mark.parametrize(
    ("host", "ends"), [("127.0.0.1", ["--headless", "--port", "9400"]), ("192.0.2.1", [])]
)
def test_only_a_server_of_this_machine_can_be_started(
    host: str, ends: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(SERVER, raising=False)
    assert _command(host, 9400)[-3:] == ends
    monkeypatch.setenv(SERVER, '["melfusion-live", "--headless"]')
    assert _command(host, 9400) == ["melfusion-live", "--headless"]


def test_one_that_is_still_starting_does_not_outlive_its_window(
    companion: Companion, open_window: Callable[[int], Window], qtbot: QtBot
) -> None:
    companion.stop()
    window = open_window(companion.port)
    window.server._command = [sys.executable, "-c", "import time; time.sleep(60)"]
    window.server.start()
    child = window.server._child
    assert child
    assert window.close()
    assert child.wait(10) != 0
    qtbot.waitUntil(lambda: not window.server.is_starting, timeout=PATIENCE_MS)


def test_where_nothing_can_be_started_nothing_is_offered(
    companion: Companion, open_window: Callable[[int], Window], qtbot: QtBot
) -> None:
    companion.stop()
    strip = open_window(companion.port).host
    qtbot.waitUntil(lambda: bool(strip._wire.why_not), timeout=PATIENCE_MS)
    assert not strip.start.isVisible()
