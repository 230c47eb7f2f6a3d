"""The library: clips to look through, to play, to mark, and to drag into anything that takes files.

A file that is dragged in brings back what it was asked for with.
"""

import json
from collections.abc import Callable

from PyQt6.QtCore import QPoint, Qt, QTimer, pyqtSignal
from PyQt6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PyQt6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QPushButton,
    QStackedLayout,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from server.player_messages import Stop
from server.protocol import ClipEvent, ListClips

from ..qt import Told
from ..settings import Settings
from ..state import State
from ..wire import Wire
from .clip_actions import ClipActions
from .clip_view import ClipView
from .clips import ClipTable, title
from .detail import Detail
from .recipes import Recipes
from .search import HELP
from .waveform import Waveforms

GATHER_MS = 50
"""Clips that come one after the other are shown together."""

SEARCH_MS = 80
"""How long after the last key it is searched."""

EMPTY = "No loops yet.\nDrop a picture on the left, write a sentence, and press Render."
NOTHING_FOUND = "No loop has all of these words."
STRANGE = "No loop has “{}” in its words.\n\nWhat can be looked for:\n" + HELP
OFFLINE = "Loops are shown when the server is there."


class Library(QWidget):
    """All clips.

    Args:
        wire: what is asked on.
        state: what is shown.
        settings: how loops begin.
    """

    recalled = pyqtSignal(object)
    """What a clip was asked for with, a RenderRequest, is to be asked for again."""

    def __init__(self, wire: Wire, state: State, settings: Settings) -> None:
        super().__init__()
        self._wire, self._state = wire, state
        self._new: list[ClipEvent] = []
        self.table = ClipTable(self)
        waveforms = Waveforms(self)
        self.view = ClipView(self.table, waveforms, state)
        self.detail = Detail(waveforms, state.place_in)
        self.actions_ = ClipActions(
            wire, state, settings, lambda: self.view.chosen, self.view.edit_chosen, self.view
        )
        self._recipes = Recipes(self)
        self.search = QLineEdit()
        self.search.setPlaceholderText("Search words, part:drums, bpm:120-128, key:Am, tag:peak")
        self.search.setToolTip(HELP)
        self.search.setClearButtonEnabled(True)
        self.search.setAccessibleName("Search")
        self.favourites = QToolButton()
        self.favourites.setText("★")
        self.favourites.setCheckable(True)
        self.favourites.setAccessibleName("Favourites only")
        self.favourites.setToolTip("Favourites only")
        self.count = QLabel()
        self.count.setAccessibleName("How many loops")
        self.empty = QLabel()
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty.setAccessibleName("Why there are no loops")
        self.trouble = Told("What is wrong with the library")
        self.play = _button("Play", self.actions_.play.trigger)
        self.play.setToolTip("Plays what is selected from the next bar on (Return)")
        self.end = _button("Stop", self.actions_.end.trigger)
        self.end.setToolTip("Stops what is selected when the bar ends (S)")
        self.listen = _button("Listen", self.actions_.listen.trigger)
        self.listen.setToolTip("Plays what is selected at once and in time, or stops it (Space)")
        self.again = _button("Use in scene", self.actions_.again.trigger)
        self.again.setToolTip("Puts its words, picture and seed into the scene (U)")
        self.stop = _button("Stop all", lambda: wire.ask(Stop, otherwise=self.trouble.tell))
        self.stop.setToolTip("Stops all parts when the bar ends")
        self._lay_out()
        self._gathers = _timer(self, GATHER_MS, self._gather)
        self._searches = _timer(self, SEARCH_MS, self.look_up)
        self._connect(state)
        self._choose()
        self._tell_empty()

    @property
    def chosen(self) -> list[ClipEvent]:
        """The clips that are selected, from top to bottom."""
        return self.view.chosen

    def first(self) -> ClipEvent | None:
        """The first clip that is selected."""
        return next(iter(self.chosen), None)

    def look_up(self) -> None:
        """Shows what is searched for, at once."""
        self._searches.stop()
        text = self.search.text()
        self.table.search(f"is:favourite {text}" if self.favourites.isChecked() else text)

    def bring_back(self, path: str) -> None:
        """Asks for again what made a WAV of ours; names one of somebody else's as such."""
        self.trouble.tell("")
        self._recipes.read(path)

    def _connect(self, state: State) -> None:
        self.search.textChanged.connect(lambda _: self._searches.start())
        self.favourites.toggled.connect(lambda _: self.look_up())
        self.view.doubleClicked.connect(lambda _: self.actions_.play.trigger())
        self.view.starred.connect(self.actions_.star)
        self.view.chosen_changed.connect(self._choose)
        self.view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.view.customContextMenuRequested.connect(self._open_menu)
        self.table.renamed.connect(lambda clip, text: self.actions_.mark(clip, title=text))
        self.table.tagged.connect(lambda clip, text: self.actions_.mark(clip, tags=text))
        self.detail.dragged.connect(self.view.drag)
        for actions in (self.actions_, self._recipes):
            actions.refused.connect(self.trouble.tell)
        self.actions_.binned.connect(self._tell_binned)
        self.actions_.recalled.connect(self.recalled)
        self._recipes.found.connect(self.recalled)
        self.setAcceptDrops(True)
        state.clips_listed.connect(lambda clips: self.table.add(clips, older=True))
        state.clip_added.connect(self._add)
        state.clip_changed.connect(self._change)
        state.clip_gone.connect(self._remove)
        state.emptied.connect(self._forget)
        state.changed.connect(self._hear)
        for changed in (self.table.rowsInserted, self.table.rowsRemoved, self.table.modelReset):
            changed.connect(lambda *_: self._tell_empty())

    def _add(self, clip: ClipEvent) -> None:
        self._new.append(clip)
        if not self._gathers.isActive():
            self._gathers.start()

    def _gather(self) -> None:
        self.table.add(self._new)
        self._new.clear()

    def _change(self, clip: ClipEvent) -> None:
        self._gather()
        self.table.change(clip)
        if [chosen.clip for chosen in self.chosen[:1]] == [clip.clip]:
            self._show_detail(clip)

    def _remove(self, clip: str) -> None:
        self._gather()
        self.table.remove(clip)

    def _tell_binned(self, clip: ClipEvent) -> None:
        self.trouble.tell(f"“{title(clip)}” is in the system's bin, from where it can be put back.")

    def _forget(self) -> None:
        self._new.clear()
        self.table.clear()

    def _hear(self, name: str) -> None:
        if name == "models":
            self.actions_.enable(bool(self.chosen))
        if name in ("playing", "transport"):
            self.view.playing_changed()
            self.detail.refresh()
            self._enable_end()
        elif name == "trouble":
            self._tell_empty()

    def _choose(self) -> None:
        clips = self.chosen
        self.actions_.enable(bool(clips))
        for button in (self.play, self.listen, self.again):
            button.setEnabled(bool(clips))
        self._enable_end()
        self._show_detail(clips[0] if clips else None)
        if clips and not clips[0].recipe:
            self._wire.ask(ListClips, clip=clips[0].clip, otherwise=lambda _: None)

    def _enable_end(self) -> None:
        """What does not play cannot be stopped."""
        plays = bool(self.actions_.playing_parts)
        for one in (self.end, self.actions_.end):
            one.setEnabled(plays)

    def _show_detail(self, clip: ClipEvent | None) -> None:
        checks = json.loads(clip.recipe)["checks"] if clip and clip.recipe else []
        self.detail.show_clip(clip, checks)

    def _tell_empty(self) -> None:
        shown, every = self.table.rowCount(), self.table.all
        is_offline = bool(self._state.trouble) and not every
        nothing = STRANGE.format(self.table.strange[0]) if self.table.strange else NOTHING_FOUND
        self.empty.setText(OFFLINE if is_offline else nothing if every else EMPTY)
        self._pages.setCurrentIndex(0 if shown else 1)
        loops = "1 loop" if every == 1 else f"{every:,} loops"
        self.count.setText(loops if shown == every else f"{shown:,} of {loops}")

    def _open_menu(self, at: QPoint) -> None:
        menu = QMenu(self)
        menu.addActions(self.actions_.all)
        menu.popup(self.view.mapToGlobal(at))
        menu.aboutToHide.connect(menu.deleteLater)

    # A file that is dragged in.

    def dragEnterEvent(self, event: QDragEnterEvent | None) -> None:  # noqa: D102, N802
        if event and _wav(event) and event.source() is None:
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()

    def dragMoveEvent(self, event: QDragMoveEvent | None) -> None:  # noqa: D102, N802
        if event and _wav(event):
            event.accept()

    def dropEvent(self, event: QDropEvent | None) -> None:  # noqa: D102, N802
        if event and (path := _wav(event)):
            event.accept()
            self.bring_back(path)

    def _lay_out(self) -> None:
        self._pages = QStackedLayout()
        self._pages.addWidget(self.view)
        self._pages.addWidget(self.empty)
        above = QHBoxLayout()
        above.addWidget(self.search, 1)
        above.addWidget(self.favourites)
        above.addWidget(self.count)
        buttons = QHBoxLayout()
        for button in (self.play, self.end, self.listen, self.again):
            buttons.addWidget(button)
        buttons.addStretch(1)
        buttons.addWidget(self.stop)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(above)
        column.addLayout(self._pages, 1)
        column.addWidget(self.detail)
        column.addLayout(buttons)
        column.addWidget(self.trouble)


def _wav(event: QDropEvent) -> str:
    """The first WAV among what is dragged; empty where there is none."""
    content = event.mimeData()
    paths = [url.toLocalFile() for url in content.urls()] if content else []
    return next((path for path in paths if path.lower().endswith((".wav", ".wave"))), "")


def _button(text: str, act: Callable[[], object]) -> QPushButton:
    button = QPushButton(text)
    button.clicked.connect(lambda _: act())
    return button


def _timer(parent: QWidget, wait_ms: int, act: Callable[[], None]) -> QTimer:
    timer = QTimer(parent)
    timer.setSingleShot(True)
    timer.setInterval(wait_ms)
    timer.timeout.connect(act)
    return timer
