"""The table of clips as it is looked at: rows, what is chosen, dragging."""

from PyQt6.QtCore import QPoint, QRect, Qt, QTimer, pyqtSignal
from PyQt6.QtGui import (
    QColor,
    QDrag,
    QFocusEvent,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QResizeEvent,
)
from PyQt6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from server.protocol import ClipEvent

from ..look import LOOK, PARTS
from ..qt import there
from ..state import State
from .badges import ClipDelegate
from .clips import (
    BARS,
    BPM,
    CHECKS,
    CHORDS,
    CLIP,
    KEY,
    MADE,
    METRE,
    PART,
    STAR,
    TAGS,
    WAVE,
    WORDS,
    ClipTable,
    files,
    title,
    verdicts,
)
from .waveform import Waveforms

WIDTHS = {
    STAR: 4, WAVE: 16, PART: 9, BPM: 8, BARS: 6, METRE: 8, KEY: 11, CHORDS: 18, TAGS: 12,
    CHECKS: 13, MADE: 14,
}  # fmt: skip
"""Of the columns, in letters; what is left is that of the words."""

LEAST_WORDS = 22
"""Letters that the words have at least, before other columns give way."""

MOST_WORDS, MOST_WAVE = 60, 48
"""Letters after which the waveform is given more instead, and how much it gets at most."""

GIVE_WAY = (MADE, TAGS, CHORDS, METRE, BARS, PART, KEY, CHECKS)
"""Columns that are hidden where there is no room, the first of them first."""

PLAYS_MS = 50
"""How often the line in a waveform moves while something plays."""


