"""The clip that is chosen: what it is, what it looks like, and what was checked."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PyQt6.QtCore import QSize, Qt, QTimer, pyqtSignal
from PyQt6.QtGui import QColor, QHideEvent, QShowEvent
from PyQt6.QtWidgets import (
    QGridLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QSizePolicy,
    QStackedLayout,
    QWidget,
)

from melfusion.music import Metre
from server.protocol import ClipEvent

from ..look import LOOK, PARTS, SPACE
from ..qt import plain, there
from .plot import Plot
from .waveform import Waveforms

FRAME_MS = 25
"""How often the playhead moves."""

EMPTY = "Choose a loop to see its sound, its chords and what was checked."
GONE = "Its file cannot be read here: it was moved, deleted, or is on the server's machine."

ALL_PASSED, NOT_ALL_PASSED = "All checks passed", "Not all checks passed"
VERDICT = Qt.ItemDataRole.UserRole

MARKS = {"fail": "✗", "pass": "✓", "n/a": "○"}
"""What stands before a check by its verdict; what comes first is listed first."""


def sentence(check: Mapping[str, Any]) -> str:
    """What was asked and what was got, as "key: asked F minor, got F minor".

    Args:
        check: one of a recipe's.
    """
    asked, got = _amount(check["asked"]), _amount(check["got"])
    return f"{check['name']}: asked {asked}, got {got} {check['unit']}".rstrip()


def placing(clip: ClipEvent) -> str:
    """Where in Live a clip lies, or why it does not; empty when it was never to be placed."""
    if not clip.place:
        return f"Not placed in Live: {clip.place_trouble}" if clip.place_trouble else ""
    trouble = f" ({clip.place_trouble})" if clip.place_trouble else ""
    return f"In Live: {clip.place}{trouble}"


class Detail(QWidget):
    """The chosen clip. Nothing runs while it does not play, or is not to be seen.

    Args:
        waveforms: where waveforms come from.
        position: how far the clip of that id has played, 0 to 1; None where it does not play.
    """

    dragged = pyqtSignal()
    """The clip is being dragged out: its file is wanted."""

    def __init__(self, waveforms: Waveforms, position: Callable[[str], float | None]) -> None:
        super().__init__()
        self._waveforms, self._position = waveforms, position
        self._clip: ClipEvent | None = None
        self.name = QLabel()
        self.name.setAccessibleName("Chosen loop")
        self.name.setTextFormat(Qt.TextFormat.PlainText)
        self.place = QLabel()
        self.place.setAccessibleName("Where it lies in Live")
        self.place.setTextFormat(Qt.TextFormat.PlainText)
        self.plot = Plot()
        self.plot.dragged.connect(self.dragged)
        self.checks = QListWidget()
        self.checks.setAccessibleName("Checks")
        self.checks.setSelectionMode(QListWidget.SelectionMode.NoSelection)
        self.checks.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.empty = QLabel(EMPTY)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty.setWordWrap(True)
        self._timer = QTimer(self)
        self._timer.setInterval(FRAME_MS)
        self._timer.timeout.connect(self.refresh)
        self._lay_out()
        waveforms.ready.connect(self._draw)
        LOOK.changed.connect(self._wear)

    def show_clip(self, clip: ClipEvent | None, checks: Sequence[Mapping[str, Any]] = ()) -> None:
        """Shows a clip, or that none is chosen.

        Args:
            clip: the clip; one that is shown already stays zoomed as it is.
            checks: its recipe's, as far as they are known.
        """
        before, self._clip = self._clip, clip
        self._pages.setCurrentIndex(1 if clip else 0)
        self._list(clip, checks)
        self._tell_place(clip)
        if clip and (before is None or before.clip != clip.clip):
            colour = PARTS.get(clip.part, LOOK.colours.muted)
            metre = Metre.parse(clip.metre)
            self.plot.show_loop(clip.quarters, clip.bars, metre, clip.chords, colour)
            self.plot.setAccessibleDescription(clip.chords)
            self._draw(clip.clip)
        self.refresh()

    def refresh(self) -> None:
        """Is called when what plays, or whether time goes on, has changed: moves the playhead."""
        fraction = self._position(self._clip.clip) if self._clip and self.isVisible() else None
        self.plot.move_head(fraction)
        if fraction is None:
            self._timer.stop()
        elif not self._timer.isActive():
            self._timer.start()

    @property
    def is_moving(self) -> bool:
        """Whether the playhead is kept moving."""
        return self._timer.isActive()

    def _draw(self, clip_id: str) -> None:
        if self._clip is None or self._clip.clip != clip_id:
            return
        found = self._waveforms.fine(clip_id, self._clip.path)
        if found and found.columns:
            top = found.top
            self.plot.draw(found.low / top, found.high / top, found.rms / top)
        is_gone = found is not None and not found.columns
        self.name.setText(GONE if is_gone else _told(self._clip))
        self.name.setToolTip(plain(self.name.text()))

    def _tell_place(self, clip: ClipEvent | None) -> None:
        told = placing(clip) if clip else ""
        self.place.setText(told)
        self.place.setToolTip(plain(told))
        self.place.setVisible(bool(told))

    def _list(self, clip: ClipEvent | None, checks: Sequence[Mapping[str, Any]]) -> None:
        """Lists the checks, what failed first; whether all passed while they are not known."""
        self.checks.clear()
        order = list(MARKS)
        for check in sorted(checks, key=lambda check: order.index(check["verdict"])):
            self._add(check["verdict"], sentence(check))
        if clip and not checks:
            passed = bool(clip.passed)
            self._add("pass" if passed else "fail", ALL_PASSED if passed else NOT_ALL_PASSED)

    def _add(self, verdict: str, text: str) -> None:
        item = QListWidgetItem(f"{MARKS[verdict]} {text}", self.checks)
        item.setData(VERDICT, verdict)
        item.setToolTip(plain(text))
        self._tint(item)

    def _tint(self, item: QListWidgetItem) -> None:
        colours = LOOK.colours
        by_verdict = {"fail": colours.bad, "pass": colours.text, "n/a": colours.muted}
        item.setForeground(QColor(by_verdict[item.data(VERDICT)]))

    def _wear(self) -> None:
        self.plot.wear()
        for row in range(self.checks.count()):
            self._tint(there(self.checks.item(row)))

    def _lay_out(self) -> None:
        full = QWidget()
        cells = QGridLayout(full)
        cells.setContentsMargins(0, 0, 0, 0)
        cells.setSpacing(SPACE // 2)
        cells.addWidget(self.name, 0, 0)
        cells.addWidget(self.place, 1, 0)
        cells.addWidget(self.plot, 2, 0)
        cells.addWidget(self.checks, 0, 1, 3, 1)
        cells.setRowStretch(2, 1)
        cells.setColumnStretch(0, 3)
        cells.setColumnStretch(1, 2)
        self._pages = QStackedLayout(self)
        self._pages.addWidget(self.empty)
        self._pages.addWidget(full)
        for line in (self.name, self.place):
            line.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        letter = self.fontMetrics().averageCharWidth()
        self.checks.setMinimumSize(20 * letter, 0)
        self.checks.setMaximumWidth(46 * letter)
        self.setMinimumHeight(8 * self.fontMetrics().height())
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)

    # What Qt tells and asks a widget.

    def sizeHint(self) -> QSize:  # noqa: D102, N802
        return QSize(super().sizeHint().width(), 11 * self.fontMetrics().height())

    def showEvent(self, event: QShowEvent | None) -> None:  # noqa: D102, N802
        super().showEvent(event)
        self.refresh()

    def hideEvent(self, event: QHideEvent | None) -> None:  # noqa: D102, N802
        super().hideEvent(event)
        self.refresh()


def _told(clip: ClipEvent) -> str:
    bars = "1 bar" if clip.bars == 1 else f"{clip.bars} bars"
    words = (clip.key, f"{clip.bpm:g} BPM", clip.metre, bars, f"{clip.seconds:.2f} s")
    return " · ".join(words)


def _amount(value: Any) -> str:
    if value is None:
        return "nothing"
    return f"{value:.6g}" if isinstance(value, float) else str(value)
