"""What the stage mode is made with: what it tells, text that fits its place, panels that show it.

Sizes are in units, which are hundredths of the stage's height: all looks the same at any size.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from PyQt6.QtCore import QRectF, Qt
from PyQt6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QPainter,
    QPaintEvent,
    QTextLayout,
    QTextOption,
)
from PyQt6.QtWidgets import QApplication, QWidget

from ..look import DARK, PARTS

SMALL, TITLE, READ, BIG = 3.2, 3.8, 4.5, 6.0
"""How large text is: at the least; names; what is read while one plays; what is seen at a glance.

A 13-inch screen is 179 mm high. There the capitals of SMALL are 4.1 mm high, and are seen from two
metres under 7 minutes of arc, those of READ under 10; eyes that see well tell letters of 5 apart.
Text of 2.2, with capitals of 4.9, would be at the very limit.
"""

LINE = 1.3
"""Height of a line, in sizes of its text."""

GREY = replace(
    DARK,
    **dict.fromkeys(("muted", "accent", "good", "bad"), "#6d7585"),
    text="#8790a0",
    on_accent="#b4bbc8",
)
"""For what was known, when there is no server any more."""

LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter

Shown = TypeVar("Shown")


@dataclass(frozen=True)
class Words:
    """A line of text, and where it is written.

    Attributes:
        text: as it is written: what was too long for its place is elided.
        place: where, in pixels of its widget.
        font: what it is written in.
        colour: what it is written with.
        align: where in its place.
    """

    text: str
    place: QRectF
    font: QFont
    colour: str
    align: Qt.AlignmentFlag = LEFT

    def write(self, painter: QPainter) -> None:
        """Writes it."""
        painter.setFont(self.font)
        painter.setPen(QColor(self.colour))
        flags = self.align | Qt.TextFlag.TextSingleLine | Qt.TextFlag.TextDontClip
        painter.drawText(self.place, int(flags), self.text)


@dataclass(frozen=True)
class Lead:
    """Whether it plays, tempo with metre, and who leads."""

    plays: bool
    tempo: str
    leader: str


@dataclass(frozen=True)
class Plays:
    """What a part does.

    Attributes:
        words: of the clip that plays there; empty when none does.
        then: what comes next, and when; empty when nothing does.
        muted: whether it is muted.
    """

    words: str = ""
    then: str = ""
    muted: bool = False


@dataclass(frozen=True)
class Coming:
    """What is rendered or waited for.

    Attributes:
        count: how many, in large digits; empty when nothing comes.
        unit: of what.
        words: what it is.
        more: what else there is to say of it.
        done: how far it is on its way to being ready, 0 to 1.
        missed: whether the words are of one that was missed.
    """

    count: str = ""
    unit: str = ""
    words: str = "Nothing is on its way."
    more: str = ""
    done: float = 0.0
    missed: bool = False


def lettering(pixels: float, *, bold: bool = False) -> QFont:
    """The application's font, so large."""
    font = QFont(QApplication.font())
    font.setPixelSize(max(1, round(pixels)))
    font.setBold(bold)
    return font


def fitted(
    text: str,
    place: QRectF,
    font: QFont,
    colour: str,
    align: Qt.AlignmentFlag = LEFT,
    least: int = 0,
) -> Words:
    """Text in one line, which becomes smaller where it is too long, and is elided after that.

    Args:
        text: what is to be written.
        place: where, in pixels.
        font: what in, where there is room.
        colour: what with.
        align: where in its place.
        least: how small it may become, in pixels; 0 leaves it as it is.
    """
    while 0 < least < font.pixelSize():
        advance = QFontMetricsF(font).horizontalAdvance(text)
        if advance <= place.width():
            break
        smaller = min(font.pixelSize() - 1, int(font.pixelSize() * place.width() / advance))
        font = lettering(max(least, smaller), bold=font.bold())
    elide = Qt.TextElideMode.ElideRight
    text = QFontMetricsF(font).elidedText(text, elide, place.width())
    return Words(text, place, font, colour, align)


def wrapped(text: str, place: QRectF, font: QFont, colour: str) -> Iterator[Words]:
    """Text in as many lines as its place has room for; the last one is elided."""
    if not text:
        return
    height = font.pixelSize() * LINE
    most = int(place.height() / height + 0.1)
    if most <= 1:
        at = QRectF(place)
        at.setHeight(min(height, place.height()))
        yield fitted(text, at, font, colour)
        return
    layout = QTextLayout(text, font)
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(option)
    layout.beginLayout()
    for number in range(most):
        line = layout.createLine()
        if not line.isValid():
            break
        line.setLineWidth(place.width())
        start = line.textStart()
        end = len(text) if number == most - 1 else start + line.textLength()
        at = QRectF(place.x(), place.y() + number * height, place.width(), height)
        yield fitted(text[start:end].strip(), at, font, colour)
    layout.endLayout()


class Panel(QWidget, Generic[Shown]):
    """Shows one thing, and is painted again when that is another.

    Args:
        name: for those who cannot see it.
        shown: what it shows.

    Attributes:
        shown: what it shows.
        live: whether that is so now; else it is grey.
        unit: in pixels.
    """

    def __init__(self, name: str, shown: Shown) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.shown = shown
        self.live = True
        self.unit = 6.0
        self._words: list[Words] | None = None

    @property
    def words(self) -> list[Words]:
        """What is written on it."""
        if self._words is None:
            self._words = list(self.write())
            self.setAccessibleDescription(", ".join(each.text for each in self._words))
        return self._words

    def tell(self, shown: Shown, *, live: bool = True) -> None:
        """Shows it, as what is so now, or as what was."""
        if (shown, live) != (self.shown, self.live):
            self.shown, self.live = shown, live
            self.anew()

    def put(self, unit: float, left: float, top: float, width: float, height: float) -> None:
        """Gives it its place on the stage; all but the unit itself in units."""
        self.unit = unit
        self.setGeometry(QRectF(left * unit, top * unit, width * unit, height * unit).toRect())
        self.anew()

    def anew(self) -> None:
        """Has it painted again."""
        self._words = None
        self.update()

    def ink(self, name: str) -> str:
        """A colour by what it is for, or a part's."""
        if name in PARTS:
            return PARTS[name] if self.live else GREY.muted
        return str(getattr(DARK if self.live else GREY, name))

    def font_of(self, size: float, *, bold: bool = False) -> QFont:
        """A font, its size in units."""
        return lettering(size * self.unit, bold=bold)

    @property
    def least(self) -> int:
        """How small text may become where there is little room, in pixels."""
        return round(SMALL * self.unit)

    def write(self) -> Iterator[Words]:
        """What is to be written on it."""
        return iter(())

    def draw(self, painter: QPainter) -> None:
        """Paints what is beneath the words."""

    def paintEvent(self, event: QPaintEvent | None) -> None:  # noqa: ARG002, D102, N802
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(DARK.ground))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.draw(painter)
        for each in self.words:
            each.write(painter)

    def block(self, painter: QPainter, place: QRectF, colour: str) -> None:
        """Paints a rectangle with round corners."""
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colour))
        painter.drawRoundedRect(place, 0.6 * self.unit, 0.6 * self.unit)

    def gauge(self, painter: QPainter, place: QRectF, share: float, colour: str) -> None:
        """Paints a bar that is filled so far, from 0 to 1."""
        self.block(painter, place, self.ink("raised"))
        painter.save()
        painter.setClipRect(QRectF(place.x(), place.y(), share * place.width(), place.height()))
        self.block(painter, place, colour)
        painter.restore()
