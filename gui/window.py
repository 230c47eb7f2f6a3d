"""The window: scene and queue on the left, the library on the right, the host above."""

import contextlib
import os
import signal
from pathlib import Path

from PyQt6.QtCore import QByteArray, QSettings, Qt
from PyQt6.QtGui import QCloseEvent
from PyQt6.QtWidgets import (
    QMainWindow,
    QMessageBox,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from .host.host_strip import HostStrip
from .library.library import Library
from .look import SPACE
from .menus import Menus
from .qt import Told, there
from .queue import Queue
from .scene.scene import Scene
from .scene.scenes import SavedScene, Scenes
from .settings import Settings
from .stage.stage import Stage
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
        kept: what it remembers; the user's own if none are given.
        scenes: path of the file that scenes are kept in; the user's own if none is given.
        started: the process id of the server, if it was started for this window.
        server_log: path of the server's log, where it is on this machine.
    """

    def __init__(
        self,
        wire: Wire,
        kept: QSettings | None = None,
        scenes: Path | None = None,
        started: int = 0,
        server_log: Path | None = None,
    ) -> None:
        super().__init__()
        self._kept = kept or QSettings()
        self._started = started
        self._was_maximised = False
        self.settings = Settings(self._kept, self)
        self.state = State(wire)
        self.scenes = Scenes(scenes, self)
        self.scenes.blank = self._blank
        self.host = HostStrip(wire, self.state)
        self.trouble = Told("Connection")
        self.scene = Scene(wire, self.state, self.settings, self.scenes)
        self.queue = Queue(wire, self.state)
        self.library = Library(wire, self.state, self.settings)
        self.library.recalled.connect(self.scene.recall)
        self.stage = Stage(wire, self.state, self.library.table)
        self.stage.left.connect(lambda: self.show_stage(False))
        self._lay_out()
        self.menus = Menus(self, wire, server_log)
        self.host.midi.map_wanted.connect(self.menus.open_midi_map)
        self.state.changed.connect(self._hear)
        self._tell()
        self.scene.words.setFocus()
        self.resize(1200, 780)
        for name, restore in (
            (GEOMETRY, self.restoreGeometry),
            (HALVES, self._halves.restoreState),
        ):
            value = self._kept.value(name)
            if isinstance(value, QByteArray):
                restore(value)

    def show_stage(self, on: bool) -> None:
        """Shows the stage, on the whole screen, or the window as it was."""
        if on == (self._pages.currentWidget() is self.stage):
            return
        there(self.menuBar()).setVisible(not on)
        self._pages.setCurrentWidget(self.stage if on else self._desk)
        self.menus.stage.setChecked(on)
        if on:
            self._was_maximised = self.isMaximized()
            self.showFullScreen()
            self.stage.setFocus()
        elif self._was_maximised:
            self.showMaximized()
        else:
            self.showNormal()

    def closeEvent(self, event: QCloseEvent | None) -> None:  # noqa: N802
        """Remembers where the window was; ends the server that was started for it, or asks.

        A server that others use as well goes on.
        """
        if event and not self.scenes.close() and not self.ask_whether_scenes_may_go():
            event.ignore()
            return
        if self._started and event and not self.state.trouble and not self.state.others:
            answer = STOP
            if self.state.playing or self.state.unfinished:
                asks = self.settings.asks_before_closing
                answer = self.ask_what_goes_on() if asks else GO_ON
            if answer == CANCEL:
                event.ignore()
                return
            if answer == STOP:
                with contextlib.suppress(OSError):  # it has ended
                    os.kill(self._started, signal.SIGTERM)
        if self._pages.currentWidget() is not self.stage:
            self._kept.setValue(GEOMETRY, self.saveGeometry())
        self._kept.setValue(HALVES, self._halves.saveState())
        self._kept.sync()
        self.menus.close()
        super().closeEvent(event)

    def ask_whether_scenes_may_go(self) -> bool:
        """Asks whether the window may be closed although scenes cannot be saved."""
        box = QMessageBox(self)
        box.setWindowTitle("MeLFusion Live")
        box.setText(
            "What was changed in the scenes cannot be saved. Close the window all the same?"
        )
        box.setInformativeText(self.scene.unsaved.text())
        box.setStandardButtons(QMessageBox.StandardButton.Close | CANCEL)
        box.setDefaultButton(CANCEL)
        return box.exec() == QMessageBox.StandardButton.Close

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

    def _blank(self) -> SavedScene:
        """A new scene, as the settings have it."""
        return SavedScene(part=self.settings.part, bars=self.settings.bars)

    def _hear(self, name: str) -> None:
        if name in ("trouble", "worker"):
            self._tell()

    def _tell(self) -> None:
        self.trouble.tell(self.state.trouble)
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
        self._halves.setHandleWidth(SPACE)
        self._halves.setChildrenCollapsible(False)
        self._halves.setSizes([380, 820])
        self._desk = QWidget()
        rows = QVBoxLayout(self._desk)
        rows.setContentsMargins(SPACE, SPACE, SPACE, SPACE)
        rows.addWidget(self.host)
        rows.addWidget(self.trouble)
        rows.addWidget(self._halves, 1)
        self._pages = QStackedWidget()
        self._pages.addWidget(self._desk)
        self._pages.addWidget(self.stage)
        self.setCentralWidget(self._pages)
