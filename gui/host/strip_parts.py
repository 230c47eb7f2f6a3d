"""What the host strip is made of: beats and level, which are painted, fields and lines of text."""

import math

from PyQt6.QtCore import QRectF, QSize, Qt, pyqtSignal
from PyQt6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
)
from PyQt6.QtWidgets import QLineEdit, QSizePolicy, QWidget

from ..look import LOOK, SPACE

LARGE = 1.35
"""How much larger than other text bar and beat are."""

GAP = 3.0
"""Pixels between lights."""

LOUDEST_DB, QUIETEST_DB = 0.0, -48.0
"""The ends of the level."""

FALL_DB = 1.5
"""How far the level falls from one reading to the next; there are twenty a second."""

HOLD, CLIP_HOLD = 25, 60
"""Readings that the highest level stays for, and the clip light."""

LIMITED = 0.99
"""A limiter whose gain is less has something to hold back."""

FLAT = "QLineEdit { background: transparent; border-color: transparent; }"
"""How a field looks that cannot be typed over: as text."""

MIDDLE = Qt.AlignmentFlag.AlignVCenter
MARKS_DB = (-24.0, -12.0, -6.0)
QUIET = "Level; the light on its right shows that it is too loud"
LOUD = "Too loud: the limiter holds it back. Turn the volume down."


class Beats(QWidget):
    """Bar and beat in figures, and below them a light for each beat of the bar.

    Attributes:
        count: lights, one for each beat of the metre.
        place: bar and beat, both counted from 1; None where they are not known.
        plays: whether they move.
    """

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Bar and beat")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        self.count = 4
        self.place: tuple[int, int] | None = None
        self.plays = False
        LOOK.changed.connect(self.update)

    @property
    def text(self) -> str:
        """The figures."""
        return f"{self.place[0]}.{self.place[1]}" if self.place else "-"

    def tell(self, place: tuple[int, int] | None, count: int, plays: bool) -> None:
        """Shows where the music is; what is shown already is not painted again.

        Args:
            place: bar and beat; None where they are not known.
            count: beats of a bar.
            plays: whether they move.
        """
        if (place, count, plays) != (self.place, self.count, self.plays):
            self.place, self.count, self.plays = place, count, plays
            self.update()

    def sizeHint(self) -> QSize:  # noqa: D102, N802
        metrics = self.fontMetrics()
        width = max(16 * metrics.averageCharWidth(), metrics.horizontalAdvance("1234.5 stopped "))
        return QSize(width, 2 * metrics.height())

    def paintEvent(self, event: QPaintEvent | None) -> None:  # noqa: ARG002, D102, N802
        painter, colours = QPainter(self), LOOK.colours
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        thick = round(0.3 * self.height())
        upper = QRectF(0, 0, self.width(), self.height() - thick - GAP)
        if self.place and not self.plays:
            painter.setPen(QColor(colours.muted))
            painter.drawText(upper, Qt.AlignmentFlag.AlignRight | MIDDLE, "stopped")
        figures = QFont(self.font())
        figures.setBold(True)
        figures.setPointSizeF(LARGE * figures.pointSizeF())
        painter.setFont(figures)
        painter.setPen(QColor(colours.text if self.plays else colours.muted))
        wide = QFontMetricsF(figures).horizontalAdvance(self.text)
        painter.drawText(QRectF(0, 0, wide + 1, upper.height()), MIDDLE, self.text)
        painter.setPen(Qt.PenStyle.NoPen)
        each = (self.width() + GAP) / self.count
        gap = min(GAP, each / 3)
        for beat in range(1, self.count + 1):
            light = QRectF((beat - 1) * each, self.height() - thick, each - gap, thick)
            is_lit = self.place is not None and beat == self.place[1]
            on = colours.accent if beat == 1 else colours.text
            on = on if self.plays else colours.muted
            painter.setBrush(QColor(on if is_lit else colours.raised))
            painter.drawRoundedRect(light, GAP, GAP)
            if beat == 1 and not is_lit:
                painter.setBrush(QColor(colours.accent))
                painter.drawRoundedRect(light.adjusted(0, 0.7 * thick, 0, 0), 1, 1)


