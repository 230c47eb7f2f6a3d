"""The library: clips to look through, to play, and to drag into anything that takes files."""

from PyQt6.QtCore import QItemSelection, Qt, QTimer, pyqtSignal
from PyQt6.QtGui import QKeySequence, QShortcut
from PyQt6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPushButton,
    QStackedLayout,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from server.player_messages import Play, Stop
from server.protocol import ClipEvent

from .clips import CLIP, ClipTable, Search, files
from .qt import there
from .state import State
from .wire import Wire

GATHER_MS = 50
"""Clips that come one after the other are shown together."""

WIDTHS = (0, 60, 65, 45, 55, 85, 130, 110)
"""Of the columns, in pixels; what is left is that of the words."""

EMPTY = "No loops yet.\nDrop a picture on the left, write a sentence, and press Render."
NOTHING_FOUND = "No loop has all of these words."


class Library(QWidget):
    """All clips.

    Args:
        wire: what is asked on.
        state: what is shown.
    """

    recalled = pyqtSignal(object)
    """Another like this clip, a ClipEvent, is to be asked for."""

    def __init__(self, wire: Wire, state: State) -> None:
        super().__init__()
        self._wire = wire
        self._new: list[ClipEvent] = []
        self.table = ClipTable(self)
        self.found = Search(self.table)
        self.search = QLineEdit()
        self.search.setPlaceholderText("Search words, part, tempo, key, picture")
        self.search.setClearButtonEnabled(True)
        self.search.setAccessibleName("Search")
        self.search.textChanged.connect(self.found.search)
        self.view = _Table()
        self.view.setModel(self.found)
        self.view.fit()
        self.empty = QLabel()
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.trouble = QLabel()
        self.trouble.setWordWrap(True)
        self.play = QPushButton("Play on the next bar")
        self.stop = QPushButton("Stop all")
        self.again = QPushButton("Use its words and picture")
        self._lay_out()
        self.play.clicked.connect(self._play)
        self.stop.clicked.connect(lambda: wire.ask(Stop, otherwise=self.trouble.setText))
        self.again.clicked.connect(self._again)
        self.view.doubleClicked.connect(lambda _: self._play())
        for keys, act in (("Return", self._play), ("Space", self._play)):
            QShortcut(QKeySequence(keys), self.view, act, context=Qt.ShortcutContext.WidgetShortcut)
        QShortcut(QKeySequence.StandardKey.Copy, self.view, self._copy)
        there(self.view.selectionModel()).selectionChanged.connect(self._choose)
        self._choose(QItemSelection())
        self._gathers = QTimer(self)
        self._gathers.setSingleShot(True)
        self._gathers.setInterval(GATHER_MS)
        self._gathers.timeout.connect(self._gather)
        state.clip_added.connect(self._add)
        state.emptied.connect(self._forget)
        for changed in (self.found.rowsInserted, self.found.rowsRemoved, self.found.modelReset):
            changed.connect(lambda *_: self._tell_empty())
        self._tell_empty()

    @property
    def chosen(self) -> list[ClipEvent]:
        """The clips that are selected, from top to bottom."""
        rows = sorted(index.row() for index in there(self.view.selectionModel()).selectedRows())
        return [self.found.index(row, 0).data(CLIP) for row in rows]

    def _add(self, clip: ClipEvent) -> None:
        self._new.append(clip)
        if not self._gathers.isActive():
            self._gathers.start()

    def _gather(self) -> None:
        self.table.add(self._new)
        self._new.clear()

    def _forget(self) -> None:
        self._new.clear()
        self.table.clear()

    def _play(self) -> None:
        self.trouble.clear()
        for clip in self.chosen:
            self._wire.ask(Play, clip.clip, otherwise=self.trouble.setText)

    def _again(self) -> None:
        for clip in self.chosen[:1]:
            self.recalled.emit(clip)

    def _copy(self) -> None:
        clipboard = QApplication.clipboard()
        if clipboard and self.chosen:
            clipboard.setMimeData(files(self.chosen))

    def _choose(self, *_: object) -> None:
        some = bool(there(self.view.selectionModel()).selectedRows())
        self.play.setEnabled(some)
        self.again.setEnabled(some)

    def _tell_empty(self) -> None:
        self.empty.setText(NOTHING_FOUND if self.table.rowCount() else EMPTY)
        self._pages.setCurrentIndex(0 if self.found.rowCount() else 1)

    def _lay_out(self) -> None:
        self._pages = QStackedLayout()
        self._pages.addWidget(self.view)
        self._pages.addWidget(self.empty)
        buttons = QHBoxLayout()
        for button in (self.play, self.stop, self.again):
            buttons.addWidget(button)
        buttons.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.search)
        column.addLayout(self._pages, 1)
        column.addLayout(buttons)
        column.addWidget(self.trouble)


class _Table(QTableView):
    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Loops")
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setDragEnabled(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.setDefaultDropAction(Qt.DropAction.CopyAction)
        self.setAlternatingRowColors(True)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setSortingEnabled(True)
        self.sortByColumn(-1, Qt.SortOrder.AscendingOrder)
        rows = there(self.verticalHeader())
        rows.hide()
        # Rows of one height need not be measured one by one.
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)

    def fit(self) -> None:
        """Gives the words all the width that the other columns leave."""
        header = there(self.horizontalHeader())
        for column, width in enumerate(WIDTHS):
            if width:
                header.resizeSection(column, width)
            else:
                header.setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)