class ClipView(QTableView):
    """Clips, a row each.

    Args:
        table: the clips.
        waveforms: their waveforms.
        state: what plays.
    """

    starred = pyqtSignal(object)
    """The star of a clip, a ClipEvent, was pressed."""

    chosen_changed = pyqtSignal()
    """Other clips are selected."""

    def __init__(self, table: ClipTable, waveforms: Waveforms, state: State) -> None:
        super().__init__()
        self._table, self._state = table, state
        self._kept: list[str] = []
        self._shown_playing: set[tuple[str, str]] = set()
        self.setAccessibleName("Loops")
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setDragEnabled(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.setAlternatingRowColors(True)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSortingEnabled(True)
        # A third click on a column is the newest first again.
        there(self.horizontalHeader()).setSortIndicatorClearable(True)
        self.sortByColumn(-1, Qt.SortOrder.AscendingOrder)
        rows = there(self.verticalHeader())
        rows.hide()
        # Rows of one height need not be measured one by one.
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        # What is still seen after a turn of the wheel is moved then, and not painted again.
        there(self.viewport()).setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setModel(table)
        self.setItemDelegate(
            ClipDelegate(
                waveforms,
                waveform_column=WAVE,
                checks_column=CHECKS,
                favourite_column=STAR,
                checks=verdicts,
                is_favourite=lambda clip: bool(clip.favourite),
                playing=lambda clip: state.place_in(clip.clip),
                parent=self,
            )
        )
        self._plays = QTimer(self)
        self._plays.setInterval(PLAYS_MS)
        self._plays.timeout.connect(self._paint_playing)
        waveforms.ready.connect(self._paint_waveform)
        LOOK.changed.connect(self._fit)
        table.modelAboutToBeReset.connect(self._keep_choice)
        table.modelReset.connect(self._choose_again)
        there(self.selectionModel()).selectionChanged.connect(lambda *_: self.chosen_changed.emit())
        self._fit()

    @property
    def chosen(self) -> list[ClipEvent]:
        """The clips that are selected, from top to bottom."""
        rows = sorted(index.row() for index in there(self.selectionModel()).selectedRows())
        return [self._table.index(row, 0).data(CLIP) for row in rows]

    def edit_chosen(self, column: int) -> None:
        """Has a column of the first clip that is selected typed over."""
        if clips := self.chosen:
            row = self._table.row_of(clips[0].clip)
            self.showColumn(column)
            self.setCurrentIndex(self._table.index(row, column))
            self.edit(self._table.index(row, column))

    def playing_changed(self) -> None:
        """Something else plays, or time moves or stands: so do the lines in the waveforms."""
        moves = bool(self._state.playing) and self._state.quarters is not None
        if moves and self.isVisible() and not self._plays.isActive():
            self._plays.start()
        if set(self._state.playing) != self._shown_playing:
            self._shown_playing = set(self._state.playing)
            there(self.viewport()).update()

    def drag(self) -> None:
        """Drags the files of what is selected, until they are dropped."""
        if clips := self.chosen:
            drag = QDrag(self)
            drag.setMimeData(files(clips))
            drag.setPixmap(self._card(clips))
            drag.setHotSpot(QPoint(-8, -8))
            drag.exec(Qt.DropAction.CopyAction)

    def startDrag(self, actions: Qt.DropAction) -> None:  # noqa: ARG002, D102, N802
        self.drag()

    def mousePressEvent(self, event: QMouseEvent | None) -> None:  # noqa: D102, N802
        index = self.indexAt(there(event).position().toPoint())
        if index.isValid() and index.column() == STAR:
            self.starred.emit(index.data(CLIP))
            return
        super().mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent | None) -> None:  # noqa: N802
        """Home and End go to the first and the last row, as in a list."""
        ends = {Qt.Key.Key_Home: 0, Qt.Key.Key_End: self._table.rowCount() - 1}
        key = Qt.Key(there(event).key())
        if key in ends and there(event).modifiers() == Qt.KeyboardModifier.NoModifier:
            self.selectRow(ends[key])
            self.scrollTo(self._table.index(ends[key], max(0, self.currentIndex().column())))
            return
        super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent | None) -> None:  # noqa: N802
        """Selects a row where none is, so that keys have one to begin from."""
        super().focusInEvent(event)
        if self._table.rowCount() and not self.chosen:
            self.selectRow(max(0, self.currentIndex().row()))

    def paintEvent(self, event: QPaintEvent | None) -> None:  # noqa: D102, N802
        viewport = there(self.viewport())
        with QPainter(viewport) as painter:
            painter.fillRect(there(event).rect(), self.palette().base())
        super().paintEvent(event)

    def resizeEvent(self, event: QResizeEvent | None) -> None:  # noqa: D102, N802
        super().resizeEvent(event)
        self._fit()

    def _keep_choice(self) -> None:
        self._kept = [clip.clip for clip in self.chosen]

    def _choose_again(self) -> None:
        """What was selected is selected again, where it is still shown."""
        model = there(self.selectionModel())
        for row in filter(lambda row: row >= 0, map(self._table.row_of, self._kept)):
            model.select(
                self._table.index(row, 0),
                model.SelectionFlag.Select | model.SelectionFlag.Rows,
            )
        self.chosen_changed.emit()

    def _paint_waveform(self, clip: str) -> None:
        row = self._table.row_of(clip)
        if row >= 0:
            self.update(self._table.index(row, WAVE))

    def _paint_playing(self) -> None:
        if not self._state.playing or self._state.quarters is None or not self.isVisible():
            self._plays.stop()
        for clip in {event.clip for event in self._state.playing.values()}:
            self._paint_waveform(clip)

    def _fit(self) -> None:
        """Gives the words the width that the other columns leave; some give way for it."""
        header, letter = there(self.horizontalHeader()), self.fontMetrics().averageCharWidth()
        rows = there(self.verticalHeader())
        rows.setDefaultSectionSize(round(self.fontMetrics().height() * 1.9))
        room = there(self.viewport()).width() - (LEAST_WORDS + sum(WIDTHS.values())) * letter
        for column in GIVE_WAY:
            self.setColumnHidden(column, room < 0)
            if room < 0:
                room += WIDTHS[column] * letter
        spare = max(0, room - (MOST_WORDS - LEAST_WORDS) * letter)
        spare = min(spare, (MOST_WAVE - WIDTHS[WAVE]) * letter)
        for column, letters in WIDTHS.items():
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Fixed)
            header.resizeSection(column, letters * letter + (spare if column == WAVE else 0))
        header.setSectionResizeMode(WORDS, QHeaderView.ResizeMode.Stretch)

    def _card(self, clips: list[ClipEvent]) -> QPixmap:
        """What is dragged, as it is seen at the pointer."""
        first = title(clips[0])
        text = first if len(clips) == 1 else f"{first} and {len(clips) - 1} more"
        metrics, ratio = QFontMetrics(self.font()), self.devicePixelRatioF()
        text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, 260)
        wide, tall = metrics.horizontalAdvance(text) + 24, metrics.height() + 12
        card = QPixmap(round(wide * ratio), round(tall * ratio))
        card.setDevicePixelRatio(ratio)
        card.fill(Qt.GlobalColor.transparent)
        painter = QPainter(card)
        painter.setFont(self.font())
        painter.fillRect(
            QRect(0, 0, wide, tall), QColor(PARTS.get(clips[0].part, LOOK.colours.accent))
        )
        painter.setPen(Qt.GlobalColor.white)
        painter.drawText(QRect(12, 0, wide, tall), Qt.AlignmentFlag.AlignVCenter, text)
        painter.end()
        return card
