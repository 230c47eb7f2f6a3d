"""A loop drawn large: its waveform under a ruler with bars and chords, which can be zoomed."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import pyqtgraph as pg
from PyQt6.QtCore import QEvent, QObject, QPointF, QRectF, QSize, Qt, pyqtSignal
from PyQt6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PyQt6.QtWidgets import QApplication, QVBoxLayout, QWidget

from melfusion.music import Metre

from ..look import LOOK

Curve = npt.NDArray[np.floating[Any]]

CLOSEST = 40
"""How many times a loop may be wider than the view."""

BEATS_APART = 7
"""Pixels between beats, below which only bars have lines."""

WHEEL = 600
"""Eighths of a degree that a wheel is turned for the whole width of the view."""

GAP = 4
"""Pixels between what is written beside each other."""

HELP = "The wheel zooms, a double click shows all.\nDrag the loop from here into other programs."


def grid(bars: int, metre: Metre) -> tuple[list[float], list[float]]:
    """Where bars begin, and the other beats, in quarter notes.

    Args:
        bars: how many there are.
        metre: what they are made of: beats are notes of its denominator.
    """
    beat, beats = 4 / metre.denominator, range(bars * metre.numerator)
    starts = [at * beat for at in beats if at % metre.numerator == 0]
    return starts, [at * beat for at in beats if at % metre.numerator]


class Plot(QWidget):
    """The loop. Plus, minus, the arrows and Home do what the wheel does.

    Attributes:
        box: what is to be seen of the loop, in quarter notes.
        bars: the lines where bars begin.
        beats: the lines of the other beats.
        head: the playhead.
    """

    dragged = pyqtSignal()
    """The loop is being dragged out."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Waveform")
        self.setToolTip(HELP)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._quarters, self._bar, self._beat = 1.0, 1.0, 1.0
        self._chords: list[list[str]] = []
        self._colour = LOOK.colours.muted
        self._pressed: QPointF | None = None
        self.box = pg.ViewBox(enableMenu=False)
        self.box.setMouseEnabled(x=True, y=False)
        self._view = pg.GraphicsView(self)
        self._view.setCentralItem(self.box)
        self._view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._view.setMinimumSize(40, 20)
        self._view.viewport().installEventFilter(self)
        self._peaks, self._mean = (pg.PlotCurveItem(fillLevel="enclosed") for _ in range(2))
        for curve in (self._peaks, self._mean):
            # The playhead moves over a picture of them.
            curve.setCacheMode(curve.CacheMode.DeviceCoordinateCache)
        self.beats, self.bars = (pg.PlotCurveItem(connect="pairs") for _ in range(2))
        self.head = pg.InfiniteLine(angle=90)
        for item in (self._peaks, self._mean, self.beats, self.bars, self.head):
            self.box.addItem(item, ignoreBounds=True)
        self.head.hide()
        self.box.sigXRangeChanged.connect(self._fit)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, self.fontMetrics().height() + 3, 1, 1)
        column.addWidget(self._view)

    @property
    def shown(self) -> tuple[float, float]:
        """What is to be seen, in quarter notes: from and to."""
        left, right = self.box.viewRange()[0]
        return float(left), float(right)

    def show_loop(self, quarters: float, bars: int, metre: Metre, chords: str, colour: str) -> None:
        """Shows the whole of a loop, as yet without its waveform.

        Args:
            quarters: its length in quarter notes.
            bars: its length in bars.
            metre: its metre.
            chords: its chords, bars between |.
            colour: of the waveform.
        """
        self._quarters, self._colour = quarters, colour
        self._bar, self._beat = float(metre.quarters), 4 / metre.denominator
        self._chords = [bar.split() for bar in chords.split("|")]
        for item, places in zip((self.bars, self.beats), grid(bars, metre), strict=True):
            item.setData(np.repeat(places, 2), np.tile([-1.0, 1.0], len(places)))
        self.box.setLimits(xMin=0, xMax=quarters, minXRange=quarters / CLOSEST)
        self.box.setYRange(-1, 1, padding=0)
        self.show_all()
        self.clear()
        self.wear()

    def draw(self, low: Curve, high: Curve, rms: Curve) -> None:
        """Draws the loop's waveform.

        Args:
            low: the least sample of each column, -1 to 1; columns share the loop evenly.
            high: the greatest of each.
            rms: the root of the mean square of each.
        """
        edges = np.linspace(0, self._quarters, len(low) + 1)
        for curve, (below, above) in ((self._peaks, (low, high)), (self._mean, (-rms, rms))):
            # Along the top and back along the bottom, with a step at each edge.
            x = np.repeat(edges, 2)[1:-1]
            y = np.concatenate([np.repeat(above, 2), np.repeat(below, 2)[::-1]])
            curve.setData(np.concatenate([x, x[::-1]]), y)

    def clear(self) -> None:
        """Draws no waveform."""
        for curve in (self._peaks, self._mean):
            curve.setData([], [])

    def move_head(self, fraction: float | None) -> None:
        """Shows how much of the loop has played, 0 to 1; None hides it."""
        self.head.setVisible(fraction is not None)
        if fraction is not None:
            self.head.setPos(fraction * self._quarters)

    def show_all(self) -> None:
        """Shows the loop from end to end."""
        self.box.setXRange(0, self._quarters, padding=0)

    def wear(self) -> None:
        """Takes the colours that the window has now."""
        colours = LOOK.colours
        self._view.setBackground(colours.panel)
        for curve, alpha in ((self._peaks, 0.5), (self._mean, 1.0)):
            curve.setBrush(_tint(self._colour, alpha))
            curve.setPen(_tint(self._colour, alpha))
        for lines, alpha in ((self.bars, 0.45), (self.beats, 0.14)):
            lines.setPen(_tint(colours.text, alpha))
        self.head.setPen(pg.mkPen(colours.text, width=2))
        self.update()

    def _zoom(self, factor: float) -> None:
        self.box.scaleBy((factor, 1), center=(sum(self.shown) / 2, 0))

    def _scroll(self, views: float) -> None:
        """Goes on to the right by so many widths of the view, within the loop."""
        left, right = self.shown
        self.box.translateBy(x=views * (right - left))

    def _fit(self) -> None:
        """Hides beats that are too close, and brings the ruler to where the waveform is."""
        left, right = self.shown
        beat_px = self._beat * self._view.width() / (right - left)
        self.beats.setVisible(beat_px >= BEATS_APART)
        self.update()

    # What Qt tells a widget.

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:  # noqa: D102, N802
        if isinstance(event, QMouseEvent):
            return self._take_mouse(event)
        if isinstance(event, QWheelEvent):
            turned, shift = event.angleDelta(), Qt.KeyboardModifier.ShiftModifier
            sideways = turned.x() or (turned.y() if event.modifiers() & shift else 0)
            if sideways:
                self._scroll(-sideways / WHEEL)
                return True
        return super().eventFilter(watched, event)

    def _take_mouse(self, event: QMouseEvent) -> bool:
        """Whether that is dealt with: the left button drags out and shows all, none scrolls."""
        if event.type() == QEvent.Type.MouseButtonDblClick:
            self.show_all()
        elif event.type() == QEvent.Type.MouseMove and self._pressed is not None:
            way = event.position() - self._pressed
            if way.manhattanLength() >= QApplication.startDragDistance():
                self._pressed = None
                self.dragged.emit()
        elif event.type() == QEvent.Type.MouseButtonPress:
            self.setFocus(Qt.FocusReason.MouseFocusReason)
            is_left = event.button() == Qt.MouseButton.LeftButton
            self._pressed = event.position() if is_left else None
        else:
            self._pressed = None
        return True

    def keyPressEvent(self, event: QKeyEvent | None) -> None:  # noqa: D102, N802
        acts: dict[int, Callable[[], None]] = {
            Qt.Key.Key_Plus: lambda: self._zoom(0.7),
            Qt.Key.Key_Minus: lambda: self._zoom(1 / 0.7),
            Qt.Key.Key_Left: lambda: self._scroll(-0.25),
            Qt.Key.Key_Right: lambda: self._scroll(0.25),
            Qt.Key.Key_Home: self.show_all,
        }
        if event and event.key() in acts:
            acts[event.key()]()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent | None) -> None:  # noqa: D102, N802
        super().resizeEvent(event)
        self._fit()

    def minimumSizeHint(self) -> QSize:  # noqa: D102, N802
        line = self.fontMetrics().height()
        return QSize(12 * line, 4 * line)

    def paintEvent(self, event: QPaintEvent | None) -> None:  # noqa: ARG002, D102, N802
        painter = QPainter(self)
        line = LOOK.colours.accent if self.hasFocus() else LOOK.colours.line
        painter.setPen(QColor(line))
        painter.drawRect(QRectF(self._view.geometry()).adjusted(-0.5, -0.5, 0.5, 0.5))
        left, right = self.shown
        bar_px = self._bar * self._view.width() / (right - left)
        small = QFont(self.font())
        small.setPointSizeF(0.75 * small.pointSizeF())
        number_px = QFontMetricsF(small).horizontalAdvance("00")
        every = 2 ** max(0, math.ceil(math.log2((number_px + GAP) / bar_px)))
        for bar in range(int(left / self._bar), math.ceil(right / self._bar)):
            x = 1 + bar_px * (bar - left / self._bar)
            chords = self._chords[bar] if bar < len(self._chords) else []
            number = str(bar + 1) if bar % every == 0 and x > 0 else ""
            taken = QFontMetricsF(small).horizontalAdvance(number) + GAP if number else 0.0
            if chords:
                needed = self.fontMetrics().horizontalAdvance(chords[0]) + GAP
                share = bar_px / len(chords)
                if share - taken < needed <= share:
                    number, taken = "", 0.0  # the chord is worth more
                self._paint_chords(painter, chords, x, share, taken)
            painter.setFont(small)
            painter.setPen(QColor(LOOK.colours.muted))
            painter.drawText(QPointF(x, self.fontMetrics().ascent() + 1), number)

    def _paint_chords(
        self, painter: QPainter, chords: list[str], x: float, share: float, taken: float
    ) -> None:
        """Paints the chords of a bar where they begin, as far as there is room.

        Args:
            painter: paints.
            chords: the chords.
            x: where the bar begins; a chord that has begun left of the view stands at its edge.
            share: pixels of each.
            taken: pixels at the beginning of the bar that have its number.
        """
        metrics, elide = self.fontMetrics(), Qt.TextElideMode.ElideRight
        painter.setFont(self.font())
        painter.setPen(QColor(LOOK.colours.text))
        for at, chord in enumerate(chords):
            begins = max(1.0, x + at * share + (0.0 if at else taken))
            room = x + (at + 1) * share - GAP - begins
            text = metrics.elidedText(chord, elide, int(room))
            if len(text) > 1 or text == chord:
                painter.drawText(QPointF(begins, metrics.ascent() + 1), text)


def _tint(name: str, alpha: float) -> QColor:
    colour = QColor(name)
    colour.setAlphaF(alpha)
    return colour
