"""The window: scene and queue on the left, the library on the right, the host above."""

import contextlib
import json
import os
import signal
from dataclasses import fields

from PyQt6.QtCore import QByteArray, QSettings, Qt
from PyQt6.QtGui import QCloseEvent
from PyQt6.QtWidgets import (
    QLabel,
    QMainWindow,
    QMessageBox,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from melfusion.request import RenderRequest, RequestError
from server.protocol import ClipEvent

from .host_strip import HostStrip
from .library import Library
from .qt import there
from .queue import Queue
from .scene import Scene
from .state import State
from .wire import Wire

GEOMETRY, HALVES = "window/geometry", "window/halves"
GO_ON = QMessageBox.StandardButton.Yes
STOP = QMessageBox.StandardButton.No
CANCEL = QMessageBox.StandardButton.Cancel


class Window(QMainWindow):
    """MeLFusion Live's window.

    Args:
        wire: its end of the wire to a server.
        settings: what it remembers; the user's own if none are given.
        started: the process id of the server, if it was started for this window.
    """

    def __init__(self, wire: Wire, settings: QSettings | None = None, started: int = 0) -> None:
        super().__init__()
        self.setWindowTitle("MeLFusion Live")
        self._settings = settings or QSettings()
        self._started = started
        self.state = State(wire)
        self.host = HostStrip(wire, self.state)
        self.trouble = QLabel()
        self.trouble.setWordWrap(True)
        self.trouble.setAccessibleName("Connection")
        self.scene = Scene(wire, self.state)
        self.queue = Queue(wire, self.state)
        self.library = Library(wire, self.state)
        self.library.recalled.connect(self._recall)
        self._lay_out()
        self.state.changed.connect(self._hear)
        self._tell()
        self.resize(1100, 700)
        for name, restore in (
            (GEOMETRY, self.restoreGeometry),
            (HALVES, self._halves.restoreState),
        ):
            kept = self._settings.value(name)
            if isinstance(kept, QByteArray):
                restore(kept)

    def closeEvent(self, event: QCloseEvent | None) -> None:  # noqa: N802
        """Remembers where the window was; ends the server that was started for it, or asks."""
        if self._started and event:
            answer = STOP
            if self.state.playing or self.state.unfinished:
                answer = self.ask_what_goes_on()
            if answer == CANCEL:
                event.ignore()
                return
            if answer == STOP:
                with contextlib.suppress(OSError):  # it has ended
                    os.kill(self._started, signal.SIGTERM)
        self._settings.setValue(GEOMETRY, self.saveGeometry())
        self._settings.setValue(HALVES, self._halves.saveState())
        self._settings.sync()
        super().closeEvent(event)

    def ask_what_goes_on(self) -> QMessageBox.StandardButton:
        """Asks whether the server should go on without a window."""
        box = QMessageBox(self)
        box.setWindowTitle("MeLFusion Live")
        box.setText("Loops are playing or being rendered. Should that go on without the window?")
        box.setStandardButtons(GO_ON | STOP | CANCEL)
        for button, text in ((GO_ON, "Go on"), (STOP, "Stop everything"), (CANCEL, "Stay here")):
            there(box.button(button)).setText(text)
        box.setDefaultButton(GO_ON)
        return QMessageBox.StandardButton(box.exec())

    def _recall(self, clip: ClipEvent) -> None:
        told = json.loads(clip.recipe)["request"]
        known = {field.name for field in fields(RenderRequest)}
        try:
            request = RenderRequest.check({name: told[name] for name in told if name in known})
        except RequestError as error:
            self.scene.trouble.setText(str(error))
            return
        self.scene.recall(request)

    def _hear(self, name: str) -> None:
        if name == "trouble":
            self._tell()

    def _tell(self) -> None:
        self.trouble.setText(self.state.trouble)
        self.trouble.setVisible(bool(self.state.trouble))
        model = self.state.model
        self.setWindowTitle(f"MeLFusion Live, {model}" if model else "MeLFusion Live")

    def _lay_out(self) -> None:
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.scene, 1)
        column.addWidget(self.queue)
        self._halves = QSplitter(Qt.Orientation.Horizontal)
        self._halves.addWidget(left)
        self._halves.addWidget(self.library)
        self._halves.setStretchFactor(1, 1)
        self._halves.setChildrenCollapsible(False)
        whole = QWidget()
        rows = QVBoxLayout(whole)
        rows.addWidget(self.host)
        rows.addWidget(self.trouble)
        rows.addWidget(self._halves, 1)
        self.setCentralWidget(whole)
