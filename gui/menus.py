"""The menus: everything that can be done has a place and a key."""

import contextlib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PyQt6.QtCore import QObject, Qt, QUrl
from PyQt6.QtGui import QAction, QDesktopServices, QKeySequence
from PyQt6.QtWidgets import QDialog, QMenu, QMessageBox

from melfusion.request import RenderRequest, RequestError
from server.device_command import DEVICE
from server.player_messages import Panic, Stop

from .dialogs.about import AboutWindow
from .dialogs.log_window import LogWindow
from .dialogs.settings_window import SettingsWindow
from .host.midi_map import MidiMap
from .host.mixer import Mixer
from .log import Log, Tail
from .qt import there
from .wire import Wire

if TYPE_CHECKING:
    from .window import Window

Keys = str | QKeySequence.StandardKey
Entry = tuple[str, Keys, Callable[[], object]]


END = "Quit and &end the server"


class Menus(QObject):
    """The window's menus, and the windows that they open.

    Args:
        window: whose they are.
        wire: what is asked on.
        server_log: path of the server's log, where it is on this machine.
    """

    def __init__(self, window: "Window", wire: Wire, server_log: Path | None) -> None:
        super().__init__(window)
        self._window, self._wire = window, wire
        self._log = Log()
        self._tail = Tail(server_log)
        self._open: dict[type[QDialog], QDialog] = {}
        self._actions: dict[str, QAction] = {}
        scene, library, host = window.scene, window.library, window.host
        render = self._menu("&Scene")
        strip = scene.list
        render.addActions([strip.new, strip.duplicate, strip.rename, strip.remove, strip.undo])
        render.addActions([strip.to_left, strip.to_right])
        render.addSeparator()
        self._fill(
            render,
            ("&Render", "Ctrl+Return", scene.render_one.click),
            ("Render and &play", "Ctrl+Shift+Return", scene.render_and_play.click),
            ("Render &all parts", "Ctrl+Alt+Return", scene.render_parts.click),
            ("&Quit", QKeySequence.StandardKey.Quit, window.close),
            (END, "Ctrl+Shift+Q", window.quit_and_end),
        )
        self._menu("P&icture").addActions(scene.picture.actions())
        loops = self._menu("&Loops")
        loops.addActions(library.actions_.all)
        loops.addSeparator()
        self._fill(
            loops,
            ("F&ind", QKeySequence.StandardKey.Find, self._find),
            ("Fa&vourites only", "Ctrl+Shift+F", library.favourites.click),
        )
        self._fill(
            self._menu("&Play"),
            ("&Start or stop the clock", "F7", host.play.click),
            ("Stop &all on the bar", "F8", lambda: wire.ask(Stop)),
            ("&Panic: silence at once", "Ctrl+.", lambda: wire.ask(Panic)),
            ("&Mixer", "F6", self.open_mixer),
            ("What MIDI &controls do", "Ctrl+M", self.open_midi_map),
        )
        view = self._menu("&View")
        self.stage = self._action("&Stage", "F11", lambda: None)
        self.stage.setCheckable(True)
        self.stage.toggled.connect(window.show_stage)
        view.addAction(self.stage)
        self._fill(
            view,
            ("Go to the &picture", "Ctrl+1", scene.picture.setFocus),
            ("Go to the &words", "Ctrl+2", scene.words.setFocus),
            ("Go to the l&oops", "Ctrl+3", library.view.setFocus),
            ("Go to the s&cenes", "Ctrl+4", scene.list.view.setFocus),
            ("&Log", "Ctrl+L", self.open_log),
            ("S&ettings", QKeySequence.StandardKey.Preferences, self.open_settings),
        )
        if self._actions["S&ettings"].shortcut().isEmpty():  # not every system has a usual one
            self._actions["S&ettings"].setShortcut("Ctrl+,")
        self._fill(
            self._menu("&Help"),
            ("&Keys", "F1", self.show_keys),
            ("Show the &Live device", "", self.show_device),
            ("&About MeLFusion Live", "", self.open_about),
        )
        window.state.changed.connect(lambda name: self._allow_end() if name == "trouble" else None)
        window.server.changed.connect(self._allow_end)
        self._allow_end()

    def open_settings(self) -> None:
        """Shows what may be set."""
        self._show(SettingsWindow, lambda: SettingsWindow(self._window.settings, self._window))

    def open_log(self) -> None:
        """Shows what window and server have logged."""
        self._show(LogWindow, lambda: LogWindow(self._log, self._tail, self._window))

    def open_about(self) -> None:
        """Shows what this is, its licences and its model."""
        self._show(AboutWindow, lambda: AboutWindow(self._wire, self._window.state, self._window))

    def open_mixer(self) -> None:
        """Shows how loud each part is."""
        self._show(Mixer, lambda: Mixer(self._wire, self._window.state, self._window))

    def open_midi_map(self) -> None:
        """Shows what MIDI controls do."""
        window, form = self._window, self._window.scene.form
        self._show(
            MidiMap,
            lambda: MidiMap(
                self._wire,
                window.state,
                self._scene,
                window.library.first,
                window,
                keeps_seed=form.seed_lock.isChecked,
                follows=form.follows.isChecked,
                settings=window.settings,
            ),
        )

    def _scene(self) -> RenderRequest | None:
        """The scene as it is now; None where it cannot be rendered."""
        with contextlib.suppress(RequestError):
            return self._window.scene.request
        return None

    def _allow_end(self) -> None:
        is_there = not self._window.state.trouble
        self._actions[END].setEnabled(is_there and self._window.server.can_end)

    def show_keys(self) -> None:
        """Lists every key."""
        rows = [
            f"<tr><td>{action.text().replace('&', '')}&nbsp;&nbsp;</td><td>{keys}</td></tr>"
            for menu in there(self._window.menuBar()).findChildren(QMenu)
            for action in menu.actions()
            if (keys := " or ".join(map(_named, action.shortcuts())))
        ]
        self._tell("Keys", f"<table>{''.join(rows)}</table>", Qt.TextFormat.RichText)

    def show_device(self) -> None:
        """Opens the folder of the device for Ableton Live; where none opens, says where it is."""
        if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(DEVICE.parent))):
            self._tell("The device for Live", str(DEVICE), Qt.TextFormat.PlainText)

    def close(self) -> None:
        """Closes what is open beside the window."""
        for dialog in self._open.values():
            dialog.close()
        self._log.close()

    def _show(self, kind: type[QDialog], make: Callable[[], QDialog]) -> None:
        dialog = self._open.get(kind) or make()
        self._open[kind] = dialog
        dialog.show()
        dialog.raise_()
        dialog.activateWindow()

    def _tell(self, title: str, text: str, form: Qt.TextFormat) -> None:
        box = QMessageBox(self._window)
        box.setWindowTitle(title)
        box.setTextFormat(form)
        box.setText(text)
        box.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.open()

    def _find(self) -> None:
        search = self._window.library.search
        search.setFocus()
        search.selectAll()

    def _menu(self, title: str) -> QMenu:
        return there(there(self._window.menuBar()).addMenu(title))

    def _fill(self, menu: QMenu, *entries: Entry) -> None:
        for text, keys, act in entries:
            menu.addAction(self._action(text, keys, act))

    def _action(self, text: str, keys: Keys, act: Callable[[], object]) -> QAction:
        action = QAction(text, self)
        action.setShortcut(QKeySequence(keys))
        action.triggered.connect(lambda _: act())
        self._actions[text] = action
        self._window.addAction(action)  # its key counts while the menus are hidden, too
        return action


def _named(keys: QKeySequence) -> str:
    return keys.toString(QKeySequence.SequenceFormat.NativeText)
