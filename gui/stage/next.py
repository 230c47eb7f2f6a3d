"""What the stage mode shows of what comes: countdown, other scene, next clips; and its keys."""

import sys
from collections.abc import Iterator

from PyQt6.QtCore import QAbstractItemModel, QModelIndex, QRectF, QSize, QSizeF, Qt
from PyQt6.QtGui import QColor, QKeyEvent, QPainter
from PyQt6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from server.protocol import ClipEvent

from ..library.clips import CLIP, title
from ..look import DARK, PARTS
from ..qt import there
from .parts import (
    GREY,
    LINE,
    READ,
    SMALL,
    TITLE,
    Coming,
    Panel,
    Words,
    fitted,
    lettering,
    wrapped,
)

ROW = 6.2
"""How high a row of the list is at the least, in units."""

KEYS = (
    ("1 to 5", "mute or unmute a part"),
    ("Shift+1 to 5", "stop a part on the bar"),
    ("Up, Down", "choose a clip"),
    ("Enter", "play it on the next bar"),
    ("Space", "start or stop the clock"),
    ("Backspace", "stop all on the bar, as Shift+Space does"),
    ("Shift+P", "panic: silence all at once"),
    ("? or F1", "show or hide these keys"),
    ("Esc", "leave the stage"),
)

X11_DIGITS = (10, 11, 12, 13, 14)
NATIVE_DIGITS = {"win32": (2, 3, 4, 5, 6), "darwin": (18, 19, 20, 21, 23)}
"""The codes of the keys 1 to 5."""


class Countdown(Panel[Coming]):
    """What comes next, in how many bars, and how far it is."""

    def draw(self, painter: QPainter) -> None:
        """How far it is."""
        if self.shown.count:
            thick = 2 * self.unit
            place = QRectF(0, self.height() - thick, self.width(), thick)
            colour = self.ink("good" if self.shown.done == 1 else "accent")
            self.gauge(painter, place, self.shown.done, colour)

    def write(self) -> Iterator[Words]:
        """The count with its unit, and beside it what is said of it."""
        coming, unit = self.shown, self.unit
        room = QRectF(0, 0, self.width(), self.height() - 2.7 * unit)
        line = READ * LINE * unit
        is_low = room.height() < 2 * line
        if coming.count:
            digits, below = QRectF(room), QRectF(room)
            if is_low:
                digits.setWidth(13 * unit)
                below.setRect(14 * unit, 0, 13 * unit, room.height())
            else:
                digits.setSize(QSizeF(22 * unit, room.height() - line))
                below.setRect(0, digits.height(), digits.width(), line)
            font = lettering(min(20 * unit, digits.height()), bold=True)
            yield fitted(coming.count, digits, font, self.ink("text"), least=self.least)
            yield fitted(coming.unit, below, self.font_of(READ), self.ink("muted"))
            room.setLeft(below.right() + unit)
        colour = self.ink("bad" if coming.missed else "text" if coming.count else "muted")
        if is_low:
            text = ", ".join(filter(None, (coming.words, coming.more)))
            yield from wrapped(text, room, self.font_of(SMALL), colour)
            return
        head = QRectF(room.topLeft(), QSizeF(room.width(), 2 * line))
        said = list(wrapped(coming.words, head, self.font_of(READ), colour))
        yield from said
        room.setTop(said[-1].place.bottom())
        yield from wrapped(coming.more, room, self.font_of(SMALL), self.ink("muted"))


class Way(Panel[tuple[str, float]]):
    """What is said of how what plays is varied, and how far that is on its way, 0 to 1."""

    def draw(self, painter: QPainter) -> None:
        """How far it is, so dark that it can be written on."""
        colour = QColor(self.ink("accent")).darker(190).name()
        self.gauge(painter, QRectF(self.rect()), self.shown[1], colour)

    def write(self) -> Iterator[Words]:
        """What is said of it."""
        place = QRectF(self.rect()).adjusted(self.unit, 0, -self.unit, 0)
        yield fitted(self.shown[0], place, self.font_of(TITLE), self.ink("text"), least=self.least)


