"""The clips of the library as a table of Qt's, and how they are searched and dragged away."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from PyQt6.QtCore import (
    QAbstractTableModel,
    QMimeData,
    QModelIndex,
    QObject,
    QSortFilterProxyModel,
    Qt,
    QUrl,
)

from server.protocol import ClipEvent

COLUMNS = ("Words", "Part", "BPM", "Bars", "Metre", "Key", "Chords", "Checks")
CLIP = Qt.ItemDataRole.UserRole
"""The role under which a row gives its ClipEvent."""

SORTED = Qt.ItemDataRole.UserRole + 1
"""The role under which a cell gives what it is sorted by."""


class Row:
    """One clip as it is shown, worked out once.

    Args:
        clip: what the server told of it.
    """

    def __init__(self, clip: ClipEvent) -> None:
        recipe = json.loads(clip.recipe)
        request = recipe["request"]
        self.clip = clip
        self.checks: list[dict[str, Any]] = recipe["checks"]
        failed = [check["name"] for check in self.checks if check["verdict"] == "fail"]
        words = request["prompt"] or Path(request["image"]).name
        verdict = "passed" if clip.passed else "not: " + ", ".join(failed)
        self.cells = (
            words, clip.part, f"{clip.bpm:g}", str(clip.bars), clip.metre, clip.key, clip.chords,
            verdict,
        )  # fmt: skip
        self.sorted = (
            words.lower(), clip.part, clip.bpm, clip.bars, clip.metre, clip.key, clip.chords,
            verdict,
        )  # fmt: skip
        self.text = " ".join((*self.cells, request["image"], clip.path)).lower()

    @property
    def told(self) -> str:
        """All checks, a line each: what was asked and what was got."""
        lines = [self.clip.path]
        for check in self.checks:
            asked, got = (_amount(check[name], check["unit"]) for name in ("asked", "got"))
            lines.append(f"{check['name']}: {check['verdict']}, asked {asked}, got {got}")
        return "\n".join(lines)


class ClipTable(QAbstractTableModel):
    """All clips that the server has told of, the last one first."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[Row] = []

    def add(self, clips: Iterable[ClipEvent]) -> None:
        """Adds clips, the last of them on top, all at once."""
        rows = [Row(clip) for clip in clips]
        if rows:
            self.beginInsertRows(QModelIndex(), 0, len(rows) - 1)
            self._rows[:0] = reversed(rows)
            self.endInsertRows()

    def clear(self) -> None:
        """Forgets all."""
        self.beginResetModel()
        self._rows.clear()
        self.endResetModel()

    def text(self, row: int) -> str:
        """What a row is searched by."""
        return self._rows[row].text

    # What Qt asks of a model.

    def rowCount(self, parent: QModelIndex | None = None) -> int:  # noqa: D102, N802
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def columnCount(self, parent: QModelIndex | None = None) -> int:  # noqa: D102, N802
        return 0 if parent is not None and parent.isValid() else len(COLUMNS)

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: D102
        row = self._rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return row.cells[index.column()]
        if role == Qt.ItemDataRole.ToolTipRole:
            return row.told
        if role == CLIP:
            return row.clip
        if role == SORTED:
            return row.sorted[index.column()]
        return None

    def headerData(  # noqa: D102, N802
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return COLUMNS[section]
        return None

    def flags(self, index: QModelIndex) -> Qt.ItemFlag:  # noqa: D102
        return super().flags(index) | Qt.ItemFlag.ItemIsDragEnabled

    def mimeTypes(self) -> list[str]:  # noqa: D102, N802
        return ["text/uri-list"]

    def mimeData(self, indexes: Iterable[QModelIndex]) -> QMimeData:  # noqa: N802
        """The files themselves, which live on in the library however late they are taken."""
        rows = sorted({index.row() for index in indexes})
        return files([self._rows[row].clip for row in rows])


class Search(QSortFilterProxyModel):
    """The clips that have all words that are searched for, sorted by any column."""

    def __init__(self, table: ClipTable) -> None:
        super().__init__(table)
        self._table = table
        self._words: list[str] = []
        self.setSourceModel(table)
        self.setSortRole(SORTED)

    def search(self, text: str) -> None:
        """Shows what has all of the words, in words, part, tempo, key, picture or file name."""
        self._words = text.lower().split()
        self.invalidateFilter()

    def filterAcceptsRow(self, row: int, parent: QModelIndex) -> bool:  # noqa: ARG002, D102, N802
        text = self._table.text(row)
        return all(word in text for word in self._words)


def files(clips: Iterable[ClipEvent]) -> QMimeData:
    """What other programs take for the clips' files, dragged or pasted."""
    content = QMimeData()
    content.setUrls([QUrl.fromLocalFile(clip.path) for clip in clips])
    return content


def _amount(value: Any, unit: str) -> str:
    if value is None:
        return "nothing"
    shown = f"{value:.4g}" if isinstance(value, float) else str(value)
    return f"{shown} {unit}".strip()
