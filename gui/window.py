"""The window: scene and queue on the left, the library on the right, the host above."""

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
from .host.server_process import ServerProcess
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
ANSWERS = {GO_ON: "Close, keep playing", STOP: "Close and stop", CANCEL: "Cancel"}


class Window(QMainWindow):
    """MeLFusion Live's window.

    Args:
        wire: its end of the wire to a server.
        kept: what it remembers; the user's own if none are given.
        scenes: path of the file that scenes are kept in; the user's own if none is given.
        server: the server's process, where that is on this machine.
    """

    def __init__(
        self,
        wire: Wire,
        kept: QSettings | None = None,
        scenes: Path | None = None,
        server: ServerProcess | None = None,
    ) -> None:
        super().__init__()
        self._kept = kept or QSettings()
        self.server = server or ServerProcess()
        self.server.setParent(self)
        self._ends_server = False
        self._was_maximised = False
        self.settings = Settings(self._kept, self)
        self.state = State(wire)
        self.scenes = Scenes(scenes, self)
        self.scenes.blank = self._blank
        self.host = HostStrip(wire, self.state, self.server)
        self.trouble = Told("Connection")
        self.scene = Scene(wire, self.state, self.settings, self.scenes)
        self.queue = Queue(wire, self.state)
        self.library = Library(wire, self.state, self.settings)
        self.library.recalled.connect(self.scene.recall)
        self.stage = Stage(wire, self.state, self.library.table)
        self.stage.left.connect(lambda: self.show_stage(False))
        self._lay_out()
        self.menus = Menus(self, wire, self.server.log)
        self.host.mix.clicked.connect(self.menus.open_mixer)
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
        answer = self._what_goes_on()
        if event and answer == CANCEL:
            event.ignore()
            return
        if answer == STOP or self.server.is_starting:
            self.server.end()
        if self._pages.currentWidget() is not self.stage:
            self._kept.setValue(GEOMETRY, self.saveGeometry())
        self._kept.setValue(HALVES, self._halves.saveState())
        self._kept.sync()
        self.menus.close()
        super().closeEvent(event)

    def quit_and_end(self) -> None:
        """Closes the window and ends the server, whoever has started it."""
        self._ends_server = not self.state.others or self.ask_whether_others_may_lose_it()
        if self._ends_server:
            self._ends_server = self.close()

    def _what_goes_on(self) -> QMessageBox.StandardButton:
        """Whether the server ends with the window: STOP, GO_ON, or CANCEL for neither."""
        if self._ends_server:
            return STOP
        if not self.server.is_ours or self.state.trouble or self.state.others:
            return GO_ON
        if not self.state.playing and not self.state.unfinished:
            return STOP
        return self.ask_what_goes_on() if self.settings.asks_before_closing else GO_ON

    def ask_whether_others_may_lose_it(self) -> bool:
        """Asks whether the server may be ended although others use it."""
        box = QMessageBox(self)
        box.setWindowTitle("MeLFusion Live")
        box.setText("Live or another window uses this server, too. End it all the same?")
        box.setStandardButtons(STOP | CANCEL)
        there(box.button(STOP)).setText("End it")
        box.setDefaultButton(CANCEL)
        return box.exec() == STOP

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
        box.setText("Loops are playing or being rendered.")
        box.setInformativeText(
            "What goes on without the window is found by the next one, and ended there by"
            " Scene, Quit and end the server."
        )
        box.setStandardButtons(GO_ON | STOP | CANCEL)
        for button, text in ANSWERS.items():
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
