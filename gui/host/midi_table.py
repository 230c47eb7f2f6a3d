"""The table of what MIDI controls do: what is played or moved is lit for a moment."""

from collections.abc import Sequence

from PyQt6.QtCore import QItemSelectionModel, QModelIndex, Qt, QTimer, pyqtSignal
from PyQt6.QtGui import QBrush, QColor
from PyQt6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableWidget,
    QTableWidgetItem,
)

from server.player_messages import MixEvent
from server.protocol import Event
from server.remote_messages import FiredEvent, KnobEvent

from ..library.clips import title
from ..look import LOOK
from ..qt import plain, there
from ..state import State
from ..wire import Wire
from .controls import anywhere, does, named, order

LIT_MS = 500
"""How long a control is lit that was played or moved."""

CONTROL, DOES, LAST = range(3)
COLUMNS = ("Control", "What it does", "Last")


class MidiTable(QTableWidget):
    """What each control does, and what came of it last.

    Args:
        wire: what is heard on.
        state: what is shown.
    """

    failed = pyqtSignal(str)
    """What a control has fired was refused; why, in one sentence."""

    def __init__(self, wire: Wire, state: State) -> None:
        super().__init__(0, len(COLUMNS))
        self._state = state
        self._rows: list[str] = []
        self._last: dict[str, str] = {}
        self._failed: set[str] = set()
        self._lit: set[str] = set()
        self._gains = {part: mix.gain for part, mix in state.mix.items()}
        self._dark = QTimer(self)
        self._dark.setSingleShot(True)
        self._dark.setInterval(LIT_MS)
        self._dark.timeout.connect(self._put_out)
        self.setItemDelegate(_Lit(self))
        self.setAccessibleName("What controls do")
        self.setHorizontalHeaderLabels(COLUMNS)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setWordWrap(False)
        rows = there(self.verticalHeader())
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header = there(self.horizontalHeader())
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.resizeSection(LAST, 24 * self.fontMetrics().averageCharWidth())
        header.setSectionResizeMode(DOES, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(CONTROL, QHeaderView.ResizeMode.ResizeToContents)
        wire.told.connect(self._hear)
        state.changed.connect(self._follow)
        state.emptied.connect(self._list)
        LOOK.changed.connect(self._list)
        self._list()

    @property
    def chosen(self) -> list[str]:
        """The controls that are selected."""
        return [self._rows[row] for row in sorted({at.row() for at in self.selectedIndexes()})]

    def _follow(self, name: str) -> None:
        if name == "bindings":
            self._list()

    def _hear(self, event: Event) -> None:
        if isinstance(event, FiredEvent):
            bound = event.control if event.control in self._rows else anywhere(event.control)
            self._light(bound, event.reason or "Done", failed=bool(event.reason))
            if event.reason:
                self.failed.emit(f"{named(event.control)}: {event.reason}")
        elif isinstance(event, KnobEvent):
            self._light_knob(event.knob, event.value)
        elif isinstance(event, MixEvent):
            if self._gains.get(event.part, event.gain) != event.gain:
                self._light_knob(f"gain {event.part}".rstrip(), event.gain)
            self._gains[event.part] = event.gain

    def _light_knob(self, knob: str, value: float) -> None:
        for control, binding in self._state.bindings.items():
            if binding.knob == knob:
                self._light(control, f"{value:.2f}")

    def _light(self, control: str, said: str, *, failed: bool = False) -> None:
        self._last[control] = said
        (self._failed.add if failed else self._failed.discard)(control)
        self._lit.add(control)
        self._dark.start()
        self._paint(control)

    def _put_out(self) -> None:
        lit, self._lit = self._lit, set()
        for control in lit:
            self._paint(control)

    def _list(self) -> None:
        """Shows all bindings anew; what was selected stays so."""
        chosen, bindings = self.chosen, self._state.bindings
        self._rows = sorted(bindings, key=order)
        self.setRowCount(len(self._rows))
        for row, control in enumerate(self._rows):
            for column, text in (
                (CONTROL, named(control)),
                (DOES, does(bindings[control], self._title)),
                (LAST, ""),
            ):
                item = QTableWidgetItem(text)
                item.setToolTip(plain(control if column == CONTROL else text))
                self.setItem(row, column, item)
            self._paint(control)
        self._choose([row for row, control in enumerate(self._rows) if control in chosen])

    def _choose(self, rows: Sequence[int]) -> None:
        self.clearSelection()
        selection, flags = there(self.selectionModel()), QItemSelectionModel.SelectionFlag
        for row in rows:
            selection.select(there(self.model()).index(row, 0), flags.Select | flags.Rows)

    def _paint(self, control: str) -> None:
        """Shows what a control did last, and whether that was just now."""
        if control not in self._rows:
            return
        row, colours = self._rows.index(control), LOOK.colours
        is_lit, failed = control in self._lit, control in self._failed
        for column in range(len(COLUMNS)):
            item = there(self.item(row, column))
            if column == LAST:
                item.setText(self._last.get(control, ""))
                item.setToolTip(plain(item.text()))
            ground = colours.bad if failed else colours.good
            ink = colours.bad if failed and column == LAST else colours.text
            item.setBackground(QBrush(QColor(ground)) if is_lit else QBrush())
            item.setForeground(QColor(colours.on_accent if is_lit else ink))

    def _title(self, clip: str) -> str:
        known = self._state.clips.get(clip)
        return f"“{title(known)}”, {known.part}" if known else "a loop that is not in the library"


class _Lit(QStyledItemDelegate):
    """Shows what is lit also where it is selected."""

    def initStyleOption(self, option: QStyleOptionViewItem | None, index: QModelIndex) -> None:  # noqa: N802
        super().initStyleOption(option, index)
        if option and QBrush(option.backgroundBrush).style() != Qt.BrushStyle.NoBrush:
            option.state &= ~QStyle.StateFlag.State_Selected
