"""What the stage mode shows of the present: bar and beat, who leads, what each part plays."""

import math
from collections.abc import Iterator

from PyQt6.QtCore import QRect, QRectF, Qt, pyqtSignal
from PyQt6.QtGui import QColor, QFontMetricsF, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PyQt6.QtWidgets import QWidget

from ..look import DARK, PARTS
from ..qt import there
from .parts import (
    BIG,
    LINE,
    READ,
    RIGHT,
    SMALL,
    TITLE,
    Lead,
    Panel,
    Plays,
    Words,
    fitted,
    lettering,
    wrapped,
)

DIGITS = 22.0
"""How high the digits of bar and beat are, in units."""

QUIETEST_DB = -48.0


class Note(Panel[tuple[str, str]]):
    """A line of text, and the name of its colour; as large as there is room for."""

    def write(self) -> Iterator[Words]:
        """The line."""
        text, colour = self.shown
        font = lettering(min(BIG * self.unit, self.height() / LINE))
        yield fitted(text, QRectF(self.rect()), font, self.ink(colour), least=self.least)


class Place(Panel[str]):
    """Bar and beat, huge."""

    def write(self) -> Iterator[Words]:
        """The digits."""
        capitals = QFontMetricsF(lettering(1000, bold=True)).capHeight() / 1000
        font = self.font_of(DIGITS / capitals, bold=True)
        yield fitted(self.shown, QRectF(self.rect()), font, self.ink("text"), least=self.least)


class Leading(Panel[Lead | None]):
    """Whether it plays, tempo and who leads: below each other, or in one line."""

    def write(self) -> Iterator[Words]:
        """What is known of that."""
        if self.shown is None:
            return
        plays = "Playing" if self.shown.plays else "Stopped"
        colour = self.ink("good" if self.shown.plays else "muted")
        place = QRectF(self.rect())
        if place.height() < 2 * BIG * LINE * self.unit:
            text = f"{plays}, {self.shown.tempo}, {self.shown.leader}"
            yield fitted(text, place, self.font_of(TITLE), colour, least=self.least)
            return
        for text, size, shade in (
            (plays, BIG, colour),
            (self.shown.tempo, BIG, self.ink("text")),
            (self.shown.leader, READ, self.ink("muted")),
        ):
            place.setHeight(size * LINE * self.unit)
            yield fitted(text, QRectF(place), self.font_of(size), shade, RIGHT, self.least)
            place.translate(0, place.height())


class Lights(Panel[tuple[int, int, bool]]):
    """A light for each beat of the bar: how many, which one is lit, and whether it plays."""

    def draw(self, painter: QPainter) -> None:
        """The lights; the first of a bar has a colour of its own, lit or not."""
        count, beat, plays = self.shown
        gap = 0.8 * self.unit
        width = (self.width() - (count - 1) * gap) / count
        for number in range(count):
            place = QRectF(number * (width + gap), 0, width, self.height())
            lit = self.ink(("text" if number else "accent") if plays else "muted")
            self.block(painter, place, lit if number == beat - 1 else self.ink("raised"))
            if not number:
                foot = place.adjusted(0, 0.75 * place.height(), 0, 0)
                self.block(painter, foot, self.ink("accent"))