class Next(QListView):
    """The clips that may be played next, one of them chosen.

    Args:
        model: gives them by gui.clips.CLIP.

    Attributes:
        row_height: in pixels.
    """

    def __init__(self, model: QAbstractItemModel) -> None:
        super().__init__()
        self.setAccessibleName("Clips that may be played next")
        self._unit = 6.0
        self._live = True
        self.row_height = 40
        self.setItemDelegate(_Row(self))
        self.setModel(model)
        self.setUniformItemSizes(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        for scroll_bar in (self.setHorizontalScrollBarPolicy, self.setVerticalScrollBarPolicy):
            scroll_bar(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setStyleSheet(f"border: none; border-radius: 0; background: {DARK.ground};")
        for changed in (model.rowsInserted, model.rowsRemoved, model.modelReset):
            changed.connect(lambda *_: self._keep_one_chosen())
        self._keep_one_chosen()

    @property
    def chosen(self) -> ClipEvent | None:
        """The clip that is chosen; none where there are no clips."""
        clip = self.currentIndex().data(CLIP)
        return clip if isinstance(clip, ClipEvent) else None

    def step(self, rows: int) -> None:
        """Chooses the clip so many rows further down."""
        model = there(self.model())
        row = min(max(self.currentIndex().row() + rows, 0), model.rowCount() - 1)
        self.setCurrentIndex(model.index(row, 0))

    def put(self, unit: float, left: float, top: float, width: float, height: float) -> None:
        """Gives it its place on the stage, all but the unit itself in units; rows stay whole."""
        self._unit = unit
        rows = max(1, int(height / ROW))
        self.row_height = int(height * unit / rows)
        place = QRectF(left * unit, top * unit, width * unit, height * unit).toRect()
        place.setHeight(rows * self.row_height)
        self.setGeometry(place)
        self.scheduleDelayedItemsLayout()

    def tell(self, *, live: bool) -> None:
        """Shows whether any of them can be played."""
        if live != self._live:
            self._live = live
            there(self.viewport()).update()

    def write(self, index: QModelIndex, place: QRectF) -> Iterator[Words]:
        """What is written of a clip: its words, and its part, tempo and key."""
        unit, clip = self._unit, index.data(CLIP)
        colours = DARK if self._live else GREY
        is_chosen = index == self.currentIndex()
        ink = colours.on_accent if is_chosen else colours.text
        tag = QRectF(place.adjusted(0.58 * place.width(), 0, -unit, 0))
        said = QRectF(place.adjusted(unit, 0, -unit - 0.42 * place.width(), 0))
        yield fitted(title(clip), said, lettering(READ * unit, bold=is_chosen), ink)
        about = f"{clip.part} {clip.bpm:g} {clip.key}"
        shade = ink if is_chosen else PARTS[clip.part] if self._live else GREY.muted
        yield fitted(about, tag, lettering(SMALL * unit), shade)

    def draw(self, painter: QPainter, index: QModelIndex, place: QRectF) -> None:
        """Paints a clip, the chosen one on a ground of its own."""
        if index == self.currentIndex():
            colour = DARK.accent if self._live else GREY.line
            painter.fillRect(place, QColor(colour))
        for each in self.write(index, place):
            each.write(painter)

    def _keep_one_chosen(self) -> None:
        model = there(self.model())
        if not self.currentIndex().isValid() and model.rowCount():
            self.setCurrentIndex(model.index(0, 0))
        self.scrollTo(self.currentIndex())


class _Row(QStyledItemDelegate):
    """Has the list paint its rows.

    Args:
        clips: the list.
    """

    def __init__(self, clips: Next) -> None:
        super().__init__(clips)
        self._clips = clips

    def paint(
        self, painter: QPainter | None, option: QStyleOptionViewItem, index: QModelIndex
    ) -> None:
        self._clips.draw(there(painter), index, QRectF(option.rect))

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:  # noqa: ARG002, N802
        return QSize(1, self._clips.row_height)


class Keys(Panel[None]):
    """The keys, and what they do, over everything."""

    def draw(self, painter: QPainter) -> None:
        """Its ground."""
        painter.fillRect(self.rect(), QColor(DARK.panel))

    def write(self) -> Iterator[Words]:
        """A line or two for each."""
        unit, gap = self.unit, 4 * self.unit
        height = (self.height() - gap) / len(KEYS)
        size = READ if self.width() > 120 * unit else TITLE
        left, line = 36 * unit, size * LINE * unit
        for number, (key, act) in enumerate(KEYS):
            place = QRectF(gap, gap + number * height, left, line)
            yield fitted(key, place, self.font_of(size, bold=True), DARK.accent, least=self.least)
            beside = QRectF(gap + left, place.y(), self.width() - 2 * gap - left, height)
            yield from wrapped(act, beside, self.font_of(size), DARK.text)


def digit(event: QKeyEvent) -> int:
    """Which of the keys 1 to 5 it is, by where it lies; 0 for none of them.

    With Shift, and on some keyboards without, these keys give other characters.
    """
    native = event.nativeVirtualKey() if sys.platform == "darwin" else event.nativeScanCode()
    places = NATIVE_DIGITS.get(sys.platform, X11_DIGITS)
    if native in places:
        return places.index(native) + 1
    number = event.key() - Qt.Key.Key_0
    return number if 1 <= number <= len(places) else 0
