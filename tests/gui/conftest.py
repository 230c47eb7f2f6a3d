"""What the window's tests stand on: Qt without a screen, and a real server with a fake worker."""

import asyncio
import gc
import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PyQt6.QtCore import QSettings
from pytestqt.qtbot import QtBot

from gui.window import Window
from gui.wire import Wire
from server import app

from ..server.conftest import fake_worker
from ..server.fake_devices import Machine

__all__ = ["fake_worker"]

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

PATIENCE_MS = 15_000


@pytest.fixture(scope="session", autouse=True)
def _frozen() -> None:
    gc.freeze()


@pytest.fixture(autouse=True)
def _garbage_is_looked_for_in_qts_thread() -> Iterator[None]:
    """As in gui.garbage: the thread of a server that allocates must not destroy Qt's objects."""
    gc.disable()
    yield
    gc.collect()
    gc.enable()


class Companion:
    """A server in a thread and a loop of its own, which can be ended and started again.

    Attributes:
        port: where it listens, also when it is started again.
    """

    def __init__(self, library: Path, worker: list[str]) -> None:
        self.port = 0
        self._library, self._worker = library, worker
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve(ready)))
        self._thread.start()
        assert ready.wait(20)

    def stop(self) -> None:
        if self._thread and self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._ends.set)
            self._thread.join(20)
            assert not self._thread.is_alive()

    async def _serve(self, ready: threading.Event) -> None:
        self._loop, self._ends = asyncio.get_running_loop(), asyncio.Event()
        async with app.running(
            self._library, self._worker, port=self.port, sources=["host"], devices=Machine([])
        ) as address:
            self.port = address[1]
            ready.set()
            await self._ends.wait()


@pytest.fixture
def companion(library: Path, fake_worker: Callable[..., list[str]]) -> Iterator[Companion]:
    made = Companion(library, fake_worker(seconds=0.3))
    made.start()
    yield made
    made.stop()


@pytest.fixture
def open_window(qtbot: QtBot, tmp_path: Path) -> Iterator[Callable[[int], Window]]:
    """Opens windows for the server at a port."""
    wires: list[Wire] = []

    def make(port: int) -> Window:
        wires.append(Wire("127.0.0.1", port))
        settings = QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)
        window = Window(wires[-1], settings, tmp_path / "scenes.json")
        qtbot.addWidget(window)
        window.show()
        return window

    yield make
    for wire in wires:
        wire.close()


@pytest.fixture
def window(companion: Companion, open_window: Callable[[int], Window], qtbot: QtBot) -> Window:
    """A window that shows a server's state."""
    made = open_window(companion.port)
    qtbot.waitUntil(lambda: made.state.transport is not None, timeout=PATIENCE_MS)
    return made
