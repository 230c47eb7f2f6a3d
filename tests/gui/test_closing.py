"""Closing the window before a real server: what goes on, what ends, and who is asked."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from gui.host.server_process import ServerProcess
from gui.menus import END
from gui.state import State
from gui.window import CANCEL, GO_ON, STOP, Window
from gui.wire import Wire

from .conftest import PATIENCE_MS, Companion

LEFT = Qt.MouseButton.LeftButton
WAITS = [sys.executable, "-c", "input()"]


@contextmanager
def serves(window: Window, *, is_ours: bool = True) -> Iterator["subprocess.Popen[bytes]"]:
    """A process that the window takes for its server."""
    with subprocess.Popen(WAITS, stdin=subprocess.PIPE) as process:
        server = ServerProcess(process=process.pid)
        window.server._process, window.server.is_ours = server._process, is_ours
        window.server.changed.emit()
        try:
            yield process
        finally:
            process.kill()
            window.server._process, window.server.is_ours = None, False


def test_a_server_that_others_use_goes_on(
    window: Window, companion: Companion, qtbot: QtBot
) -> None:
    other = State(Wire("127.0.0.1", companion.port))
    qtbot.waitUntil(lambda: other.transport is not None, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: window.state.others == 1, timeout=PATIENCE_MS)
    with serves(window) as server:
        assert window.close()
        assert server.poll() is None


@pytest.mark.parametrize(
    ("answer", "ends", "closes"), [(GO_ON, False, True), (STOP, True, True), (CANCEL, False, False)]
)
def test_closing_asks_what_goes_on(
    window: Window,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
    answer: QMessageBox.StandardButton,
    ends: bool,
    closes: bool,
) -> None:
    with serves(window) as server:
        monkeypatch.setattr(window, "ask_what_goes_on", lambda: answer)
        window.scene.words.setPlainText("warm house")
        window.scene.form.bars.setValue(1)
        qtbot.mouseClick(window.scene.render_one, LEFT)
        qtbot.waitUntil(lambda: window.state.unfinished, timeout=PATIENCE_MS)
        assert window.close() is closes
        if ends:
            server.wait(10)
        else:
            assert server.poll() is None


def test_a_server_that_does_nothing_ends_with_its_window(window: Window) -> None:
    with serves(window) as server:
        assert window.close()
        assert server.wait(10) != 0


def test_a_server_of_an_earlier_window_is_ended_when_that_is_asked(window: Window) -> None:
    end = window.menus._actions[END]
    assert not end.isEnabled()  # nobody knows its process
    with serves(window, is_ours=False) as server:
        window.close()
        assert server.poll() is None
        window.show()
        assert end.isEnabled()
        end.trigger()
        assert server.wait(10) != 0
    assert not window.isVisible()


@pytest.mark.parametrize("ends", [False, True])
def test_others_may_want_the_server_that_is_to_end(
    window: Window, monkeypatch: pytest.MonkeyPatch, ends: bool
) -> None:
    monkeypatch.setattr(window, "ask_whether_others_may_lose_it", lambda: ends)
    with serves(window, is_ours=False) as server:
        window.state.others = 1
        window.quit_and_end()
        assert window.isVisible() is not ends
        if ends:
            assert server.wait(10) != 0
        else:
            assert server.poll() is None


def test_the_answers_at_closing_say_what_becomes_of_it(
    window: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts: list[str] = []

    def read(box: QMessageBox) -> int:
        texts.extend(button.text() for button in box.buttons())
        return GO_ON.value

    monkeypatch.setattr(QMessageBox, "exec", read)
    assert window.ask_what_goes_on() == GO_ON
    assert sorted(texts) == ["Cancel", "Close and stop", "Close, keep playing"]
