"""The clips of the library as a table of Qt's: searched, sorted, renamed, and dragged away."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from PyQt6.QtCore import (
    QAbstractTableModel,
    QDateTime,
    QMimeData,
    QModelIndex,
    QObject,
    Qt,
    QUrl,
    pyqtSignal,
)

from server.protocol import ClipEvent

from ..qt import plain
from .search import Query, text_of

STAR, WAVE, WORDS, PART, BPM, BARS, METRE, KEY, CHORDS, TAGS, CHECKS, MADE = range(12)
COLUMNS = (
    "★", "Sound", "Words", "Part", "BPM", "Bars", "Metre", "Key", "Chords", "Tags", "Checks",
    "Made",
)  # fmt: skip
CLIP = Qt.ItemDataRole.UserRole
"""The role under which a row gives its ClipEvent."""

FEW = 20
"""So many clips are put into their places one by one, so that nothing else moves."""

_EDITABLE = (WORDS, TAGS)
_IS_THERE = (
    Qt.ItemFlag.ItemIsSelectable
    | Qt.ItemFlag.ItemIsEnabled
    | Qt.ItemFlag.ItemIsDragEnabled
    | Qt.ItemFlag.ItemNeverHasChildren
)
_IS_EDITABLE = _IS_THERE | Qt.ItemFlag.ItemIsEditable
CENTRED = (STAR, BPM, BARS, METRE)
"""Columns whose text stands in the middle."""


class Row:
    """One clip as it is shown, worked out once.

    Args:
        clip: what the server told of it.
    """

    __slots__ = ("cells", "clip", "sorted", "text")

    def __init__(self, clip: ClipEvent) -> None:
        self.clip = clip
        checks = "passed" if clip.passed else f"not: {', '.join(failed(clip))}"
        made = clip.created[5:16].replace("T", " ")
        self.cells = (
            "★" if clip.favourite else "", "", title(clip), clip.part, f"{clip.bpm:g}",
            str(clip.bars), clip.metre, clip.key, clip.chords, clip.tags, checks, made,
        )  # fmt: skip
        self.sorted = (
            -clip.favourite, clip.seconds, title(clip).lower(), clip.part, clip.bpm, clip.bars,
            clip.metre, clip.key, clip.chords, clip.tags.lower(), checks, clip.created,
        )  # fmt: skip
        self.text = text_of(clip)

    @property
    def told(self) -> str:
        """What a row says when it is pointed at."""
        clip = self.clip
        heard = f"{clip.part}, {clip.bpm:g} BPM, {clip.key}"
        made = QDateTime.fromString(clip.created, Qt.DateFormat.ISODate).toLocalTime()
        lines = [self.cells[WORDS], heard, clip.chords, made.toString("yyyy-MM-dd HH:mm")]
        if clip.title and clip.prompt:
            lines.insert(1, f"asked for: {clip.prompt}")
        if clip.tags:
            lines.append(f"tags: {clip.tags}")
        if not clip.passed:
            lines.append(f"failed: {', '.join(failed(clip))}")
        return "\n".join((*lines, clip.path))


class ClipTable(QAbstractTableModel):
    """The clips that the server has told of, as far as they are looked for, the newest first."""

    renamed = pyqtSignal(str, str)
    """A clip's id, and the title that was typed."""

    tagged = pyqtSignal(str, str)
    """A clip's id, and the tags that were typed."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: dict[str, Row] = {}  # the oldest first
        self._shown: list[Row] = []
        self._query = Query()
        self._column, self._order = -1, Qt.SortOrder.AscendingOrder

    @property
    def all(self) -> int:
        """How many clips there are, shown or not."""
        return len(self._rows)

    def add(self, clips: Sequence[ClipEvent], *, older: bool = False) -> None:
        """Adds clips, all at once.

        Args:
            clips: the oldest first; with `older`, the newest.
            older: whether they are older than those that are there.
        """
        rows = {clip.clip: Row(clip) for clip in clips}
        if older:
            self._rows = {**dict(reversed(rows.items())), **self._rows}
        else:
            self._rows |= rows
        new = [row for row in rows.values() if self._accepts(row)]
        if self._column >= 0 and len(new) > FEW:
            self._show()
        elif self._column >= 0:
            for row in new:
                self._insert(row)
        elif new:
            first = len(self._shown) if older else 0
            self.beginInsertRows(QModelIndex(), first, first + len(new) - 1)
            self._shown[first:first] = new if older else new[::-1]
            self.endInsertRows()

    def change(self, clip: ClipEvent) -> None:
        """Shows a clip as it is now, where it is still one of those that are looked for."""
        row, old = Row(clip), self._rows.get(clip.clip)
        self._rows[clip.clip] = row
        at = self._shown.index(old) if old in self._shown else -1
        if at >= 0 and self._accepts(row):
            self._shown[at] = row
            self.dataChanged.emit(self.index(at, 0), self.index(at, len(COLUMNS) - 1))
        elif at >= 0:
            self._take_out(at)
        elif self._accepts(row):
            self._insert(row)

    def remove(self, clip_id: str) -> None:
        """Takes a clip away."""
        row = self._rows.pop(clip_id, None)
        if row in self._shown:
            self._take_out(self._shown.index(row))

    def clear(self) -> None:
        """Forgets all."""
        self._rows.clear()
        self._show()

    @property
    def strange(self) -> tuple[str, ...]:
        """What of it that is looked for can only be searched as a word."""
        return self._query.strange

    def search(self, text: str) -> None:
        """Shows what is looked for, as `search.HELP` tells."""
        self._query = Query.parse(text)
        self._show()

    def row_of(self, clip_id: str) -> int:
        """The row that shows a clip, or -1."""
        row = self._rows.get(clip_id)
        return self._shown.index(row) if row in self._shown else -1

    def _insert(self, row: Row) -> None:
        """Shows a row in its place: where it is sorted to, or before all older ones."""
        at = next((at for at, other in enumerate(self._shown) if self._precedes(row, other)), None)
        at = len(self._shown) if at is None else at
        self.beginInsertRows(QModelIndex(), at, at)
        self._shown.insert(at, row)
        self.endInsertRows()

    def _precedes(self, row: Row, other: Row) -> bool:
        mine: Any = row.sorted[self._column] if self._column >= 0 else row.clip.created
        its: Any = other.sorted[self._column] if self._column >= 0 else other.clip.created
        if self._column < 0 or self._order == Qt.SortOrder.DescendingOrder:
            return bool(mine > its)
        return bool(mine < its)

    def _take_out(self, at: int) -> None:
        self.beginRemoveRows(QModelIndex(), at, at)
        del self._shown[at]
        self.endRemoveRows()

    def _accepts(self, row: Row) -> bool:
        return self._query.accepts(row.clip, row.text)

    def _show(self) -> None:
        """Works out anew which rows are shown, and in which order."""
        self.beginResetModel()
        self._shown = [row for row in reversed(self._rows.values()) if self._accepts(row)]
        self._arrange()
        self.endResetModel()

    def _arrange(self) -> None:
        if self._column >= 0:
            descends = self._order == Qt.SortOrder.DescendingOrder
            self._shown.sort(key=lambda row: row.sorted[self._column], reverse=descends)

    # What Qt asks of a model.

    def rowCount(self, parent: QModelIndex | None = None) -> int:  # noqa: D102, N802
        return 0 if parent is not None and parent.isValid() else len(self._shown)

    def columnCount(self, parent: QModelIndex | None = None) -> int:  # noqa: D102, N802
        return 0 if parent is not None and parent.isValid() else len(COLUMNS)

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: D102
        row, column = self._shown[index.row()], index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return row.cells[column]
        if role == CLIP:
            return row.clip
        if role == Qt.ItemDataRole.EditRole:
            return row.cells[column]
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain(row.told)
        if role == Qt.ItemDataRole.TextAlignmentRole and column in CENTRED:
            return Qt.AlignmentFlag.AlignCenter
        return None

    def setData(  # noqa: D102, N802
        self, index: QModelIndex, value: Any, role: int = Qt.ItemDataRole.EditRole
    ) -> bool:
        if role != Qt.ItemDataRole.EditRole or index.column() not in _EDITABLE:
            return False
        clip, text = self._shown[index.row()].clip, str(value).strip()
        if index.column() == TAGS and text != clip.tags:
            self.tagged.emit(clip.clip, text)
        elif index.column() == WORDS and text != self._shown[index.row()].cells[WORDS]:
            self.renamed.emit(clip.clip, text)
        return False  # it is shown when the server has it

    def headerData(  # noqa: D102, N802
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return COLUMNS[section]
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.ToolTipRole:
            return "Favourite" if section == STAR else COLUMNS[section]
        return None

    def flags(self, index: QModelIndex) -> Qt.ItemFlag:  # noqa: D102
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        return _IS_EDITABLE if index.column() in _EDITABLE else _IS_THERE

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:  # noqa: D102
        self._column, self._order = column, order
        self.layoutAboutToBeChanged.emit()
        before, newest_first = self._shown, list(reversed(self._rows.values()))
        are_shown = set(map(id, before))
        self._shown = [row for row in newest_first if id(row) in are_shown]
        self._arrange()
        places = {id(row): at for at, row in enumerate(self._shown)}
        old = self.persistentIndexList()
        new = [self.index(places[id(before[at.row()])], at.column()) for at in old]
        self.changePersistentIndexList(old, new)
        self.layoutChanged.emit()

    def mimeTypes(self) -> list[str]:  # noqa: D102, N802
        return ["text/uri-list"]

    def mimeData(self, indexes: Iterable[QModelIndex]) -> QMimeData:  # noqa: N802
        """The files themselves, which live on in the library however late they are taken."""
        rows = sorted({index.row() for index in indexes})
        return files([self._shown[row].clip for row in rows])


def title(clip: ClipEvent) -> str:
    """What a clip is called: as the user says, or by its words, or by its picture."""
    return clip.title or clip.prompt or Path(clip.image).stem


def verdicts(clip: ClipEvent) -> list[dict[str, str]]:
    """Name and verdict of each check."""
    pairs = (check.rpartition(" ") for check in clip.checks.split(", ") if check)
    return [{"name": name, "verdict": verdict} for name, _, verdict in pairs]


def failed(clip: ClipEvent) -> list[str]:
    """The names of the checks that failed."""
    return [check["name"] for check in verdicts(clip) if check["verdict"] == "fail"]


def files(clips: Iterable[ClipEvent]) -> QMimeData:
    """What other programs take for the clips' files, dragged or pasted."""
    content = QMimeData()
    content.setUrls([QUrl.fromLocalFile(clip.path) for clip in clips])
    return content