class Meter(QWidget):
    """How loud a part is, from left to right; only what has changed of it is painted.

    Args:
        part: whose.
        parent: what it lies on.
    """

    def __init__(self, part: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._colour = QColor(PARTS[part])
        self._share = 0.0

    @property
    def filled(self) -> int:
        """How far it is filled, in pixels."""
        return round(self._share * self.width())

    def tell(self, level: float) -> None:
        """Shows a level; 1 is full scale."""
        before = self.filled
        decibels = 20 * math.log10(max(level, 1e-6))
        self._share = min(1.0, max(0.0, 1 - decibels / QUIETEST_DB))
        moved = self.filled - before
        if moved:
            self.update(QRect(min(before, before + moved), 0, abs(moved), self.height()))

    def paintEvent(self, event: QPaintEvent | None) -> None:  # noqa: D102, N802
        painter, place = QPainter(self), there(event).rect()
        painter.fillRect(place, QColor(DARK.raised))
        painter.fillRect(place & QRect(0, 0, self.filled, self.height()), self._colour)


class Tile(Panel[Plays]):
    """A part: what plays there and what waits, how loud it is, and whether it is muted.

    Args:
        part: which.
        key: the digit that mutes it.
    """

    clicked = pyqtSignal(bool)
    """It was clicked; whether with Shift."""

    def __init__(self, part: str, key: int) -> None:
        super().__init__(f"{part.title()}: {key} mutes it, Shift+{key} stops it", Plays())
        self.part, self.key = part, key
        self.meter = Meter(part, self)

    def tell(self, shown: Plays, *, live: bool = True) -> None:
        """Shows what the part does; where it is not heard there is no meter."""
        super().tell(shown, live=live)
        self.meter.setVisible(live and not shown.muted)

    def mousePressEvent(self, event: QMouseEvent | None) -> None:  # noqa: D102, N802
        if event and event.button() == Qt.MouseButton.LeftButton:
            self.clicked.emit(bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))

    def resizeEvent(self, event: QResizeEvent | None) -> None:  # noqa: D102, N802
        super().resizeEvent(event)
        foot, thick = self._places[3], 1.8 * self.unit
        foot.adjust(0, (foot.height() - thick) / 2, 0, (thick - foot.height()) / 2)
        self.meter.setGeometry(foot.toRect())

    @property
    def _is_low(self) -> bool:
        """Whether there is room for one line only."""
        return self.height() < 3 * READ * self.unit

    @property
    def _places(self) -> tuple[QRectF, QRectF, QRectF, QRectF]:
        """Where its name is, the clip's words, what comes next, and the meter."""
        unit = self.unit
        inside = QRectF(self.rect()).adjusted(1.6 * unit, 0.8 * unit, -1.4 * unit, -0.8 * unit)
        sizes = (19 * unit, 23 * unit, 14 * unit)
        if not self._is_low:
            sizes = (LINE * TITLE * unit, 2 * LINE * SMALL * unit, LINE * SMALL * unit)
        room = inside.width() if self._is_low else inside.height()
        name, then, foot = sizes
        places, at = [], 0.0
        for size in (name, room - sum(sizes), then, foot):
            place = QRectF(inside)
            if self._is_low:
                place.setLeft(inside.left() + at)
                place.setWidth(size - unit)
            else:
                place.setTop(inside.top() + at)
                place.setHeight(size)
            places.append(place)
            at += size
        return places[0], places[1], places[2], places[3]

    def draw(self, painter: QPainter) -> None:
        """Its ground, and an edge in its colour where something plays."""
        ground = DARK.raised if self.shown.words else DARK.panel
        self.block(painter, QRectF(self.rect()), ground)
        if self.shown.words:
            self.block(painter, QRectF(0, 0, 0.7 * self.unit, self.height()), self.ink(self.part))

    def write(self) -> Iterator[Words]:
        """Its name, the clip's words, what comes next, and whether it is muted."""
        plays, (name, said, then, foot) = self.shown, self._places
        ink = self.ink(self.part if plays.words else "muted")
        title = f"{self.key} {self.part.title()}"
        yield fitted(title, name, self.font_of(TITLE, bold=True), ink, least=self.least)
        if self._is_low and not plays.then:
            said.setRight(then.right())
        shade = self.ink("muted" if plays.muted else "text")
        yield from wrapped(plays.words, said, self.font_of(TITLE if self._is_low else READ), shade)
        yield from self._next(then)
        if plays.muted:
            yield fitted("Muted", foot, self.font_of(SMALL, bold=True), self.ink("bad"))

    def _next(self, place: QRectF) -> Iterator[Words]:
        """What comes next; where there is little room, only when."""
        font, text = self.font_of(SMALL), self.shown.then
        if self._is_low and QFontMetricsF(font).horizontalAdvance(text) > place.width():
            text = text.partition(":")[0]
        yield from wrapped(text, place, font, self.ink("accent"))