class Level(QWidget):
    """How loud it is: the level, the highest of the last while, and a light for too loud.

    It moves with what it is told alone, and what has not moved is not painted again.

    Attributes:
        level: in dB; QUIETEST_DB is the least that is shown.
        highest: of the last while, in dB.
        clips: whether it is, or was just now, too loud.
    """

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Level")
        self.setToolTip(QUIET)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        self.level = self.highest = QUIETEST_DB
        self.clips = False
        self._holds = self._lights = 0  # readings to go
        LOOK.changed.connect(self.update)

    def tell(self, peak: float, limiter: float) -> None:
        """Takes a reading.

        Args:
            peak: the highest sample, 1 is full scale.
            limiter: the limiter's least gain.
        """
        now_db = 20 * math.log10(peak) if peak > 0 else QUIETEST_DB
        now_db = min(LOUDEST_DB, max(QUIETEST_DB, now_db))
        level = max(now_db, self.level - FALL_DB)
        self._holds = max(0, self._holds - 1)
        highest = self.highest if self._holds else max(QUIETEST_DB, self.highest - FALL_DB)
        if level >= highest:
            highest, self._holds = level, HOLD
        is_loud = limiter < LIMITED or peak > 1
        self._lights = CLIP_HOLD if is_loud else max(0, self._lights - 1)
        self._show(level, highest, self._lights > 0)

    def rest(self) -> None:
        """Shows that there is no sound."""
        self._holds = self._lights = 0
        self._show(QUIETEST_DB, QUIETEST_DB, False)

    def _show(self, level: float, highest: float, clips: bool) -> None:
        if clips != self.clips:
            self.setToolTip(LOUD if clips else QUIET)
            self.setAccessibleDescription(LOUD if clips else "")
        if (level, highest, clips) != (self.level, self.highest, self.clips):
            self.level, self.highest, self.clips = level, highest, clips
            self.update()

    def sizeHint(self) -> QSize:  # noqa: D102, N802
        metrics = self.fontMetrics()
        return QSize(16 * metrics.averageCharWidth(), metrics.height())

    def paintEvent(self, event: QPaintEvent | None) -> None:  # noqa: ARG002, D102, N802
        painter, colours = QPainter(self), LOOK.colours
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        thick = round(0.6 * self.fontMetrics().height())
        top = (self.height() - thick) // 2
        bar = QRectF(0, top, self.width() - thick - 2 * GAP, thick)

        def at(decibels: float) -> float:
            return bar.width() * (decibels - QUIETEST_DB) / (LOUDEST_DB - QUIETEST_DB)

        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours.raised))
        painter.drawRoundedRect(bar, GAP, GAP)
        painter.setBrush(QColor(colours.bad if self.clips else colours.raised))
        painter.drawEllipse(QRectF(self.width() - thick, top, thick, thick))
        for decibels in MARKS_DB:
            painter.fillRect(QRectF(at(decibels), top, 1, thick), QColor(colours.line))
        if self.level > QUIETEST_DB:
            painter.setBrush(QColor(colours.good))
            painter.drawRoundedRect(QRectF(0, top, at(self.level), thick), GAP, GAP)
        if self.highest > QUIETEST_DB:
            mark = QRectF(max(0.0, at(self.highest) - 2), top, 2, thick)
            painter.fillRect(mark, QColor(colours.text))


class Field(QLineEdit):
    """A value that can be typed over, where it may be.

    Args:
        name: for those who cannot see it.
        widest: a value as wide as any.
    """

    typed = pyqtSignal(str)
    """Another value was typed."""

    def __init__(self, name: str, widest: str) -> None:
        super().__init__()
        self._widest, self._shown = widest, ""
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        font = QFont()
        font.setBold(True)
        self.setFont(font)
        self.editingFinished.connect(self._finish)

    def tell(self, text: str) -> None:
        """Shows a value, unless it is just being typed over."""
        self._shown = text
        if not self.isModified():
            self.setText(text)

    def allow(self, can_be_set: bool, why_not: str) -> None:
        """Says whether it can be typed over."""
        focus = Qt.FocusPolicy
        if can_be_set == self.isReadOnly():
            self.setReadOnly(not can_be_set)
            self.setStyleSheet("" if can_be_set else FLAT)
        self.setFocusPolicy(focus.StrongFocus if can_be_set else focus.NoFocus)
        self.setToolTip("Type another one" if can_be_set else why_not)

    def sizeHint(self) -> QSize:  # noqa: D102, N802
        return QSize(
            self.fontMetrics().horizontalAdvance(self._widest) + 2 * SPACE,
            super().sizeHint().height(),
        )

    def mouseDoubleClickEvent(self, event: QMouseEvent | None) -> None:  # noqa: ARG002, D102, N802
        self.selectAll()

    def keyPressEvent(self, event: QKeyEvent | None) -> None:  # noqa: N802
        """Esc has the value stay as it is."""
        super().keyPressEvent(event)
        if event and event.key() == Qt.Key.Key_Escape:
            self.setText(self._shown)

    def _finish(self) -> None:
        if self.isModified():
            self.setModified(False)
            if self.text() != self._shown:
                self.typed.emit(self.text())
